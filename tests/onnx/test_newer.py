# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators of opset 18 to 21, which PyTorch 1.13 cannot write, against their formulas in double.

Debian's package of ONNX ends at opset 17: files are written without its checker.
"""
import formulas
from compare import OnnxTest, main, nn, np, onnx, torch

SHAPE = (6, 8, 7)  # channels, rows, columns
node, array = onnx.helper.make_node, onnx.numpy_helper.from_array


class Formula(nn.Module):
    """A formula as a network."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x.double())


def number(*values, kind=np.int64):
    return np.array(values, kind)


class Newer(OnnxTest):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(0)
        self.mix = (random.standard_normal((6, 3, 3, 3)) / 3).astype(np.float32)
        self.shift = random.standard_normal(6).astype(np.float32)

    def mixed(self, x):
        """Returns six maps of an image of three channels."""
        mix, shift = torch.tensor(self.mix).double(), torch.tensor(self.shift).double()
        return nn.functional.conv2d(x, mix, shift, padding=1)

    def operator(self, function, opset, nodes, constants=(), output=None, name=None):
        """Compares nodes from "x", six maps, to "y" with a function of these maps.

        constants  the other inputs, by name
        output     the shape of "y" after its first axis; None: what the function gives
        """
        net = Formula(lambda image: function(self.mixed(image)))
        found = net(torch.zeros(1, 3, *SHAPE[1:]).double())
        value = onnx.helper.make_tensor_value_info
        weights = [array(v, k) for k, v in {"mix": self.mix, "shift": self.shift,
                                            **dict(constants)}.items()]
        first = node("Conv", ["image", "mix", "shift"], ["x"], pads=[1, 1, 1, 1])
        graph = onnx.helper.make_graph(
            [first, *nodes], "newer", [value("image", 1, [1, 3, *SHAPE[1:]])],
            [value("y", 1, list(output or found.shape))], weights)
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)])
        model.ir_version = 10 if opset > 20 else 9 if opset > 18 else 8
        path = self.path("%s%d.onnx" % (self._testMethodName, opset))
        onnx.save(model, path)
        label = name or nodes[0].op_type
        with self.subTest(label, opset=opset):
            self.compare(path, net, name="%s %d" % (label, opset))

    def test_functions(self):
        for opset in (18, 21):
            self.operator(formulas.mish, opset, [node("Mish", ["x"], ["y"])])
        for opset in (20, 21):
            self.operator(formulas.gelu, opset, [node("Gelu", ["x"], ["y"])])
            self.operator(formulas.gelu, opset, [node("Gelu", ["x"], ["y"], approximate="none")])
            self.operator(formulas.gelu_tanh, opset,
                          [node("Gelu", ["x"], ["y"], approximate="tanh")])

    def test_group_normalization(self):
        for opset, count in ((18, 3), (21, 6)):
            scale, bias = np.linspace(0.5, 2, count), np.linspace(-1, 1, count)
            for epsilon in (1e-5, 1e-2):
                self.operator(
                    lambda x: formulas.group_norm(x, 3, torch.tensor(scale), torch.tensor(bias),
                                                  epsilon), opset,
                    [node("GroupNormalization", ["x", "scale", "bias"], ["y"], num_groups=3,
                          epsilon=epsilon)],
                    {"scale": scale.astype(np.float32), "bias": bias.astype(np.float32)})

    def test_layer_normalization(self):
        """Over the last axis, or over all from the first; bias may be absent."""
        scale = np.linspace(0.5, 2, 6).astype(np.float32)
        self.operator(lambda x: (formulas.normalized(x.permute(0, 2, 3, 1), 3, 1e-5) *
                                 torch.tensor(scale).double()).permute(0, 3, 1, 2), 17,
                      [node("Transpose", ["x"], ["t"], perm=[0, 2, 3, 1]),
                       node("LayerNormalization", ["t", "scale"], ["n"]),
                       node("Transpose", ["n"], ["y"], perm=[0, 3, 1, 2])], {"scale": scale})
        scale = np.linspace(0.5, 2, 336).reshape(SHAPE).astype(np.float32)
        self.operator(lambda x: formulas.normalized(x, (1, 2, 3), 1e-3) *
                      torch.tensor(scale).double() + torch.tensor(scale).double(), 21,
                      [node("LayerNormalization", ["x", "scale", "scale"], ["y"], axis=1,
                            epsilon=1e-3)], {"scale": scale})

    def test_reductions(self):
        for operator, function in (("ReduceMean", torch.mean), ("ReduceSum", torch.sum),
                                   ("ReduceMax", torch.amax)):
            for axes, keep in (((2, 3), 0), ((-1, -2), 1), ((1,), 1)):
                self.operator(lambda x: function(x, axes, keepdim=bool(keep)),
                              20 if operator == "ReduceMax" else 18,
                              [node(operator, ["x", "axes"], ["y"], keepdims=keep)],
                              {"axes": number(*axes)})
        self.operator(torch.tanh, 18, [node("ReduceMean", ["x"], ["r"], noop_with_empty_axes=1),
                                       node("Tanh", ["r"], ["y"])], name="ReduceMean of no axes")

    def test_split(self):
        """Eight rows in three parts: the last part is smaller."""
        nodes = [node("Split", ["x"], ["a", "b", "c"], axis=2, num_outputs=3),
                 node("Concat", ["c", "b", "a"], ["y"], axis=2)]
        self.operator(lambda x: torch.cat((x[:, :, 6:], x[:, :, 3:6], x[:, :, :3]), 2), 18, nodes)

    def test_pad(self):
        for opset in (18, 19, 21):
            self.operator(lambda x: formulas.padded(x, (1, 2), (3, 0), 0.5), opset,
                          [node("Pad", ["x", "pads", "value", "axes"], ["y"])],
                          {"pads": number(2, 1, 0, 3), "value": np.array(0.5, np.float32),
                           "axes": number(3, 2)})
            self.operator(lambda x: torch.cat((x[:, :, :, 2:3], x[:, :, :, 1:2], x), 3), opset,
                          [node("Pad", ["x", "pads", "", "axes"], ["y"], mode="reflect")],
                          {"pads": number(2, 0), "axes": number(-1)})

    def test_resize(self):
        for opset in (18, 19):
            for way in ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel",
                        "half_pixel_symmetric")[:5 if opset > 18 else 4]:
                for nearest in (None, *formulas.ROUNDINGS):
                    options = {"coordinate_transformation_mode": way}
                    options.update({"nearest_mode": nearest} if nearest else {"mode": "linear"})
                    self.operator(lambda x: formulas.resize(x, (13, 16), way, nearest), opset,
                                  [node("Resize", ["x", "", "", "sizes"], ["y"], axes=[2, 3],
                                        **options)], {"sizes": number(13, 16)},
                                  name="Resize %s %s" % (way, nearest))

    def test_resize_by_scales(self):
        """A scale that does not give a whole number of rows is used as it is."""
        for axes, scales in (([2, 3], (1.7, 2.0)), ([3, 2], (2.0, 1.7))):
            both = (np.float32(1.7).item(), 2.0)
            self.operator(lambda x: formulas.resize(x, (13, 14), scales=both), 19,
                          [node("Resize", ["x", "", "scales"], ["y"], mode="linear", axes=axes)],
                          {"scales": number(*scales, kind=np.float32)}, name="Resize by scales")

    def test_resize_keeps_the_aspect(self):
        """8 x 7 within 16 x 21: not larger is 16 x 14, not smaller is 24 x 21."""
        for policy, lengths in (("not_larger", (16, 14)), ("not_smaller", (24, 21))):
            self.operator(lambda x: formulas.resize(x, lengths), 18,
                          [node("Resize", ["x", "", "", "sizes"], ["y"], mode="linear", axes=[2, 3],
                                keep_aspect_ratio_policy=policy)], {"sizes": number(16, 21)},
                          name="Resize " + policy)

    def test_average_pool(self):
        """Dilated windows, and windows that reach beyond the padding where sizes are rounded up."""
        for include in (0, 1):
            self.operator(lambda x: formulas.average_pool(x, (3, 2), (1, 2), (2, 1, 2, 1), (2, 3),
                                                          include, (8, 3)), 19,
                          [node("AveragePool", ["x"], ["y"], kernel_shape=[3, 2], strides=[1, 2],
                                dilations=[2, 3], pads=[2, 1, 2, 1], count_include_pad=include)])
            self.operator(lambda x: formulas.average_pool(x, (3, 3), (2, 2), (0, 1, 0, 1), (1, 1),
                                                          include, (4, 4)), 19,
                          [node("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2],
                                pads=[0, 1, 0, 1], ceil_mode=1, count_include_pad=include)])

    def test_grid_sample(self):
        grid = np.random.default_rng(5).uniform(-1.2, 1.2, (1, 4, 5, 2)).astype(np.float32)
        for corners in (0, 1):
            self.operator(lambda x: formulas.grid_sample(
                x, torch.tensor(np.repeat(grid, len(x), 0)).double(), corners), 20,
                [node("GridSample", ["x", "grid"], ["y"], mode="linear", align_corners=corners)],
                {"grid": grid})

    def test_renewed_operators(self):
        """Operators that opset 19 to 21 renewed, as exporters write them together."""
        weights = np.linspace(-1, 1, 336 * 4).reshape(336, 4).astype(np.float32) / 8
        self.operator(lambda x: torch.relu(x).flatten(1) @ torch.tensor(weights).double(), 21, [
            node("Identity", ["x"], ["i"]), node("Relu", ["i"], ["r"]),
            node("Shape", ["r"], ["shape"], start=0, end=1),
            node("Constant", [], ["rest"], value=array(number(-1))),
            node("Concat", ["shape", "rest"], ["to"], axis=0),
            node("Reshape", ["r", "to"], ["f"], allowzero=1),
            node("Cast", ["f"], ["c"], to=1), node("Gemm", ["c", "weights"], ["y"])],
            {"weights": weights}, name="renewed")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operator's gradient against differences, in double, of its formula.

Each file has one operator, and as its only neuron the sum of what the operator gives, with random
weights.
"""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from common import Test, evoke, main, np, skip  # noqa: E402

try:
    import onnx
    import onnx.numpy_helper
    from onnx.helper import make_node as node
except ImportError:
    skip("onnx is missing; Debian's package is python3-onnx")

import operators as f  # noqa: E402

SHAPE = (4, 6, 5)   # channels, rows, columns
STEP = 1e-5         # of the differences
RESPONSES = 1e-6    # of the sum of all magnitudes
GRADIENTS = 1e-6    # of the gradient's largest value

# The operators that evoke promises, but Constant and Shape, which depend on no image.
OPERATORS = set("""
    Conv ConvTranspose Gemm MatMul Add Sub Mul Div Pow Sqrt Exp Log Abs Neg Relu LeakyRelu PRelu Elu
    Selu Celu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Mish Clip Softmax LogSoftmax
    BatchNormalization InstanceNormalization LayerNormalization GroupNormalization LRN MaxPool
    AveragePool GlobalAveragePool GlobalMaxPool ReduceMean ReduceSum ReduceMax Flatten Reshape
    Transpose Squeeze Unsqueeze Split Slice Pad Resize Upsample DepthToSpace GridSample Einsum Erf
    Identity Dropout Cast Gather Concat""".split())

random = np.random.default_rng(7)


def weights(*shape):
    return random.uniform(-1, 1, shape).astype(np.float32)


def whole(*values):
    return np.array(values, np.int64)


def differences(function, x):
    """Returns the slopes of a function along each value of x."""
    slopes = np.empty(x.size)
    for i in range(x.size):
        step = np.zeros(x.size)
        step[i] = STEP
        step = step.reshape(x.shape)
        slopes[i] = (function(x + step) - function(x - step)) / (2 * STEP)
    return slopes.reshape(x.shape)


class Operators(Test):
    seen = set()

    def write(self, nodes, constants, opset, shape):
        """Writes a file from "x" to the weighted sum of "y", which has this shape."""
        value = onnx.helper.make_tensor_value_info
        self.sum = weights(int(np.prod(shape)), 1)
        constants = {**constants, "all": whole(1, -1), "sum": self.sum}
        graph = onnx.helper.make_graph(
            [*nodes, node("Reshape", ["y", "all"], ["flat"]), node("MatMul", ["flat", "sum"], ["z"])],
            "operator", [value("x", 1, [1, *SHAPE])], [value("z", 1, [1, 1])],
            [onnx.numpy_helper.from_array(v, k) for k, v in constants.items()])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)])
        model.ir_version = 8
        path = self.path("operator.onnx")
        onnx.save(model, path)
        return path

    def operator(self, formula, *nodes, constants=(), opset=17, positive=False, label=None):
        """Compares nodes from "x" to "y" with a formula."""
        self.seen.update(n.op_type for n in nodes)
        mean, scale = (0.0, 64.0) if positive else (127.5, 50.0)
        image = random.permutation(np.linspace(20, 250, int(np.prod(SHAPE)))).astype(np.float32)
        image = image.reshape(SHAPE[1], SHAPE[2], SHAPE[0])
        x = ((image.astype(float) - mean) / scale).transpose(2, 0, 1)[None]
        label = label or nodes[0].op_type
        with self.subTest(label):
            path = self.write(nodes, dict(constants), opset, formula(x).shape)

            def total(x):
                return float(formula(x).ravel() @ self.sum.ravel().astype(float))

            want = differences(total, x)[0].transpose(1, 2, 0) / scale
            with evoke.open(path, mean=mean, scale=scale) as model:
                response, got = model.predict(image[None])[0, 0], model.gradient(image[None], 0)[0]
            off = np.abs(got - want).max() / np.abs(want).max()
            print("%-24s response %.1e, gradient %.1e" % (label, abs(response - total(x)), off))
            self.assertLessEqual(abs(response - total(x)),
                                 RESPONSES * max(1, np.abs(formula(x)).sum()))
            self.assertLessEqual(off, GRADIENTS)

    def test_functions(self):
        for name, (function, attributes) in f.FUNCTIONS.items():
            self.operator(function, node(name, ["x"], ["y"], **attributes),
                          positive=name in f.POSITIVE, opset=18 if name == "Mish" else 17)
        self.operator(f.gelu, node("Gelu", ["x"], ["y"]), opset=20)
        self.operator(f.gelu_tanh, node("Gelu", ["x"], ["y"], approximate="tanh"), opset=20)
        self.operator(lambda x: np.clip(x, -1, 1.5), node("Clip", ["x", "low", "high"], ["y"]),
                      constants={"low": np.array(-1, np.float32),
                                 "high": np.array(1.5, np.float32)})
        self.operator(lambda x: x, node("Dropout", ["x"], ["y"]))
        self.operator(lambda x: x, node("Cast", ["x"], ["y"], to=1))

    def test_pairs(self):
        v = weights(4, 1, 5) + np.float32(2)
        for name, function in (("Add", np.add), ("Sub", np.subtract), ("Mul", np.multiply),
                               ("Div", np.divide), ("Pow", np.power)):
            positive = name == "Pow"
            self.operator(lambda x: function(x, v.astype(float)), node(name, ["x", "v"], ["y"]),
                          constants={"v": v}, positive=positive)
            self.operator(lambda x: function(v.astype(float), x), node(name, ["v", "x"], ["y"]),
                          constants={"v": v}, positive=True, label=name + " of a constant")
            self.operator(lambda x: function(x, x.mean(1, keepdims=True)),
                          node("ReduceMean", ["x"], ["m"], axes=[1]), node(name, ["x", "m"], ["y"]),
                          positive=True, label=name + " of two maps")
        slope = weights(4, 1, 1)
        self.operator(lambda x: np.where(x > 0, x, slope * x), node("PRelu", ["x", "s"], ["y"]),
                      constants={"s": slope})

    def test_windows(self):
        kernel, bias = weights(6, 2, 3, 2), weights(6)
        self.operator(
            lambda x: f.conv(x, kernel, bias, (2, 1), (1, 2), (1, 0, 2, 1), 2),
            node("Conv", ["x", "k", "b"], ["y"], strides=[2, 1], dilations=[1, 2], group=2,
                 pads=[1, 0, 2, 1]), constants={"k": kernel, "b": bias})
        turned = weights(4, 3, 3, 2)
        self.operator(lambda x: f.conv_transpose(x, turned, (2, 3), (1, 0, 0, 1), (1, 2)),
                      node("ConvTranspose", ["x", "k"], ["y"], strides=[2, 3], pads=[1, 0, 0, 1],
                           output_padding=[1, 2]), constants={"k": turned})
        self.operator(lambda x: f.windows(x, (3, 2), (2, 1), (1, 2), (1, 1, 1, 0), -9).max(-1),
                      node("MaxPool", ["x"], ["y"], kernel_shape=[3, 2], strides=[2, 1],
                           dilations=[1, 2], pads=[1, 1, 1, 0]))
        self.operator(lambda x: f.average_pool(x, (3, 2), (2, 1), (1, 1, 1, 0)),
                      node("AveragePool", ["x"], ["y"], kernel_shape=[3, 2], strides=[2, 1],
                           pads=[1, 1, 1, 0]))
        for name, function in (("GlobalAveragePool", np.mean), ("GlobalMaxPool", np.max)):
            self.operator(lambda x: function(x, (2, 3), keepdims=True), node(name, ["x"], ["y"]))

    def test_sums(self):
        for name, function in (("ReduceMean", np.mean), ("ReduceMax", np.max)):
            self.operator(lambda x: function(x, (1, 3)),
                          node(name, ["x"], ["y"], axes=[1, 3], keepdims=0))
        self.operator(lambda x: x.sum((2,), keepdims=True), node("ReduceSum", ["x", "a"], ["y"]),
                      constants={"a": whole(-2)})
        for axis in (1, 3):
            self.operator(lambda x: np.exp(f.log_softmax(x, axis)),
                          node("Softmax", ["x"], ["y"], axis=axis))
            self.operator(lambda x: f.log_softmax(x, axis),
                          node("LogSoftmax", ["x"], ["y"], axis=axis))

    def test_norms(self):
        scale, bias, mean, variance = weights(4), weights(4), weights(4), weights(4) ** 2
        channels = {"s": scale, "b": bias}

        def affine(y):
            return y * f.by_channel(scale) + f.by_channel(bias)

        self.operator(
            lambda x: affine((x - f.by_channel(mean)) /
                             np.sqrt(f.by_channel(variance.astype(float)) + 1e-3)),
            node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], epsilon=1e-3),
            constants={**channels, "m": mean, "v": variance})
        self.operator(lambda x: affine(f.normalized(x, (2, 3))),
                      node("InstanceNormalization", ["x", "s", "b"], ["y"]), constants=channels)
        last = {"s": weights(5), "b": weights(5)}
        self.operator(lambda x: f.normalized(x, 3) * last["s"] + last["b"],
                      node("LayerNormalization", ["x", "s", "b"], ["y"]), constants=last)
        self.operator(
            lambda x: affine(f.normalized(x.reshape(1, 2, -1), 2).reshape(x.shape)),
            node("GroupNormalization", ["x", "s", "b"], ["y"], num_groups=2), constants=channels,
            opset=21)
        self.operator(lambda x: f.local_response(x, 3, 0.4, 0.6, 1.5),
                      node("LRN", ["x"], ["y"], size=3, alpha=0.4, beta=0.6, bias=1.5))

    def test_products(self):
        a, b, c = weights(30, 4), weights(3, 30), weights(1, 3)
        self.operator(lambda x: x.reshape(4, 30) @ a,
                      node("Reshape", ["x", "to"], ["m"]), node("MatMul", ["m", "a"], ["y"]),
                      constants={"a": a, "to": whole(4, 30)}, label="MatMul")
        self.operator(lambda x: x @ x.transpose(0, 1, 3, 2),
                      node("Transpose", ["x"], ["t"], perm=[0, 1, 3, 2]),
                      node("MatMul", ["x", "t"], ["y"]), label="MatMul of two maps")
        self.operator(lambda x: 0.5 * x.reshape(4, 30) @ b.T.astype(float) + 2 * c.astype(float),
                      node("Reshape", ["x", "to"], ["m"]),
                      node("Gemm", ["m", "b", "c"], ["y"], transB=1, alpha=0.5, beta=2.0),
                      constants={"b": b, "c": c, "to": whole(4, 30)}, label="Gemm")
        space, features = weights(3, 6, 5), weights(3, 4)
        self.operator(
            lambda x: np.einsum("bchw,nhw,nc->bn", x, space.astype(float), features.astype(float)),
            node("Einsum", ["x", "s", "f"], ["y"], equation="bchw,nhw,nc->bn"),
            constants={"s": space, "f": features})

    def test_shapes(self):
        self.operator(lambda x: x.reshape(4, 30), node("Flatten", ["x"], ["y"], axis=2))
        self.operator(lambda x: x.reshape(1, 2, 10, 6), node("Reshape", ["x", "to"], ["y"]),
                      constants={"to": whole(0, 2, -1, 6)})
        self.operator(lambda x: x.transpose(3, 1, 0, 2),
                      node("Transpose", ["x"], ["y"], perm=[3, 1, 0, 2]))
        self.operator(lambda x: x[0], node("Squeeze", ["x", "a"], ["y"]), constants={"a": whole(0)})
        self.operator(lambda x: x[:, :, None], node("Unsqueeze", ["x", "a"], ["y"]),
                      constants={"a": whole(2)})
        self.operator(lambda x: f.depth_to_space(x, 2),
                      node("DepthToSpace", ["x"], ["y"], blocksize=2))

    def test_parts(self):
        self.operator(lambda x: np.concatenate((x[:, 3:], x[:, :1], x[:, 1:3]), 1),
                      node("Split", ["x", "s"], ["a", "b", "c"], axis=1),
                      node("Concat", ["c", "a", "b"], ["y"], axis=1),
                      constants={"s": whole(1, 2, 1)})
        self.operator(lambda x: x[:, :, 4:0:-2, 1:], node("Slice", ["x", "s", "e", "a", "t"], ["y"]),
                      constants={"s": whole(4, 1), "e": whole(0, 99), "a": whole(2, 3),
                                 "t": whole(-2, 1)})
        self.operator(lambda x: x[:, [2, 0, 2]], node("Gather", ["x", "i"], ["y"], axis=1),
                      constants={"i": whole(2, 0, 2)})
        for mode in ("constant", "reflect", "edge"):
            self.operator(lambda x: np.pad(x, ((0, 0), (0, 0), (1, 3), (2, 0)), mode),
                          node("Pad", ["x", "p"], ["y"], mode=mode),
                          constants={"p": whole(0, 0, 1, 2, 0, 0, 3, 0)}, label="Pad " + mode)

    def test_sampling(self):
        self.operator(lambda x: f.resample(f.resample(x, 9, 2), 8, 3),
                      node("Resize", ["x", "", "", "s"], ["y"], mode="linear"),
                      constants={"s": whole(1, 4, 9, 8)}, label="Resize linear")
        self.operator(lambda x: f.resample(f.resample(x, 4, 2, 4 / 6), 3, 3, 3 / 5),
                      node("Resize", ["x", "", "", "s"], ["y"], mode="linear", antialias=1,
                           axes=[2, 3]), constants={"s": whole(4, 3)}, opset=18,
                      label="Resize antialias")
        twice = np.array([1, 1, 2, 3], np.float32)
        self.operator(lambda x: x.repeat(2, 2).repeat(3, 3),
                      node("Resize", ["x", "", "s"], ["y"], mode="nearest"),
                      constants={"s": twice}, label="Resize nearest")
        self.operator(lambda x: x.repeat(2, 2).repeat(3, 3), node("Upsample", ["x", "s"], ["y"]),
                      constants={"s": twice}, opset=9)
        grid = random.uniform(-1.2, 1.2, (1, 3, 4, 2)).astype(np.float32)
        self.operator(lambda x: f.grid_sample(x, grid.astype(float)),
                      node("GridSample", ["x", "g"], ["y"]), constants={"g": grid})

    @classmethod
    def tearDownClass(cls):
        missing = OPERATORS - cls.seen
        assert not missing, "no test has %s" % " ".join(sorted(missing))


if __name__ == "__main__":
    main()

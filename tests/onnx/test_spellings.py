# SPDX-License-Identifier: GPL-3.0-or-later
"""One network in the spellings of several exporters, against PyTorch in double."""
import copy

import nets_neuro as neuro
import nets_vision as vision
import onnx
import rewrite
from compare import OnnxTest, main, nn, np, statistics, torch


def small():
    """Returns a network that has most kinds of nodes."""
    torch.manual_seed(0)
    net = nn.Sequential(vision.conv_norm(3, 8, 3, 2), vision.Squeeze(8), nn.Dropout(),
                        vision.Sum(vision.conv_norm(8, 8, act=None), act=nn.LeakyReLU(0.2)),
                        nn.ZeroPad2d((1, 0, 0, 2)), nn.AvgPool2d(2), nn.Flatten(),
                        nn.Linear(8 * 5 * 4, 5), neuro.EluPlusOne())
    return statistics(net, (3, 16, 15))


def with_rounded_weights(net, kind):
    """Returns the network with its weights rounded to a type of PyTorch."""
    net = copy.deepcopy(net)
    for tensor in [*net.parameters(), *net.buffers()]:
        if tensor.is_floating_point():
            tensor.data = tensor.data.to(kind).float()
    return net


class Spellings(OnnxTest):
    def setUp(self):
        super().setUp()
        self.net = small()

    def spelled(self, *changes, net=None, opset=13, **options):
        """Compares the network with the file after the changes."""
        def change(model, path):
            for each in changes:
                each(model)
            with open(path, "wb") as f:
                f.write(model.SerializeToString())
        self.check(net or self.net, (3, 16, 15), opset, rewrite=change, **options)

    def rounded(self, kind, change):
        """Compares the network with rounded weights; its batch norms stay, with theirs."""
        self.spelled(change, net=with_rounded_weights(self.net, kind), do_constant_folding=False,
                     training=torch.onnx.TrainingMode.PRESERVE, has={"BatchNormalization"})

    def test_as_it_is(self):
        self.spelled()

    def test_a_wrong_weight_is_noticed(self):
        def change(model):
            weight = model.graph.initializer[0]
            values = onnx.numpy_helper.to_array(weight) * np.float32(1.01)
            weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))

        with self.assertRaisesRegex(AssertionError, "not less than or equal to 1e-05"):
            self.spelled(change)

    def test_any_order(self):
        self.spelled(rewrite.shuffle_nodes)
        self.spelled(rewrite.weights_as_nodes, rewrite.shuffle_nodes)

    def test_weights(self):
        for way in (rewrite.weights_as_nodes, rewrite.weights_as_inputs,
                    rewrite.weights_as_numbers):
            with self.subTest(way.__name__):
                self.spelled(way)

    def test_external_data(self):
        path = self.path("test_external_data.onnx")
        for align in (1, 4096):
            self.spelled(lambda model: rewrite.weights_outside(model, path, align))

    def test_half(self):
        """Weights of 16 bits, in a network of floats or of 16 bits."""
        kind, store = onnx.TensorProto.FLOAT16, rewrite.store_half
        self.rounded(torch.float16, lambda m: rewrite.cast_weights(m, store))
        for cast_ends in (False, True):
            self.rounded(torch.float16, lambda m: rewrite.retype(m, store, kind, cast_ends))

    def test_bfloat16(self):
        for store in (rewrite.store_bfloat16, rewrite.store_bfloat16_as_numbers):
            self.rounded(torch.bfloat16, lambda m: rewrite.cast_weights(m, store))
        for cast_ends in (False, True):
            self.rounded(torch.bfloat16, lambda m: rewrite.retype(
                m, rewrite.store_bfloat16, rewrite.BFLOAT16, cast_ends))

    def test_double(self):
        self.spelled(lambda m: rewrite.cast_weights(m, rewrite.store_double))
        for cast_ends in (False, True):
            self.spelled(lambda m: rewrite.retype(m, rewrite.store_double,
                                                  onnx.TensorProto.DOUBLE, cast_ends))

    def test_functions(self):
        """Functions of the model, whose calls pass on attributes; functions that call others."""
        operators, modules = rewrite.operators_as_functions, rewrite.modules_as_functions
        self.spelled(operators)
        self.spelled(modules)
        self.spelled(operators, modules)
        self.spelled(operators, modules,
                     lambda m: rewrite.modules_as_functions(m, 2, "pkg.torch.nested"))
        self.spelled(operators, modules, rewrite.shuffle_nodes, opset=16)

    def test_modules_as_functions(self):
        """As PyTorch 1.13 writes modules; it can do so once in a process."""
        net = nn.Sequential(nn.Conv2d(3, 8, 4, 4), vision.ConvNeXtBlock(8), vision.Means(),
                            nn.Linear(8, 3))
        self.check(net.eval(), (3, 16, 20), 16, export_modules_as_functions=True,
                   has={"Linear", "GELU", "LayerNorm"})

    def test_shared_weights(self):
        """PyTorch passes equal weights on through Identity nodes."""
        net = nn.Sequential(vision.conv_norm(3, 6), *[nn.GroupNorm(2, 6) for _ in range(3)],
                            vision.head(6))
        self.check(statistics(net, (3, 12, 12)), (3, 12, 12), has={"Identity"})


class ChannelsLast(OnnxTest):
    """Files as tf2onnx writes them: images have their channels last, the graph has them first."""

    def test_keras(self):
        torch.manual_seed(0)
        one, two = nn.Conv2d(3, 6, 5, 2), nn.Conv2d(6, 6, 5, 2, groups=6, bias=False)
        last = nn.Linear(5 * 4 * 6, 4)

        class Net(nn.Module):
            """Padding as of Keras: an even size and stride 2 need one zero more at the end."""

            def __init__(self):
                super().__init__()
                self.layers, self.act = nn.ModuleList([one, two, last]), nn.ReLU()

            def forward(self, x):
                x = x.permute(0, 3, 1, 2)
                one, two, last = self.layers
                x = self.act(one(nn.functional.pad(x, (1, 2, 1, 2))))
                x = two(nn.functional.pad(x, (1, 2, 2, 2))) * 0.7
                return last(x.permute(0, 2, 3, 1).flatten(1))

        self.write(Net().eval(), one, two, last)

    def write(self, net, one, two, last):
        array = lambda name, t: onnx.numpy_helper.from_array(  # noqa: E731
            np.ascontiguousarray(t.detach().numpy() if torch.is_tensor(t) else t), name)
        node = onnx.helper.make_node
        nodes = [
            node("Transpose", ["image_input:0"], ["t"], "model/layer0/Conv2D__6",
                 perm=[0, 3, 1, 2]),
            node("Conv", ["t", "w1", "b1"], ["c1"], auto_pad="SAME_UPPER", strides=[2, 2],
                 kernel_shape=[5, 5], dilations=[1, 1], group=1),
            node("Relu", ["c1"], ["r1"]),
            node("Reshape", ["w2", "w2shape"], ["w2r"]),
            node("Conv", ["r1", "w2r"], ["c2"], auto_pad="SAME_UPPER", strides=[2, 2],
                 kernel_shape=[5, 5], dilations=[1, 1], group=6),
            node("Mul", ["c2", "scale"], ["m2"]),
            node("Transpose", ["m2"], ["last"], perm=[0, 2, 3, 1]),
            node("Reshape", ["last", "flat"], ["f"]),
            node("MatMul", ["f", "w3"], ["p"]), node("Add", ["p", "b3"], ["a"]),
            node("Unsqueeze", ["a", "axis"], ["u"]), node("Squeeze", ["u", "axis"], ["Identity:0"])]
        weights = [
            array("w1", one.weight), array("b1", one.bias),
            array("w2", two.weight.permute(1, 0, 2, 3)),
            array("w2shape", np.array([6, 1, 5, 5])), array("flat", np.array([-1, 120])),
            array("scale", np.full((1, 6, 1, 1), 0.7, np.float32)), array("w3", last.weight.t()),
            array("b3", last.bias), array("axis", np.array([2]))]
        value = onnx.helper.make_tensor_value_info
        graph = onnx.helper.make_graph(
            nodes, "tf2onnx", [value("image_input:0", 1, ["unk__8", 18, 16, 3])],
            [value("Identity:0", 1, ["unk__9", 4])], weights)
        model = onnx.helper.make_model(graph, producer_name="tf2onnx", opset_imports=[
            onnx.helper.make_opsetid("", 13), onnx.helper.make_opsetid("ai.onnx.ml", 2)])
        path = self.path("keras.onnx")
        onnx.save(model, path)
        self.compare(path, net, rows_first=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ONNX files for what a reader may take wrongly without a word: functions with defaults,
equations without a result, branches in branches, empty tensors, names of neurons, and files that
must be refused."""
import os
import tempfile
import unittest

from compare import evoke, image, main, np, onnx, run

helper, FLOAT = onnx.helper, onnx.TensorProto.FLOAT
SHAPE = (1, 3, 6, 5)
node = helper.make_node


def constant(name, values):
    return onnx.numpy_helper.from_array(np.asarray(values), name)


def whole(name, *values):
    return constant(name, np.array(values, dtype=np.int64))


class FilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "net.onnx")
        self.image = image((6, 5, 3))
        self.x = self.image.transpose(2, 0, 1)[None].astype(np.float64)

    def write(self, nodes, constants=(), outputs=("y",), functions=(), imports=(), opset=17,
              shape=SHAPE, kind=FLOAT):
        graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", kind, shape)],
                                  [helper.make_tensor_value_info(o, FLOAT, None) for o in outputs],
                                  list(constants))
        model = helper.make_model(graph, functions=list(functions), opset_imports=[
            helper.make_opsetid("", opset)] + [helper.make_opsetid(i, 1) for i in imports])
        model.ir_version = 8
        with open(self.path, "wb") as f:
            f.write(model.SerializeToString())
        return model

    def responses(self):
        with evoke.open(self.path, mean=0, scale=1) as model:
            return model.predict(self.image[None])[0]

    def names(self):
        with evoke.open(self.path, mean=0, scale=1) as model:
            return list(model.neurons)

    def assert_responses(self, wanted):
        np.testing.assert_allclose(self.responses(), np.ravel(wanted), rtol=1e-5, atol=1e-4)

    def assert_refused(self, says):
        with self.assertRaisesRegex(evoke.Error, says):
            evoke.open(self.path, mean=0, scale=1)

    def test_constant_factors(self):
        """Gemm of two constants, to which the image is added."""
        a, b = np.ones((1, 3), "f4"), np.arange(270, dtype="f4").reshape(3, 90) / 9
        self.write([node("Flatten", ["x"], ["f"]), node("Gemm", ["a", "b", "f"], ["y"])],
                   [constant("a", a), constant("b", b)])
        self.assert_responses(a @ b + self.x.reshape(1, 90))

    def test_default_attribute(self):
        """A function's attribute has a default, which is a field that ONNX 1.12 does not know."""
        leaky = node("LeakyRelu", ["a"], ["b"])
        reference = leaky.attribute.add()
        reference.name, reference.ref_attr_name, reference.type = "alpha", "slope", 1
        function = helper.make_function("own", "F", ["a"], ["b"], [leaky],
                                        [helper.make_opsetid("", 17)], ["slope"])
        default = helper.make_attribute("slope", 0.5).SerializeToString()
        function.MergeFromString(bytes([11 << 3 | 2, len(default)]) + default)
        self.write([node("Neg", ["x"], ["n"]), node("F", ["n"], ["e"], domain="own"),
                    node("Flatten", ["e"], ["y"])], functions=[function], imports=["own"])
        self.assert_responses(-0.5 * self.x)

    def test_functions_of_one_name(self):
        function = helper.make_function("own", "F", ["a"], ["b"], [node("Neg", ["a"], ["b"])],
                                        [helper.make_opsetid("", 17)])
        self.write([node("F", ["x"], ["y"], domain="own")], functions=[function, function],
                   imports=["own"])
        self.assert_refused("it has two functions 'F'")

    def test_opset_of_function(self):
        function = helper.make_function("own", "F", ["a"], ["b"], [node("Neg", ["a"], ["b"])],
                                        [helper.make_opsetid("", 99)])
        self.write([node("F", ["x"], ["y"], domain="own")], functions=[function], imports=["own"])
        self.assert_refused("function 'F' is of opset 99, supported: up to 21")

    def test_implicit_result(self):
        """Einsum without an arrow: the axes of the ellipsis come first, in their order."""
        self.write([node("Einsum", ["x"], ["e"], equation="...j"), node("Flatten", ["e"], ["y"])])
        self.assert_responses(self.x)

    def test_branch_in_branch(self):
        """The inner branch belongs to one that is not taken."""
        def branch(name, nodes):
            return helper.make_graph(nodes, name, [],
                                     [helper.make_tensor_value_info(name, FLOAT, None)])

        inner = node("If", ["yes"], ["b"], then_branch=branch("c", [node("Neg", ["m"], ["c"])]),
                     else_branch=branch("d", [node("Abs", ["m"], ["d"])]))
        self.write([node("Flatten", ["x"], ["f"]),
                    node("If", ["no"], ["y"],
                         then_branch=branch("b", [node("Exp", ["f"], ["m"]), inner]),
                         else_branch=branch("e", [node("Identity", ["f"], ["e"])]))],
                   [constant("yes", np.array(True)), constant("no", np.array(False))])
        self.assert_responses(self.x)

    def test_empty_tensor(self):
        self.write([node("Flatten", ["x"], ["f"]), node("Concat", ["none", "f"], ["y"], axis=1)],
                   [constant("none", np.zeros((1, 0), "f4"))])
        self.assert_responses(self.x)

    def test_minus_infinity(self):
        """Clip of log(0) gives the lower bound."""
        self.write([node("Sub", ["x", "x"], ["z"]), node("Log", ["z"], ["l"]),
                    node("Clip", ["l", "low", "high"], ["c"]), node("Flatten", ["c"], ["y"])],
                   [constant("low", np.float32(0)), constant("high", np.float32(6))])
        self.assert_responses(np.zeros(90))

    def test_cast_to_eight_bits(self):
        """257 and -129 leave 1 and 127 in 8 bits."""
        self.write([node("Cast", ["u"], ["v"], to=onnx.TensorProto.UINT8),
                    node("Cast", ["i"], ["j"], to=onnx.TensorProto.INT8),
                    node("Cast", ["v"], ["vf"], to=FLOAT), node("Cast", ["j"], ["jf"], to=FLOAT),
                    node("Add", ["vf", "jf"], ["k"]), node("Mul", ["x", "k"], ["m"]),
                    node("Flatten", ["m"], ["y"])], [whole("u", 257), whole("i", -129)])
        self.assert_responses(128 * self.x)

    def test_names_of_map(self):
        self.write([node("Relu", ["x"], ["y"])])
        self.assertEqual(self.names()[:4], ["row0_column0_channel0", "row0_column0_channel1",
                                            "row0_column0_channel2", "row0_column1_channel0"])
        self.assert_responses(self.x.transpose(0, 2, 3, 1))

    def test_names_of_turned_map(self):
        """Channels come last in the output: the neurons are the same."""
        self.write([node("Relu", ["x"], ["r"]), node("Transpose", ["r"], ["y"], perm=[0, 2, 3, 1])])
        self.assertEqual(self.names()[1], "row0_column0_channel1")
        self.assert_responses(self.x.transpose(0, 2, 3, 1))

    def test_numbers(self):
        """Outputs that are no maps have numbers, whatever lies behind them."""
        for nodes, wanted in (
                ([node("Flatten", ["x"], ["y"])], self.x),
                ([node("Squeeze", ["x", "axis"], ["y"])], self.x),
                ([node("ReduceSum", ["x", "axes"], ["y"], keepdims=0)], self.x.sum((1, 2)))):
            self.write(nodes, [whole("axis", 0), whole("axes", 1, 2)])
            self.assertEqual(self.names()[:2], ["0", "1"])
            self.assert_responses(wanted)

    def test_many_neurons(self):
        """Of a map of 10,100 values info describes 10,000, unless neurons are chosen."""
        self.write([node("Tile", ["x", "times"], ["y"])], [whole("times", 1, 1, 101, 100)],
                   shape=(1, 1, 1, 1))
        for arguments, last in ((["info"], "9999"),
                                (["info", "--neurons", "10099"], "10099")):
            with self.subTest(last):
                described = run(*arguments, self.path).splitlines()
                self.assertEqual(described[-1].split()[0], last)

    def test_refused(self):
        sizes = [constant("scales", np.array([1, 1, 2, 2], "f4"))]
        for says, nodes, constants in (
                ("expected real numbers", [node("Div", ["x", "x"], ["y"])], []),
                ("is 'half_pixels', supported: half_pixel",
                 [node("Resize", ["x", "", "scales"], ["y"],
                       coordinate_transformation_mode="half_pixels")], sizes),
                ("mode is 'dcr', supported: DCR, CRD",
                 [node("DepthToSpace", ["x"], ["y"], blocksize=1, mode="dcr")], []),
                ("training mode", [node("Dropout", ["x", "ratio", "yes"], ["y"])],
                 [constant("ratio", np.float32(0.5)), constant("yes", np.array(True))]),
                ("training mode", [node("BatchNormalization", ["x", "a", "a", "a", "a"], ["y"])],
                 [constant("a", np.ones(3, "f4"))]),
                ("parts have 3 values, expected 6",
                 [node("Split", ["x", "parts"], ["y", "z"], axis=2)], [whole("parts", 1, 2)])):
            with self.subTest(says):
                first = says == "expected real numbers"
                old = nodes[0].op_type == "BatchNormalization"
                self.write(nodes, constants, opset=6 if old else 17,
                           kind=onnx.TensorProto.UINT8 if first else FLOAT)
                self.assert_refused(says)


if __name__ == "__main__":
    main()

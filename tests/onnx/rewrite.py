# SPDX-License-Identifier: GPL-3.0-or-later
"""Spellings of one ONNX model: functions that change an onnx.ModelProto and keep what it computes.

PyTorch 1.13 writes none of these; other exporters do.  Debian's package of ONNX is older than some
of them, so nothing here is checked by its checker.
"""
import numpy as np
from onnx import FunctionProto, TensorProto, helper, numpy_helper

BFLOAT16 = 16  # TensorProto.DataType


def shuffle_nodes(model):
    """Puts the nodes into a random order."""
    nodes = list(model.graph.node)
    np.random.default_rng(0).shuffle(nodes)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def weights_as_nodes(model):
    """Makes a Constant node of every initializer."""
    nodes = [helper.make_node("Constant", [], [w.name], value=w) for w in model.graph.initializer]
    nodes += model.graph.node
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.node.extend(nodes)


def weights_as_inputs(model):
    """Lists every initializer among the inputs, before the image."""
    image = list(model.graph.input)
    del model.graph.input[:]
    model.graph.input.extend(helper.make_tensor_value_info(w.name, w.data_type, w.dims)
                             for w in model.graph.initializer)
    model.graph.input.extend(image)


def weights_as_numbers(model):
    """Writes the weights as numbers of their type, not as bytes."""
    for w in model.graph.initializer:
        values = numpy_helper.to_array(w)
        w.CopyFrom(helper.make_tensor(w.name, w.data_type, w.dims, values.ravel()))


def weights_outside(model, path, align=4096):
    """Moves the weights into PATH.data, each at an offset that a page begins at."""
    name = path + ".data"
    with open(name, "wb") as f:
        for w in model.graph.initializer:
            f.write(b"\0" * (-f.tell() % align))
            for key, value in (("location", name.rsplit("/", 1)[1]), ("offset", f.tell()),
                               ("length", len(w.raw_data))):
                w.external_data.add(key=key, value=str(value))
            f.write(w.raw_data)
            w.ClearField("raw_data")
            w.data_location = TensorProto.EXTERNAL


def floats(model):
    return [w for w in model.graph.initializer if w.data_type == TensorProto.FLOAT]


def store_half(weight):
    values = numpy_helper.to_array(weight).astype(np.float16)
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))


def store_bfloat16(weight):
    """Keeps the upper half of each float32."""
    values = numpy_helper.to_array(weight).astype("<f4")
    weight.data_type = BFLOAT16
    weight.raw_data = (values.view("<u4") >> 16).astype("<u2").tobytes()


def store_bfloat16_as_numbers(weight):
    store_bfloat16(weight)
    weight.int32_data.extend(np.frombuffer(weight.raw_data, "<u2").tolist())
    weight.ClearField("raw_data")


def store_double(weight):
    values = numpy_helper.to_array(weight).astype(np.float64)
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))


def cast_weights(model, store):
    """Stores the weights in another type, and casts each to float in the graph."""
    casts = []
    for w in floats(model):
        casts.append(helper.make_node("Cast", [w.name + "_stored"], [w.name], to=TensorProto.FLOAT))
        w.name += "_stored"
        store(w)
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def retype(model, store, kind, cast_ends):
    """Makes a network of another type of it; with cast_ends, image and responses stay floats."""
    for w in floats(model):
        store(w)
    ends = [*model.graph.input, *model.graph.output]
    if not cast_ends:
        for end in ends:
            end.type.tensor_type.elem_type = kind
        return
    image, response = ends
    for node in model.graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name in (image.name, response.name):
                    names[i] = name + "_inside"
    first = helper.make_node("Cast", [image.name], [image.name + "_inside"], to=kind)
    last = helper.make_node("Cast", [response.name + "_inside"], [response.name],
                            to=TensorProto.FLOAT)
    model.graph.node.insert(0, first)
    model.graph.node.append(last)


def use(model, domain, version=1):
    """Adds a domain to what the model imports."""
    if domain not in {o.domain for o in model.opset_import}:
        model.opset_import.append(helper.make_opsetid(domain, version))


def define(model, domain, name, inputs, outputs, nodes, attributes=(), needs=()):
    """Adds a function to the model."""
    function = FunctionProto(name=name, domain=domain, input=inputs, output=outputs,
                             attribute=attributes)
    function.node.extend(nodes)
    function.opset_import.append(helper.make_opsetid("", model.opset_import[0].version))
    function.opset_import.extend(helper.make_opsetid(d, 1) for d in needs)
    model.functions.append(function)
    use(model, domain)


TORCH = "pkg.onnxscript.torch_lib"


def operators_as_functions(model):
    """Makes a call of every node; attributes are passed on, as the library of PyTorch 2 does.

    A function has the names x0, x1, ... inside, whatever its caller calls them.
    """
    known, calls = set(), []
    for node in list(model.graph.node):
        if node.op_type == "Constant":
            calls.append(node)
            continue
        name = "_".join(["aten", node.op_type.lower(), str(len(node.input)),
                         *sorted(a.name for a in node.attribute)])
        if name not in known:
            known.add(name)
            inputs = ["x%d" % i for i in range(len(node.input))]
            outputs = ["result%d" % i for i in range(len(node.output))]
            inner = helper.make_node(node.op_type, inputs, ["raw", *outputs[1:]])
            for a in node.attribute:
                inner.attribute.add(name=a.name, ref_attr_name=a.name, type=a.type)
            last = helper.make_node("Identity", ["raw"], outputs[:1])
            define(model, TORCH, name, inputs, outputs, [inner, last],
                   [a.name for a in node.attribute])
        call = helper.make_node(name, node.input, node.output, domain=TORCH)
        call.attribute.extend(node.attribute)
        calls.append(call)
    del model.graph.node[:]
    model.graph.node.extend(calls)


def modules_as_functions(model, size=3, domain="pkg.torch.2.1.0"):
    """Makes a call of every few nodes in a row, as PyTorch's modules become functions."""
    nodes = list(model.graph.node)
    parts = [nodes[i:i + size] for i in range(0, len(nodes), size)]
    ends = {o.name for o in model.graph.output}
    calls = []
    for i, part in enumerate(parts):
        made = [o for n in part for o in n.output]
        read = {name for other in parts[i + 1:] for n in other for name in n.input}
        inputs = sorted({name for n in part for name in n.input if name} - set(made))
        outputs = [name for name in made if name in read or name in ends]
        name = "torch_nn_modules_container_Sequential_%d" % i
        define(model, domain, name, inputs, outputs, part,
               needs={n.domain for n in part if n.domain})
        calls.append(helper.make_node(name, inputs, outputs, domain=domain, name="call%d" % i))
    del model.graph.node[:]
    model.graph.node.extend(calls)

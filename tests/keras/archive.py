# SPDX-License-Identifier: GPL-3.0-or-later
"""A model as the files that versions of Keras write.

write(path, model, spelling) writes one file.  A spelling is a row of SPELLINGS.
"""
import dataclasses
import io
import json
import zipfile

import h5py
import numpy as np

import defaults
from weights import FROZEN, snake


@dataclasses.dataclass(frozen=True)
class Spelling:
    """How a version of Keras writes a model.

    keras    2 or 3: whose configs, and whose functions
    version  what the file says of its version; None: nothing
    h5       True: one HDF5 file; False: an archive
    root     the group of all layers in the weights of an archive
    named    True: groups have the names of layers; False: those of classes, with a counter
    twice    True: the counter counts layers with weights twice
    join     what stands between the parts of a group's name; not "/": they are one name
    bare     True: configs without the keys that have their default
    """

    name: str
    keras: int
    version: str
    h5: bool = False
    root: str = "layers"
    named: bool = False
    twice: bool = False
    join: str = "/"
    bare: bool = False

    @property
    def ending(self):
        return ".h5" if self.h5 else ".keras"


SPELLINGS = (
    Spelling("Keras 3", 3, "3.1.1"),
    Spelling("Keras 3, groups by name, no defaults", 3, "3.8.0", named=True, bare=True),
    Spelling("Keras 3, HDF5", 3, "3.3.3", h5=True),
    Spelling("Keras 2, HDF5", 2, "2.11.0", h5=True),
    Spelling("Keras 2.12, archive, no defaults", 2, "2.12.0",
             root="_layer_checkpoint_dependencies", bare=True),
)

# Where Keras 3 keeps the state of random numbers; that of other Random... layers is "generator".
SEEDED = {kind: "seed_generator" for kind in ("Dropout", "SpatialDropout2D", "AlphaDropout",
                                              "GaussianDropout", "GaussianNoise")}

POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"},
          "registered_name": None}
SPECIAL = {"Functional": ("keras.src.models.functional", "Functional"),
           "Sequential": ("keras", None)}  # module and registered_name; else keras.layers

# ---- the description -----------------------------------------------------------------------------


def history(tensor, spelling, ends=False):
    """Returns [layer, call, output].

    Keras 2 counts the calls of inner models that have an input from 1, and Keras 3 those of
    Functional ones where they are outputs.
    """
    inner, shift = tensor.layer.model, 0
    if inner:
        shift = not inner.deferred if spelling.keras == 2 else ends and inner.kind == "Functional"
    return [tensor.layer.name, tensor.call + int(shift), tensor.index]


def keras_tensor(tensor, spelling):
    return {"class_name": "__keras_tensor__",
            "config": {"shape": [None, *tensor.shape], "dtype": "float32",
                       "keras_history": history(tensor, spelling)}}


def inbound(call, spelling):
    """Returns one entry of inbound_nodes."""
    inputs, named = call
    if spelling.keras == 2:
        return [[*history(t, spelling), named if i == 0 else {}] for i, t in enumerate(inputs)]
    tensors = [keras_tensor(t, spelling) for t in inputs]
    return {"args": tensors if len(tensors) == 1 else [tensors], "kwargs": named}


def config_of(layer, spelling):
    if layer.model:
        return model_config(layer.model, spelling)
    if layer.kind == "InputLayer":
        key = "batch_input_shape" if spelling.keras == 2 else "batch_shape"
        return {key: [None, *layer.shape], "dtype": "float32", "sparse": False,
                **({"ragged": False} if spelling.keras == 2 else {}), "name": layer.name}
    common = {"name": layer.name, "dtype": POLICY if spelling.named else "float32"}
    if not spelling.bare or not layer.trainable:
        common["trainable"] = layer.trainable
    return {**common, **defaults.full(layer, spelling.keras, spelling.bare)}


def entry(kind, config, spelling):
    """Returns a layer or a model as an object."""
    if spelling.h5:
        return {"class_name": kind, "config": config}
    module, registered = SPECIAL.get(kind, ("keras.layers", None))
    return {"module": module, "class_name": kind, "config": config, "registered_name": registered}


def layer_entry(layer, spelling):
    out = entry(layer.kind, config_of(layer, spelling), spelling)
    if not spelling.h5 and layer.calls:
        shapes = [[None, *t.shape] for t in layer.calls[0][0]]
        out["build_config"] = {"input_shape": shapes[0] if len(shapes) == 1 else shapes}
    return out


def model_config(model, spelling):
    left_out = 1 if model.deferred and spelling.keras == 2 else 0  # the InputLayer
    layers = [layer_entry(s, spelling) for s in model.layers[left_out:]]
    out = {"name": model.name, "trainable": model.trainable, "layers": layers}
    if model.kind == "Sequential":
        return {**out, "build_input_shape": [None, *model.input.shape]}
    for e, s in zip(layers, model.layers):
        e["name"] = s.name
        e["inbound_nodes"] = [inbound(c, spelling) for c in s.calls]
    out["input_layers"] = [history(model.input, spelling)]
    out["output_layers"] = [history(t, spelling, True) for t in model.outputs]
    if spelling.named and len(model.outputs) == 1:  # newer versions keep a tensor outside of a list
        out["input_layers"], out["output_layers"] = out["input_layers"][0], out["output_layers"][0]
    return out


def plain(value):
    """Returns an object without what HDF5 files have not: module, registered_name, build_config."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    if not isinstance(value, dict):
        return value
    newer = ("module", "registered_name", "build_config")
    return {k: plain(v) for k, v in value.items() if k not in newer}


def description(model, spelling):
    """Returns the whole description as Keras writes it in JSON."""
    out = entry(model.kind, model_config(model, spelling), spelling)
    return plain(out) if spelling.h5 else out


# ---- the weights ---------------------------------------------------------------------------------


def has_weights(layer):
    inner = layer.model.layers if layer.model else ()
    return bool(layer.weights) or any(has_weights(s) for s in inner)


def grouped(model, spelling):
    """Yields the name of each layer's group, and the layer."""
    counts = {}
    for s in model.layers:
        if s.kind == "InputLayer" and model.kind == "Sequential":
            continue
        key = snake(s.kind)
        count = counts.get(key, 0)
        counts[key] = count + (2 if spelling.twice and has_weights(s) else 1)
        yield s.name if spelling.named else key + ("_%d" % count if count else ""), s


def write_groups(f, model, spelling, prefix=()):
    """Writes the weights of a model's layers into the HDF5 file of an archive."""
    for name, s in grouped(model, spelling):
        parts = *prefix, spelling.root, name
        path = spelling.join.join(parts)
        arrays = f.create_group(path).create_group("vars")
        for i, values in enumerate(s.weights.values()):
            arrays[str(i)] = values
        if s.model:
            write_groups(f, s.model, spelling, parts)
        state = SEEDED.get(s.kind, "generator" if s.kind.startswith("Random") else None)
        if spelling.keras == 3 and state:
            f["%s/%s/vars/0" % (path, state)] = np.array([1337, 0], np.uint32)


def weights_file(model, spelling):
    held = io.BytesIO()
    with h5py.File(held, "w") as f:
        f.create_group("vars")
        write_groups(f, model, spelling)
        f["optimizer/vars/0"] = np.array(0)
        f["optimizer/vars/1"] = np.float32(1e-4)
    return held.getvalue()


def trained(layer, spelling):
    """Returns (name, values) of the weights of a layer that are trained, and of those that are not.

    Of an inner model these are those of all its layers: HDF5 files have first all that are trained.
    Keras 3 has those of a frozen model layer by layer.
    """
    if layer.model:
        parts = [trained(s, spelling) for s in layer.model.layers]
        if spelling.keras == 3 and not layer.trainable:
            return [], [w for p in parts for w in (*p[0], *p[1])]
        return [w for p in parts for w in p[0]], [w for p in parts for w in p[1]]
    first, then, form = [], [], "%s/%s:0" if spelling.keras == 2 else "%s/%s"
    for key, values in layer.weights.items():
        group = first if layer.trainable and key not in FROZEN else then
        group.append((form % (layer.name, key), values))
    return first, then


def write_names(group, key, names, spelling):
    """Writes a list of names: texts of one length, or of any length by newer versions of h5py."""
    texts = [name.encode() for name in names]
    group.attrs[key] = np.array(texts) if texts and spelling.keras == 2 else texts


def write_layer(group, layer, spelling):
    """Writes the group of a layer, or of an inner model, of an HDF5 file."""
    arrays = sum(trained(layer, spelling), [])
    write_names(group, "weight_names", [name for name, _ in arrays], spelling)
    for name, values in arrays:
        group.create_dataset(name, data=values)


def write_h5(f, model, spelling, text):
    f.attrs["model_config"], f.attrs["backend"] = text, "tensorflow"
    group = f.create_group("model_weights")
    if spelling.version:
        f.attrs["keras_version"] = group.attrs["keras_version"] = spelling.version
    layers = [s for s in model.layers if s.kind != "InputLayer" or model.kind != "Sequential"]
    write_names(group, "layer_names", [s.name for s in layers], spelling)
    for s in layers:
        write_layer(group.create_group(s.name), s, spelling)
    group.create_group("top_level_model_weights").attrs["weight_names"] = []


# ---- files ---------------------------------------------------------------------------------------


def write(path, model, spelling, change=None):
    """Writes a model as a file.

    change  a function that changes the description, a dictionary, before it is written
    """
    described = description(model, spelling)
    described = (change and change(described)) or described
    text = json.dumps(described)
    if spelling.h5:
        with h5py.File(path, "w") as f:
            write_h5(f, model, spelling, text)
        return
    with zipfile.ZipFile(path, "w") as z:
        version = {"keras_version": spelling.version} if spelling.version else {}
        z.writestr("metadata.json", json.dumps({**version, "date_saved": "2025-02-18@12:53:23"}))
        z.writestr("config.json", text)
        z.writestr("model.weights.h5", weights_file(model, spelling))

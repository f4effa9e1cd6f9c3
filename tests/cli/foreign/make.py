# SPDX-License-Identifier: GPL-3.0-or-later
"""make.py - writes small files of formats that evoke names and does not open

Usage: make.py FOLDER. Each file has what recognises its format, and little else.
"""
import os
import pickle
import struct
import sys
import zipfile
import zlib

FOLDER = sys.argv[1]


def put(name, data):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def put_zip(name, entries):
    with zipfile.ZipFile(os.path.join(FOLDER, name), "w") as z:
        for entry in entries:
            z.writestr(zipfile.ZipInfo(entry), b"{}")


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def message(field, *parts):
    body = b"".join(p.encode() if isinstance(p, str) else p for p in parts)
    return varint(field << 3 | 2) + varint(len(body)) + body


def put_archives():
    put_zip("net.torchscript.pt", ["net/data.pkl", "net/code/__torch__/net.py",
                                   "net/constants.pkl", "net/version"])
    put_zip("old_script.pt", ["net/model.json", "net/code/net.py", "net/version"])
    put_zip("package.pt", ["net/.data/extern_modules", "net/model/model.pkl"])
    put_zip("net.pt2", ["net/archive_format", "net/models/model.json", "net/data/weights/w"])
    put_zip("older.pt2", ["serialized_exported_program.json", "serialized_state_dict.json"])
    put_zip("newer.pt2", ["net/models/model.json", "net/data/weights/weight_0", "net/version"])
    put_zip("book.xlsx", ["[Content_Types].xml", "xl/workbook.xml"])
    put_zip("models.zip", ["__MACOSX/._a", "models/", "models/a.keras", "models/b\n.onnx"])
    put_zip("photos.zip", ["photos/", "photos/a.png", "photos/b.JPG"])
    put_zip("many.zip", ["a", "b", "c", "d"])
    with zipfile.ZipFile(os.path.join(FOLDER, "none.zip"), "w"):
        pass
    for name, head in (("net.h5.gz", b"\x1f\x8b\x08"), ("net.bz2", b"BZh91AY"),
                       ("net.xz", b"\xfd7zXZ\0"), ("net.zst", b"\x28\xb5\x2f\xfd"),
                       ("net.7z", b"7z\xbc\xaf\x27\x1c"), ("net.rar", b"Rar!\x1a\x07\x01"),
                       ("net.tar", b"a" + bytes(256) + b"ustar"),
                       ("ridge.joblib", zlib.compress(b"a joblib file"))):
        put(name, head + bytes(8))


def put_tensorflow():
    meta = message(1, message(4, "serve"), message(5, "2.15.0"))
    graph = message(2, message(1, message(1, "x"), message(2, "Placeholder")))
    put("saved/saved_model.pb", number(1, 1) + message(2, meta, graph))
    put("saved/variables/variables.index", b"")
    put("frozen.pb", message(1, message(1, "x"), message(2, "Placeholder"))
        + message(4, b"\x08\x01"))
    put("net.tflite", b"\x1c\0\0\0TFL3" + bytes(16))
    put("graph/model.json", '{"format": "graph-model", "generatedBy": "2.15.0", '
        '"modelTopology": {"node": []}, "weightsManifest": []}')
    put("layers/model.json", '\n {"format": "layers-model", "generatedBy": "keras v2.1.4", '
        '"modelTopology": {"class_name": "Sequential", "config": {}}, "weightsManifest": []}')
    put("ckpt-3.index", b"\0\0" + bytes(40) + bytes.fromhex("57fb808b247547db"))
    put("ckpt-3.data-00000-of-00001", struct.pack("<4f", 1, 2, 3, 4))
    put("checkpoint", 'model_checkpoint_path: "ckpt-3"\n')


def put_others():
    def text5(endian):
        return b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + endian

    put("net5.mat", text5(b"\0\1IM") + bytes(32))
    put("big.mat", b"MATLAB, by another program".ljust(124) + b"\1\0MI" + bytes(32))
    put("net73.mat", b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512) + b"\x89HDF\r\n\x1a\n")
    put("net4.mat", struct.pack("<5I", 0, 2, 1, 0, 5) + b"resp\0" + struct.pack("<2d", 1, 2))
    put("net.mlmodel", number(1, 4) + message(2, message(1, message(1, "image")))
        + message(500, message(1, "layer")))
    put("net.xml", '<?xml version="1.0"?>\n<net name="net" version="11">\n<layers>\n'
        '</layers></net>\n')
    put("net.caffemodel", message(1, "net") + message(100, message(1, "conv1"),
                                                      message(2, "Convolution")))
    put("older.caffemodel", message(1, "net") + message(2, message(4, "conv1"), number(5, 4)))
    put("net.prototxt", 'name: "net"\nlayer {\n  name: "conv1"\n}\n')
    array = b"\x93\x92\x02\x02\xa7float32\xc4\x10" + bytes(16)
    put("net.msgpack", b"\x81\xa6params\x81\xa4conv\x81\xa6kernel\xc7" + bytes([len(array), 1])
        + array)
    put("step.msgpack", b"\x82\xa4step\x05\xa6params\x81\xa1w\xd8\x01" + bytes(16))
    put("step1000.msgpack", b"\x82\xa4step\xcd\x03\xe8\xa6params\x81\xa1w\xd8\x01" + bytes(16))
    put("net.ort", b"\x1c\0\0\0ORTM" + bytes(8))
    put("net.pte", b"\x1c\0\0\0ET12" + bytes(8))
    put("net.engine", b"ftrt" + bytes(8))
    put("net.param", "7767517\n2 2\nInput data 0 1 data\n")
    put("net.jld2", b"HDF5-based Julia Data Format, version 0.1.1\0".ljust(512)
        + b"\x89HDF\r\n\x1a\n")
    put("block.mat", bytes(512) + b"\x89HDF\r\n\x1a\n")
    put("net.gguf", b"GGUF\3\0\0\0")
    put("net.params", b"\x12\1" + bytes(14))
    put("net.so", b"\x7fELF\2\1\1")
    put("brain.nii", bytes([92, 1]) + bytes(342) + b"n+1\0")
    put("net.rds", b"X\n\0\0\0\3\0\4\2\2")
    put("net.RData", b"RDX3\nX\n")


def put_folders():
    for path in ("net.mlpackage/Manifest.json", "net.mlpackage/Data/weight.bin",
                 "orbax/_METADATA", "orbax/manifest.ocdbt",
                 "keras/config.json", "keras/model.weights.h5", "keras/metadata.json",
                 "torch/data.pkl", "torch/data/0", "torch/version",
                 "hub/config.json", "hub/model.safetensors",
                 "set/dataset_description.json", "set/stimuli.tsv", "other/notes"):
        put(path, "{}")


def pickled(module, name, protocol):
    """Returns the pickle of an object of a class, whose module is made for this."""
    parts = module.split(".")
    packages = [".".join(parts[:i + 1]) for i in range(len(parts))]
    kind = type(name, (), {"__module__": module})
    for package in packages:
        sys.modules[package] = type(sys)(package)
    setattr(sys.modules[module], name, kind)
    out = pickle.dumps(kind(), protocol)
    for package in packages:
        del sys.modules[package]
    return out


def put_pickles():
    put("ridge.pkl", pickled("sklearn.linear_model._ridge", "Ridge", 4))
    put("keras2.pkl", pickled("keras.engine.sequential", "Sequential", 3))
    put("lab.pkl", pickled("lab.models", "Core", 2))
    put("lab0.pkl", pickled("lab.models", "Core", 0))
    put("torch.pkl", pickled("torch._utils", "_rebuild_tensor_v2", 5))
    put("arrays.pkl", pickled("numpy.core.multiarray", "_reconstruct", 4))
    put("numbers.pkl", pickle.dumps({"weights": [1.0, 2.0]}, 4))
    put("numbers0.pkl", pickle.dumps({"weights": [1.0, 2.0]}, 0))


def npy(*shape):
    """Returns a NumPy file of zeros of one byte each."""
    count = 1
    for n in shape:
        count *= n
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }" % "".join(
        "%d, " % n for n in shape)
    head = struct.pack("<H", 118) + head.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\1\0" + head + bytes(count)


def put_weights():
    """Arrays of networks that evoke does not know: kernels tell the library, and the channels."""
    put("responses.npy", npy(120, 16))
    for name, arrays in (("keras.npz", [(5, 5, 1, 8), (8,)]), ("torch.npz", [(8,), (8, 2, 5, 5)]),
                         ("either.npz", [(3, 3, 3, 3)]), ("dense.npz", [(256, 2), (2,)]),
                         ("lot\t.npz", [(1,), (2,), (3,), (4,)])):
        with zipfile.ZipFile(os.path.join(FOLDER, name), "w") as z:
            for i, shape in enumerate(arrays):
                z.writestr(zipfile.ZipInfo("arr_%d.npy" % i), npy(*shape))


def put_texts():
    put("architecture.json", '{"class_name": "Functional", "config": {"layers": []}}')
    put("model.safetensors.index.json", '{"weight_map": {"conv.weight": "a.safetensors"}}')
    put("config.json", '{"architectures": ["ViTModel"], "model_type": "vit"}')
    put("fit.ipynb", '{"cells": [], "nbformat": 4}')
    put("dataset_description.json", '{"GeneratedBy": []}')
    put("page.keras", "\n<!DOCTYPE html>\n<html><head></head></html>\n")
    put("pointer.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    put("responses.csv", "image,neuron1\na.png,0.5\n")
    put("notes.txt", "fitted on Monday\n")
    put("empty.onnx", b"")
    put("zeros.keras", bytes(64))
    put("a b.png", b"\x89PNG\r\n\x1a\n")
    put("a.jpg", b"\xff\xd8\xff\xe0")
    put("a.gif", b"GIF89a")
    put("a.tif", b"II*\0")
    put("b.tif", b"MM\0*")
    put("a.webp", b"RIFF\0\0\0\0WEBP")
    put("a.pdf", b"%PDF-1.5\n")


put_archives()
put_tensorflow()
put_others()
put_folders()
put_pickles()
put_weights()
put_texts()

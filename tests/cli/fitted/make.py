# SPDX-License-Identifier: GPL-3.0-or-later
"""make.py - writes cards with readouts for core.keras, and archives with their weights

Archives are as numpy.savez writes them.  The readouts read the layer conv, 4 filters, on a grid of
2, for three neurons.
"""
import hashlib
import json
import os
import random
import struct
import zipfile

GRID, FILTERS, NEURONS = 2, 4, ["unit0", "V4b", "unit2"]


def npy(shape, values):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + \
        struct.pack(f"<{len(values)}f", *values)


def savez(name, **arrays):
    with zipfile.ZipFile(name, "w") as z:
        for key, (shape, values) in arrays.items():
            z.writestr(zipfile.ZipInfo(key + ".npy"), npy(shape, values))


def sha256(name):
    with open(name, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def numbers(n, seed):
    draw = random.Random(seed)
    return [draw.uniform(-0.02, 0.02) for _ in range(n)]


def card(name, archive, neurons=NEURONS, lineage=None, **changes):
    readout = {"file": archive, "sha256": sha256(archive) if os.path.exists(archive) else "0" * 64,
               "member": 0, "layers": ["conv"], "grid": GRID, "output": "linear"}
    readout.update(changes)
    out = {"card": 1, "name": name.split(".")[0], "input": {"mean": 110},
           "members": [{"weights": "core.keras", "sha256": sha256("core.keras"),
                        "readout": readout}], "neurons": neurons}
    if lineage:
        out["lineage"] = lineage
    with open(name, "w") as f:
        json.dump(out, f, indent=1)


def main():
    shape = (GRID, GRID, FILTERS, len(NEURONS))
    count = GRID * GRID * FILTERS * len(NEURONS)
    for seed, name in enumerate(("fit.npz", "other.npz")):
        savez(name, weights_0_0=(shape, numbers(count, seed)), bias_0=((3,), [1, 2, 3]))
    lineage = {"recordings": [{"responses": "ab" * 32, "rows": "1-2",
                               "images": ["0123456789abcdef", "0123456789abcdee"],
                               "rows_sha256": ["1123456789abcdef", "1123456789abcdee"]}],
               "teachers": [{"name": "deep", "sha256": "cd" * 32}]}
    card("fit.json", "fit.npz", lineage=lineage)
    card("other.json", "other.npz")
    card("renamed.json", "other.npz", neurons=["unit0", "V4c", "unit2"])

    card("bad_absent.json", "absent.npz")
    card("bad_grid.json", "fit.npz", grid=3)
    card("bad_hash.json", "fit.npz", sha256="0" * 64)
    card("bad_layer.json", "fit.npz", layers=["comv"])
    card("bad_member.json", "fit.npz", member=1)
    card("bad_names.json", "fit.npz", neurons=["a", "b"])
    card("bad_outside.json", "fit.npz", file="../fit.npz")
    card("bad_output.json", "fit.npz", output="exp")
    savez("nan.npz", weights_0_0=(shape, [float("nan")] * count), bias_0=((3,), [1, 2, 3]))
    card("bad_nan.json", "nan.npz")
    savez("huge.npz", weights_0_0=((1 << 40, 2, FILTERS, 3), [1.0]), bias_0=((3,), [1, 2, 3]))
    card("bad_huge.json", "huge.npz")
    savez("many.npz", weights_0_0=(shape, [1.0]), bias_0=((1 << 40,), [1]))
    card("bad_many.json", "many.npz")
    os.symlink("nowhere.npz", "link.npz")
    card("bad_link.json", "link.npz")
    card("bad_lineage.json", "fit.npz", lineage={"recordings": [{"responses": "x"}], "teachers": []})


main()

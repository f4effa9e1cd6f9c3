# SPDX-License-Identifier: GPL-3.0-or-later
"""forge.py SESSION [FILE OLD NEW] - alters a session and writes its manifest again, as a forger would.

The first OLD in FILE becomes NEW; \\n, \\t and such are read as in Python.  FILE is removed where OLD
is '-'.  Hashes of images in stimuli.tsv are not touched.
"""
import hashlib
import os
import sys

folder = sys.argv[1]
if len(sys.argv) > 2:
    name, old, new = sys.argv[2:5]
    path = os.path.join(folder, name)
    if old == "-":
        os.remove(path)
    else:
        with open(path, "rb") as file:
            data = file.read()
        old, new = (t.encode().decode("unicode_escape").encode() for t in (old, new))
        if old not in data:
            sys.exit(f"{name}: has no {old}")
        with open(path, "wb") as file:
            file.write(data.replace(old, new, 1))
lines = []
for where, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(where, name)
        inner = os.path.relpath(path, folder)
        if inner != "manifest-sha256.txt":
            with open(path, "rb") as file:
                lines.append((inner, hashlib.sha256(file.read()).hexdigest()))
with open(os.path.join(folder, "manifest-sha256.txt"), "w") as file:
    for inner, digest in sorted(lines, key=lambda one: one[0].encode()):
        file.write(f"{digest}  {inner}\n")

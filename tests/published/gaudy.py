#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""gaudy.py FILE.ZIP|FOLDER... - SHA-256 of every image as PIL reads it, and of what NumPy makes of it.

One line each, in bytewise order of names: NAME TRANSFORM HEX.  For test_gaudy.c, which compares;
needs Debian's python3-numpy and python3-pil.
"""
import hashlib
import io
import os
import sys
import zipfile

import numpy as np
from PIL import Image

MEANS = {3: np.array([12368, 11678, 10394]), 1: np.array([11480])}  # hundredths of a level


def rails(x):
    return np.where(100 * x < MEANS[x.shape[2]], 0, 255)


def distance(x):
    return np.abs(100 * x - MEANS[x.shape[2]])


def gray(x):
    total = x.sum(2, keepdims=True)
    return np.where(total < total.mean(), 0, 255) + 0 * x


def black_white(x):
    high = (x >= x.mean()).sum(2, keepdims=True)
    return np.where(high == 0, 0, np.where(high == x.shape[2], 255, x))


def only(x, channel):
    y = x.copy()
    y[:, :, channel] = np.where(x[:, :, channel] < x.mean(), 0, 255)
    return y


def quantile(x, q):
    return np.quantile(x, q) - 1e-6  # distances are whole numbers


def contrast(x, gain, q):
    return np.rint(np.clip((x - np.quantile(x, q)) * gain, 0, 255))


def limit_levels(x, fraction):
    mean = MEANS[x.shape[2]] / 100
    return np.rint(np.where(100 * x < MEANS[x.shape[2]], -mean * fraction, (255 - mean) * fraction) + mean)


TRANSFORMS = {
    "decoded": lambda x: x,
    "gaudy": lambda x: np.where(x < x.mean(), 0, 255),
    "gaudy:channel": lambda x: np.where(x < x.mean((0, 1)), 0, 255),
    "levels:0/128/255": lambda x: np.array([0, 128, 255])[
        np.abs(x[..., None] - np.array([0, 128, 255])).argmin(-1)],
    "contrast:3": lambda x: contrast(x, 3, 0.05),
    "contrast:0.5,quantile=0": lambda x: contrast(x, 0.5, 0),  # every other level ends at a half
    "contrast:1.25,quantile=0.7": lambda x: contrast(x, 1.25, 0.7),
    "limit-levels:0.3": lambda x: limit_levels(x, 0.3),
    "near-median:0.25": lambda x: np.where(distance(x) < quantile(distance(x), 0.25), rails(x), x),
    "far-median:0.25": lambda x: np.where(distance(x) >= quantile(distance(x), 0.75), rails(x), x),
    "grayscale": gray,
    "black-white": black_white,
    "inverted": lambda x: np.where(x < x.mean(), 255, 0),
    "below-only": lambda x: np.where(x < x.mean(), 0, x),
    "above-only": lambda x: np.where(x < x.mean(), x, 255),
}
COLOUR = {
    "red-only": lambda x: only(x, 0),
    "green-only": lambda x: only(x, 1),
    "blue-only": lambda x: only(x, 2),
}


def files(path):
    if os.path.isdir(path):
        for name in sorted(os.listdir(path)):
            yield name, os.path.join(path, name)
        return
    with zipfile.ZipFile(path) as z:
        for name in sorted(n for n in z.namelist() if n.endswith(".jpg")):
            yield os.path.basename(name), io.BytesIO(z.read(name))


for path in sys.argv[1:]:
    for name, source in files(path):
        x = np.asarray(Image.open(source)).astype(np.int64)
        x = x.reshape(x.shape[0], x.shape[1], -1)
        for text, f in {**TRANSFORMS, **(COLOUR if x.shape[2] == 3 else {})}.items():
            y = f(x)
            assert y.shape == x.shape
            print(name, text, hashlib.sha256(y.astype(np.uint8).tobytes()).hexdigest())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kinks.py MODEL.keras FILE - is a gradient that of the network in float64, at the other side of some
kinks?

FILE has (2, 112, 112, 3) floats: an image, and the gradient of a compact model's response to it. Where the sum
before a ReLU is so near 0 that floats cannot tell its sign, the gradient at one side of the kink is
as right as the gradient at the other side. Such are the sums of at most NEAR times the magnitudes of
their terms. Of these, the ReLUs are switched that bring the gradient in float64 nearest to that of FILE.
Each has a line: its layer, row, column, channel, sum, and the median magnitude of the layer's sums.
The last line has the number of sums that were so near 0, and the largest difference that remains, as
a fraction of what test_expected.c allows: 1e-4 of the value and 1e-6 of the gradient's norm.
"""
import io
import sys
import zipfile

import h5py
import numpy as np

MEAN = 116.222, 109.270, 100.381
NEAR = 2.0 ** -20  # 16 roundings of floats, which are 2^-24 of a value each
EPSILON = 1e-3
STRIDES = 1, 2, 2, 1, 1


def spans(size, stride):
    """Returns the padding before the image, and slices of the padded image for each kernel row."""
    after = max((-(-size // stride) - 1) * stride + 5 - size, 0)
    count = -(-size // stride)
    return after // 2, after, [slice(i, i + (count - 1) * stride + 1, stride) for i in range(5)]


class Windows:
    """The 5 x 5 windows of an image (h, w, c) at a stride, padded as TensorFlow does."""

    def __init__(self, h, w, stride):
        self.h, self.w = h, w
        self.top, self.rows_added, self.rows = spans(h, stride)
        self.left, self.columns_added, self.columns = spans(w, stride)

    def at(self, x):
        """Yields the pixels of x that each of the 25 places of a window reads."""
        padded = np.pad(x, ((self.top, self.rows_added - self.top),
                            (self.left, self.columns_added - self.left), (0, 0)))
        return (padded[r, c] for r in self.rows for c in self.columns)

    def sum(self, terms, channels):
        """Returns the image whose pixels are sums of what the 25 places of the windows add."""
        padded = np.zeros((self.h + self.rows_added, self.w + self.columns_added, channels))
        for (r, c), term in zip([(r, c) for r in self.rows for c in self.columns], terms):
            padded[r, c] += term
        return padded[self.top:self.top + self.h, self.left:self.left + self.w]


class Layer:
    """A convolution or a separable one, and the batch norm after it."""

    def __init__(self, kernels, norm, stride):
        gamma, beta, mean, variance = norm
        scale = gamma / np.sqrt(variance + EPSILON)
        self.depth = kernels[0].reshape(25, -1) if len(kernels) == 3 else None
        self.full = kernels[0].reshape(25, *kernels[0].shape[2:]) if len(kernels) == 2 else None
        self.point = kernels[-2][0, 0] * scale if len(kernels) == 3 else scale
        self.shift = (kernels[-1] - mean) * scale + beta
        self.stride = stride

    def forward(self, x, of=lambda a: a):
        """Returns the sums before the ReLU; with of=np.abs, the magnitudes of their terms."""
        self.windows = Windows(*x.shape[:2], self.stride)
        pixels = self.windows.at(of(x))
        if self.depth is None:
            return sum(p @ of(k) for p, k in zip(pixels, self.full)) * of(self.point) + of(self.shift)
        return sum(p * of(k) for p, k in zip(pixels, self.depth)) @ of(self.point) + of(self.shift)

    def backward(self, gy):
        """Returns the gradient of x."""
        if self.depth is None:
            gy = gy * self.point
            return self.windows.sum((gy @ k.T for k in self.full), self.full.shape[1])
        gy = gy @ self.point.T
        return self.windows.sum((gy * k for k in self.depth), self.depth.shape[1])


def read(path):
    """Returns the layers, and the weights of the readout."""
    with zipfile.ZipFile(path) as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))

    def arrays(name):
        group = file[f"layers/{name}/vars"]
        return [np.array(group[str(i)], np.float64) for i in range(len(group))]

    layers = []
    for i, stride in enumerate(STRIDES):
        conv = "conv2d" if i == 0 else "separable_conv2d" + (f"_{i - 1}" if i > 1 else "")
        norm = arrays("batch_normalization" + (f"_{i}" if i else ""))
        layers.append(Layer(arrays(conv), norm, stride))
    return layers, arrays("dense")[0]


def backward(layers, readout, active):
    g = readout.reshape(active[-1].shape)
    for layer, on in zip(layers[::-1], active[::-1]):
        g = layer.backward(g * on)
    return g


def main():
    layers, readout = read(sys.argv[1])
    image, gradient = np.fromfile(sys.argv[2], np.float32).reshape(2, 112, 112, 3).astype(np.float64)
    x = image - MEAN
    sums, active, near = [], [], []
    for i, layer in enumerate(layers):
        y = layer.forward(x)
        close = np.abs(y) <= NEAR * layer.forward(x, np.abs)
        near += [(i, *at) for at in np.argwhere(close)]
        sums.append(y)
        active.append(y > 0)
        x = y * (y > 0)
    left = gradient - backward(layers, readout, active)
    for i, *at in near:
        at = tuple(at)
        active[i][at] ^= True
        switched = gradient - backward(layers, readout, active)
        if np.linalg.norm(switched) < np.linalg.norm(left):
            left = switched
            print(*(i, *at), f"{sums[i][at]:.2e}", f"{np.median(np.abs(sums[i])):.2e}")
        else:
            active[i][at] ^= True
    want = gradient - left
    allowed = 1e-4 * np.abs(want) + 1e-6 * np.linalg.norm(want)
    print(len(near), np.max(np.abs(left) / allowed))


main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators of ONNX that evoke reads, as formulas of NumPy in double.

x is (1, channels, rows, columns).  Formulas are loops and sums as the specification has them; none
knows of a gradient.
"""
import math

import numpy as np

erf = np.vectorize(math.erf)


def softplus(x):
    return np.log1p(np.exp(x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def selu(x, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875):
    return gamma * np.where(x > 0, x, alpha * np.expm1(x))


FUNCTIONS = {
    "Abs": (np.abs, {}),
    "Celu": (lambda x: np.maximum(0, x) + np.minimum(0, 0.7 * np.expm1(x / 0.7)), {"alpha": 0.7}),
    "Elu": (lambda x: np.where(x > 0, x, 1.3 * np.expm1(x)), {"alpha": 1.3}),
    "Erf": (erf, {}),
    "Exp": (np.exp, {}),
    "HardSigmoid": (lambda x: np.clip(0.3 * x + 0.4, 0, 1), {"alpha": 0.3, "beta": 0.4}),
    "HardSwish": (lambda x: x * np.clip(x / 6 + 0.5, 0, 1), {}),
    "Identity": (lambda x: x, {}),
    "LeakyRelu": (lambda x: np.where(x > 0, x, 0.2 * x), {"alpha": 0.2}),
    "Log": (np.log, {}),
    "Mish": (lambda x: x * np.tanh(softplus(x)), {}),
    "Neg": (lambda x: -x, {}),
    "Relu": (lambda x: np.maximum(x, 0), {}),
    "Selu": (selu, {}),
    "Sigmoid": (sigmoid, {}),
    "Softplus": (softplus, {}),
    "Softsign": (lambda x: x / (1 + np.abs(x)), {}),
    "Sqrt": (np.sqrt, {}),
    "Tanh": (np.tanh, {}),
}
POSITIVE = ("Log", "Sqrt")  # of positive numbers alone


def gelu(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def by_channel(v):
    return np.reshape(v, (1, -1, 1, 1))


def normalized(x, axes, epsilon=1e-5):
    mean = x.mean(axes, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(axes, keepdims=True) + epsilon)


def local_response(x, size, alpha, beta, bias):
    y = np.empty_like(x)
    for c in range(x.shape[1]):
        first, last = c - (size - 1) // 2, c + size // 2
        squares = (x[:, max(first, 0):last + 1] ** 2).sum(1)
        y[:, c] = x[:, c] / (bias + alpha / size * squares) ** beta
    return y


def log_softmax(x, axis):
    return x - np.log(np.exp(x).sum(axis, keepdims=True))


def windows(x, size, stride, dilation, pads, fill):
    """Returns the windows, (1, channels, rows, columns, taps), of a padded map."""
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])), constant_values=fill)
    out = [(x.shape[2 + a] - (size[a] - 1) * dilation[a] - 1) // stride[a] + 1 for a in (0, 1)]
    taps = [x[:, :, i * dilation[0]:i * dilation[0] + (out[0] - 1) * stride[0] + 1:stride[0],
              j * dilation[1]:j * dilation[1] + (out[1] - 1) * stride[1] + 1:stride[1]]
            for i in range(size[0]) for j in range(size[1])]
    return np.stack(taps, -1)


def conv(x, kernel, bias, stride=(1, 1), dilation=(1, 1), pads=(0, 0, 0, 0), groups=1):
    """kernel: (outputs, channels of a group, rows, columns)"""
    taps = windows(x, kernel.shape[2:], stride, dilation, pads, 0)
    parts = zip(np.split(taps, groups, 1), np.split(kernel.reshape(*kernel.shape[:2], -1), groups))
    return np.concatenate([np.einsum("nchwt,oct->nohw", t, k) for t, k in parts], 1) + \
        by_channel(bias)


def conv_transpose(x, kernel, stride, pads, extra):
    """kernel: (channels, outputs, rows, columns)"""
    rows, columns = x.shape[2:]
    size = [(n - 1) * s + k + e for n, s, k, e in zip((rows, columns), stride, kernel.shape[2:],
                                                      extra)]
    y = np.zeros((1, kernel.shape[1], *size))
    for i in range(rows):
        for j in range(columns):
            y[:, :, i * stride[0]:i * stride[0] + kernel.shape[2],
              j * stride[1]:j * stride[1] + kernel.shape[3]] += np.einsum(
                  "nc,cokl->nokl", x[:, :, i, j], kernel)
    return y[:, :, pads[0]:size[0] - pads[2], pads[1]:size[1] - pads[3]]


def average_pool(x, size, stride, pads):
    """The padding does not count."""
    ones = np.ones_like(x)
    return windows(x, size, stride, (1, 1), pads, 0).sum(-1) / \
        windows(ones, size, stride, (1, 1), pads, 0).sum(-1)


def depth_to_space(x, block):
    _, channels, rows, columns = x.shape
    y = x.reshape(1, block, block, channels // block ** 2, rows, columns)
    return y.transpose(0, 3, 4, 1, 5, 2).reshape(1, -1, rows * block, columns * block)


def resample(x, length, axis, stretch=1.0):
    """Returns x with `length` values along an axis, between which half pixels lie.

    stretch  below 1: how much wider the neighbourhood of a value is, against aliasing
    """
    size = x.shape[axis]
    matrix = np.zeros((length, size))
    for i in range(length):
        place = (i + 0.5) * size / length - 0.5
        near = np.arange(-size, 2 * size)
        weight = np.maximum(0, 1 - np.abs(near - place) * stretch)
        for j, w in zip(near, weight / weight.sum()):
            matrix[i, min(max(j, 0), size - 1)] += w
    return np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis)


def grid_sample(x, grid):
    """Bilinear, with zeros outside, where -1 and 1 are the edges of the map."""
    y = np.zeros((1, x.shape[1], *grid.shape[1:3]))
    for i in range(grid.shape[1]):
        for j in range(grid.shape[2]):
            column, row = (((p + 1) * n - 1) / 2 for p, n in zip(grid[0, i, j], x.shape[:1:-1]))
            for r in range(x.shape[2]):
                for c in range(x.shape[3]):
                    weight = max(0, 1 - abs(row - r)) * max(0, 1 - abs(column - c))
                    y[:, :, i, j] += weight * x[:, :, r, c]
    return y

# SPDX-License-Identifier: GPL-3.0-or-later
"""Images (N, rows, columns, channels) at another size in double, as TensorFlow 2 makes them.

Pixels are areas: the centre of pixel i is at i + 1/2.  Nothing is smoothed before an image gets
smaller.
"""
import numpy as np


def nearest(out, size):
    """Returns the weights (out, size) of the nearest pixels."""
    at = np.floor((np.arange(out) + 0.5) * size / out).astype(int)
    return np.eye(size)[np.minimum(at, size - 1)]


def bilinear(out, size):
    """Beyond the centres of the first and last pixel, values go on as they are there."""
    at = np.clip((np.arange(out) + 0.5) * size / out - 0.5, 0, size - 1)
    return np.maximum(1 - np.abs(at[:, None] - np.arange(size)), 0)


def bicubic(out, size):
    """Keys' cubic with the slope -1/2; the weights of pixels that are there sum to 1."""
    d = np.abs(((np.arange(out) + 0.5) * size / out - 0.5)[:, None] - np.arange(size))
    near = (1.5 * d - 2.5) * d * d + 1
    far = ((-0.5 * d + 2.5) * d - 4) * d + 2
    w = np.where(d <= 1, near, np.where(d < 2, far, 0))
    return w / w.sum(1, keepdims=True)


METHODS = {"nearest": nearest, "bilinear": bilinear, "bicubic": bicubic}


def resized(x, size, method):
    rows, columns = (METHODS[method](out, n) for out, n in zip(size, x.shape[1:3]))
    return np.einsum("ai,nijc,bj->nabc", rows, x, columns, optimize=True)


def cropped(x, size):
    """Cuts out the largest centred window of the shape of a size."""
    rows, columns = x.shape[1:3]
    h = max(min(rows, int(columns * size[0] / size[1])), 1)
    w = max(min(columns, int(rows * size[1] / size[0])), 1)
    top, left = int((rows - h) / 2), int((columns - w) / 2)
    return x[:, top:top + h, left:left + w]


def padded(x, size, fill):
    """Adds as much before as behind, so that an image has the shape of a size."""
    rows, columns = x.shape[1:3]
    top = (max(rows, int(columns * size[0] / size[1])) - rows) // 2
    left = (max(columns, int(rows * size[1] / size[0])) - columns) // 2
    return np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)), constant_values=fill)

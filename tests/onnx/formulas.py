# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators newer than opset 17, in double, by the formulas of the ONNX specification.

x is (N, channels, rows, columns).  PyTorch computes gradients; its own layers are used only where
they are the formula, as sums and products are.
"""
import math

import torch


def mish(x):
    return x * torch.tanh(torch.log1p(torch.exp(x)))


def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def normalized(x, axes, epsilon):
    mean = x.mean(axes, keepdim=True)
    return (x - mean) / torch.sqrt(((x - mean) ** 2).mean(axes, keepdim=True) + epsilon)


def group_norm(x, groups, scale, bias, epsilon=1e-5):
    """`scale` and `bias` have one value for each group (opset 18) or each channel (opset 21)."""
    n, channels, rows, columns = x.shape
    y = normalized(x.reshape(n, groups, channels // groups, rows, columns), (2, 3, 4), epsilon)
    if len(scale) == groups:
        y = y * scale.view(1, -1, 1, 1, 1) + bias.view(1, -1, 1, 1, 1)
        return y.reshape(x.shape)
    return y.reshape(x.shape) * scale.view(1, -1, 1, 1) + bias.view(1, -1, 1, 1)


def padded(x, before, after, value=0.0):
    """Returns x with constant values around its rows and columns; counts may be negative."""
    return torch.nn.functional.pad(x, (before[1], after[1], before[0], after[0]), value=value)


def average_pool(x, kernel, stride, pads, dilation, include, outputs):
    """Returns means over the taps of each window; `pads` are those before rows and columns.

    A tap in the padding counts in the mean only where `include` says so; a tap beyond the padding
    never does.
    """
    (rows, columns), pad_end = x.shape[2:], pads[2:]
    y = []
    for i in range(outputs[0]):
        for j in range(outputs[1]):
            taps, count = 0.0, 0
            for k in range(kernel[0]):
                for m in range(kernel[1]):
                    row = i * stride[0] - pads[0] + k * dilation[0]
                    column = j * stride[1] - pads[1] + m * dilation[1]
                    inside = 0 <= row < rows and 0 <= column < columns
                    if inside:
                        taps = taps + x[:, :, row, column]
                    count += inside or (include and row < rows + pad_end[0] and
                                        column < columns + pad_end[1])
            y.append(taps / count)
    return torch.stack(y, -1).reshape(*x.shape[:2], *outputs)


def position(out, size, length, scale, way):
    """Returns the coordinate in the input of a coordinate of the output, as Resize has it."""
    if way == "half_pixel":
        return (out + 0.5) / scale - 0.5
    if way == "asymmetric":
        return out / scale
    if way == "align_corners":
        return 0.0 if length == 1 else out * (size - 1) / (length - 1)
    if way == "pytorch_half_pixel":
        return (out + 0.5) / scale - 0.5 if length > 1 else 0.0
    if way == "half_pixel_symmetric":
        return size / 2 * (1 - length / (scale * size)) + (out + 0.5) / scale - 0.5
    raise ValueError(way)


ROUNDINGS = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round_prefer_floor": lambda p: math.ceil(p - 0.5),
    "round_prefer_ceil": lambda p: math.floor(p + 0.5),
}


def taps(size, length, scale, way, nearest):
    """Returns the matrix (length, size) that resamples an axis; `nearest` None is linear."""
    matrix = torch.zeros(length, size, dtype=torch.float64)
    for out in range(length):
        p = position(out, size, length, scale, way)
        if nearest:
            matrix[out, min(max(ROUNDINGS[nearest](p), 0), size - 1)] = 1
            continue
        low = math.floor(p)
        for index, weight in ((low, low + 1 - p), (low + 1, p - low)):
            matrix[out, min(max(index, 0), size - 1)] += weight
    return matrix


def resize(x, lengths, way="half_pixel", nearest=None, scales=None):
    """Returns x at (rows, columns) = lengths; scales are lengths / sizes unless they are given."""
    for axis, length in zip((2, 3), lengths):
        size = x.shape[axis]
        scale = scales[axis - 2] if scales else length / size
        matrix = taps(size, length, scale, way, nearest)
        x = (x.transpose(axis, -1) @ matrix.t()).transpose(axis, -1)
    return x


def grid_sample(x, grid, corners):
    """Returns x (N, channels, rows, columns) at grid (N, rows, columns, (x, y)), 0 outside."""
    n, channels, rows, columns = x.shape

    def pixel(p, size):
        return (p + 1) / 2 * (size - 1) if corners else ((p + 1) * size - 1) / 2

    y = torch.zeros(n, channels, *grid.shape[1:3], dtype=x.dtype)
    for i in range(grid.shape[1]):
        for j in range(grid.shape[2]):
            column, row = (float(pixel(p, size)) for p, size in zip(grid[0, i, j], (columns, rows)))
            for r in (math.floor(row), math.floor(row) + 1):
                for c in (math.floor(column), math.floor(column) + 1):
                    if 0 <= r < rows and 0 <= c < columns:
                        weight = (1 - abs(row - r)) * (1 - abs(column - c))
                        y[:, :, i, j] = y[:, :, i, j] + weight * x[:, :, r, c]
    return y

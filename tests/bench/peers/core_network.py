# SPDX-License-Identifier: GPL-3.0-or-later
"""A core with readouts as a PyTorch network, of which image i of a batch is read by neuron i alone.

It is built from a state dictionary as neuralpredictors names its tensors. Batch norms are folded
into the convolutions, and of the readout only the wanted neurons are there.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def folded(weight, state, norm):
    scale = state[norm + ".weight"] / torch.sqrt(state[norm + ".running_var"] + 1e-5)
    bias = state[norm + ".bias"] - state[norm + ".running_mean"] * scale
    return weight * scale[:, None, None, None], bias


class Layer(nn.Module):
    """A separable convolution, an ELU, and squeeze and excitation where the file has it."""

    def __init__(self, state, name, dilation):
        super().__init__()
        conv = name + ".ds_conv."
        self.reads = state[conv + "in_depth_conv.weight"]
        self.spatial = state[conv + "spatial_conv.weight"]
        writes = state[conv + "out_depth_conv.weight"]
        self.writes, self.bias = folded(writes, state, name + ".norm")
        self.dilation = dilation
        self.padding = ((self.spatial.shape[2] - 1) * dilation + 1) // 2
        squeeze = name + ".seg_ex_block.se."
        self.squeeze = [state.get(squeeze + part) for part in
                        ("1.weight", "1.bias", "3.weight", "3.bias")]

    def forward(self, x):
        x = F.conv2d(x, self.reads)
        x = F.conv2d(x, self.spatial, padding=self.padding, dilation=self.dilation,
                     groups=x.shape[1])
        x = F.elu(F.conv2d(x, self.writes, self.bias))
        if self.squeeze[0] is not None:
            y = F.relu(F.linear(x.mean((2, 3)), self.squeeze[0], self.squeeze[1]))
            y = torch.sigmoid(F.linear(y, self.squeeze[2], self.squeeze[3]))
            x = x * y[:, :, None, None]
        return x


def corners(xy, height, width):
    """The four pixels around each position (n, 2), and their bilinear weights: (n, 4) each."""
    column, row = (xy[:, 0] + 1) / 2 * (width - 1), (xy[:, 1] + 1) / 2 * (height - 1)
    at, weight = [], []
    for dy in (0, 1):
        for dx in (0, 1):
            y, x = np.floor(row) + dy, np.floor(column) + dx
            w = (1 - abs(row - y)) * (1 - abs(column - x))
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            at.append(np.where(inside, y * width + x, 0))
            weight.append(np.where(inside, w, 0))
    return (torch.tensor(np.stack(at, 1).astype(np.int64)),
            torch.tensor(np.stack(weight, 1).astype(np.float32)))


def positions(state, readout):
    if readout + ".grid" in state:
        return state[readout + ".grid"].double().numpy()[0, :, 0]
    part = readout + ".mu_transform."
    x = state[readout + ".source_grid"].double()
    x = F.elu(x @ state[part + "0.weight"].double().T + state[part + "0.bias"].double())
    x = x @ state[part + "2.weight"].double().T + state[part + "2.bias"].double()
    return torch.tanh(x).numpy().clip(-1, 1)


class Core(nn.Module):
    """Responses (batch): image i is read by neuron neurons[i]; one neuron reads all images."""

    def __init__(self, state, key, neurons, dilation, height, width):
        super().__init__()
        first = "core.features.layer0"
        self.kernel, self.bias = folded(state[first + ".conv.weight"], state, first + ".norm")
        names = [f"core.features.layer{i}" for i in range(1, 64)]
        self.layers = nn.ModuleList([Layer(state, n, dilation) for n in names
                                     if n + ".norm.weight" in state])
        readout = "readout." + key
        name = readout + (".features" if readout + ".features" in state else "._features")
        features = state[name][0, :, 0].T[neurons]
        channels, xy = self.kernel.shape[0], positions(state, readout)[neurons]
        self.constant = state[readout + ".bias"][neurons]
        self.reads = []  # of the map, of its pool, of the pool's pool: pixels, weights, features
        h, w = height - self.kernel.shape[2] + 1, width - self.kernel.shape[3] + 1
        for c in range(0, features.shape[1], channels):
            at, weight = corners(xy, h, w)
            self.reads.append((at, weight, features[:, c:c + channels].contiguous()))
            h, w = h // 3, w // 3

    def forward(self, x):
        x = F.elu(F.conv2d(x, self.kernel, self.bias))
        for layer in self.layers:
            x = layer(x)
        y = self.constant
        for i, (at, weight, features) in enumerate(self.reads):
            x = F.avg_pool2d(x, 3) if i else x
            index = at[:, None, :].expand(x.shape[0], x.shape[1], 4)
            y = y + ((x.flatten(2).gather(2, index) * weight[:, None, :]).sum(2) * features).sum(1)
        return F.elu(y) + 1

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""export_onnx.py FILE - a core with a Gaussian readout, in PyTorch, written as an ONNX file

The network has the form of the Sensorium models (Lurz et al. 2021): convolutions that all neurons
share, then for each neuron a position in the last map and a weight for each of its channels.  The
weights are random; load yours in their place.  The network takes gray images of 36 x 64 pixels with
values from 0 to 1, so that evoke is called with --scale 255.
"""
import sys

import torch
from torch import nn


class Readout(nn.Module):
    """Reads each neuron's position from the map, and weights the channels there."""

    def __init__(self, channels, neurons):
        super().__init__()
        self.position = nn.Parameter(torch.rand(1, neurons, 1, 2) * 1.6 - 0.8)  # x, y from -1 to 1
        self.features = nn.Parameter(torch.randn(1, channels, neurons) / channels ** 0.5)
        self.bias = nn.Parameter(torch.zeros(neurons))

    def forward(self, x):
        at = nn.functional.grid_sample(x, self.position, align_corners=True)
        return (at.squeeze(-1) * self.features).sum(1) + self.bias


class Network(nn.Module):
    """A core of three layers, a readout, and ELU + 1: a response is never negative."""

    def __init__(self, neurons):
        super().__init__()
        layers, channels = [], 1
        for kernel in (9, 7, 7):
            layers += [nn.Conv2d(channels, 16, kernel, padding=kernel // 2, bias=False),
                       nn.BatchNorm2d(16), nn.ELU()]
            channels = 16
        self.core = nn.Sequential(*layers)
        self.readout = Readout(channels, neurons)

    def forward(self, x):
        return nn.functional.elu(self.readout(self.core(x))) + 1


def main():
    torch.manual_seed(1)
    model = Network(neurons=8).eval()
    torch.onnx.export(model, torch.zeros(1, 1, 36, 64), sys.argv[1], opset_version=16)


if __name__ == "__main__":
    main()

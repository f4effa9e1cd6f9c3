#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""resnet.py DEPTH THREADS IMAGES PIXELS [ONNX] - responses and input gradients of a ResNet.

Its weights are random. PIXELS is a file of bytes, images x 224 x 224 x 3. With ONNX the network is
written to that file, and nothing else is done.
"""
import sys

import served
import numpy as np
import torch
from torch import nn
from torch.fx.experimental.optimization import fuse


def unit(i, o, size, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, size, stride, size // 2, bias=False), nn.BatchNorm2d(o))


class Block(nn.Module):
    def __init__(self, i, o, stride, wide):
        super().__init__()
        relu = nn.ReLU()
        if wide == 1:
            self.body = nn.Sequential(unit(i, o, 3, stride), relu, unit(o, o, 3))
        else:
            self.body = nn.Sequential(unit(i, o, 1), relu, unit(o, o, 3, stride), relu,
                                      unit(o, o * wide, 1))
        same = stride == 1 and i == o * wide
        self.short = nn.Identity() if same else unit(i, o * wide, 1, stride)

    def forward(self, x):
        return torch.relu(self.body(x) + self.short(x))


def resnet(wide, counts):
    layers = [unit(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, count in enumerate(counts):
        for j in range(count):
            layers.append(Block(channels, 64 << stage, 2 if stage and j == 0 else 1, wide))
            channels = (64 << stage) * wide
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


depth, threads, images = (int(v) for v in sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = {18: lambda: resnet(1, [2, 2, 2, 2]), 50: lambda: resnet(4, [3, 4, 6, 3])}[depth]().eval()
if len(sys.argv) > 5:
    torch.onnx.export(model, torch.zeros(1, 3, 224, 224), sys.argv[5], opset_version=13)
    sys.exit()
model = fuse(torch.fx.symbolic_trace(model)).requires_grad_(False)
pixels = np.fromfile(sys.argv[4], np.uint8)[:images * 224 * 224 * 3]
batch = torch.tensor(pixels.reshape(images, 224, 224, 3).transpose(0, 3, 1, 2).astype(np.float32))


def gradient(layout):
    x = batch.contiguous(memory_format=layout).requires_grad_(True)
    y = model.to(memory_format=layout)(x)
    return y.detach(), torch.autograd.grad(y[:, 0].sum(), x)


layouts = [("contiguous", torch.contiguous_format), ("channels last", torch.channels_last)]
name, best = served.fastest(layouts, gradient, 1)
served.serve({"responses": gradient(best)[0][:, 0].tolist(), "form": name}, lambda: gradient(best))

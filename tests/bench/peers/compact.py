#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""compact.py MODEL FOLDER THREADS SHARE SHARES - responses of a compact model to photographs.

Decodes share SHARE of SHARES of the JPEGs in FOLDER with PIL, in as many threads as PyTorch has,
and computes in batches. compact.py MODEL --onnx FILE writes the network, with display values as its
input, to FILE.
"""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import served
import numpy as np
import torch
import torch.nn.functional as F
from keras_model import KerasModel, MEAN
from PIL import Image
from torch import nn


def floats(t):
    return t.contiguous().float()


class Compact(nn.Module):
    """A compact model of display values, whose batch norms and mean are folded into its layers."""

    def __init__(self, path):
        super().__init__()
        layers, self.convs = KerasModel(path, torch.float64).layers, []
        for i, (name, config, w) in enumerate(layers):
            if name in ("Conv2D", "SeparableConv2D"):
                following, norm, bn = layers[i + 1]
                assert following == "BatchNormalization", following
                scale = bn[0] / torch.sqrt(bn[3] + norm["epsilon"])
                depth = floats(w[0].permute(2, 3, 0, 1)) if name[0] == "S" else None
                stride = config["strides"][0]
                pad = w[0].shape[0] // 2 if stride == 1 else 0
                self.convs.append((depth, floats((w[-2] * scale).permute(3, 2, 0, 1)),
                                   floats(w[-1] * scale + bn[1] - bn[2] * scale), stride, pad))
            elif name == "Dense":
                channels = self.convs[-1][1].shape[0]
                dense = w[0].reshape(28, 28, channels).permute(2, 0, 1).reshape(1, -1)
                self.dense, self.constant = floats(dense), floats(w[1])
        self.mean = torch.tensor(np.asarray(MEAN).reshape(1, 3, 1, 1), dtype=torch.float32)

    def forward(self, x):
        x = x - self.mean
        for depth, kernel, bias, stride, pad in self.convs:
            if depth is None:
                x = F.conv2d(x, kernel, bias, padding=pad)
            else:
                x = x if stride == 1 else F.pad(x, (1, 2, 1, 2))
                x = F.conv2d(x, depth, stride=stride, padding=pad, groups=x.shape[1])
                x = F.conv2d(x, kernel, bias)
            x = F.relu(x)
        return F.linear(x.flatten(1), self.dense, self.constant)


model = Compact(sys.argv[1]).eval()
if sys.argv[2] == "--onnx":
    torch.onnx.export(model, torch.zeros(8, 3, 112, 112), sys.argv[3], opset_version=13,
                      input_names=["image"], output_names=["response"],
                      dynamic_axes={"image": {0: "n"}, "response": {0: "n"}})
    sys.exit()
threads, share, shares = (int(v) for v in sys.argv[3:6])
torch.set_num_threads(threads)
files = [os.path.join(sys.argv[2], f) for f in sorted(os.listdir(sys.argv[2]))]
files = [f for f in files if f.endswith(".jpg")][share::shares]
pool = ThreadPoolExecutor(threads)


def decoded(path):
    return np.asarray(Image.open(path).convert("RGB"))


def respond(batch, names=files):
    out = []
    with torch.no_grad():
        for i in range(0, len(names), batch):
            some = names[i:i + batch]
            x = np.stack(list(pool.map(decoded, some) if threads > 1 else map(decoded, some)))
            x = torch.from_numpy(x).permute(0, 3, 1, 2).float().contiguous()
            out += model(x)[:, 0].tolist()
    return out


name, size = served.fastest([(f"batches of {n}", n) for n in (4, 16, 64)],
                            lambda n: respond(n, files[:64]))
served.serve({"responses": respond(8, files[:8]), "form": name}, lambda: respond(size))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""core_ascent.py TASK - the published ascent of images of a core with readouts, all as one batch.

TASK is JSON: weights, key, neurons (one for each image, or one for all), images, steps, threads,
dilation, height, width, mean, scale, step, fix_mean, fix_sd, pixels (a folder of PNGs).
"""
import json
import os
import sys

import served
import numpy as np
import torch
import torch.nn.functional as F
from core_network import Core
from PIL import Image

task = json.loads(sys.argv[1])
torch.set_num_threads(task["threads"])
torch.manual_seed(0)
size = task["height"], task["width"]
state = torch.load(task["weights"], map_location="cpu")
model = Core(state, task["key"], task["neurons"], task["dilation"], *size).eval()
low, high = -task["mean"] / task["scale"], (255 - task["mean"]) / task["scale"]
taps = torch.exp(-0.5 * torch.arange(-4.0, 5.0) ** 2)
taps /= taps.sum()


def blurred(x):
    """The Gaussian blur of SD 1, cut off at 4 SD, and images mirrored at their edges."""
    x = torch.cat([x[..., :4, :].flip(2), x, x[..., -4:, :].flip(2)], 2)
    x = torch.cat([x[..., :4].flip(3), x, x[..., -4:].flip(3)], 3)
    return F.conv2d(F.conv2d(x, taps.view(1, 1, 9, 1)), taps.view(1, 1, 1, 9))


def fixed(x):
    x = x - x.mean((1, 2, 3), keepdim=True)
    sd = x.flatten(1).std(1)[:, None, None, None]
    return (x / sd * task["fix_sd"] + task["fix_mean"]).clamp(low, high)


def ascend(network, channels_last, steps):
    x = (torch.rand(task["images"], 1, *size) * 50 + 128 - task["mean"]) / task["scale"]
    best = torch.full((task["images"],), -1e9)
    for _ in range(steps):
        x = fixed(x)
        x = x.contiguous(memory_format=torch.channels_last) if channels_last else x
        x.requires_grad_(True)
        y = network(x)
        g, = torch.autograd.grad(y.sum(), x)
        with torch.no_grad():
            best = torch.maximum(best, y)
            g = g / (g.pow(2).mean((1, 2, 3), keepdim=True).sqrt() + 1e-5)
            x = x + task["step"] / task["scale"] * blurred(g)
    return best


def responses():
    """Those of each neuron of the task to each PNG."""
    rows = []
    for name in sorted(os.listdir(task["pixels"])):
        x = np.asarray(Image.open(os.path.join(task["pixels"], name)), np.float32)
        x = torch.tensor((x - task["mean"]) / task["scale"]).expand(len(task["neurons"]), 1, *size)
        with torch.no_grad():
            rows.append(model(x).tolist())
    return rows


example = torch.rand(task["images"], 1, *size)
traced = torch.jit.freeze(torch.jit.trace(model, example))
forms = [("plain", (model, False)), ("channels last", (model, True)), ("traced", (traced, False))]
name, form = served.fastest(forms, lambda f: ascend(*f, 3))
served.serve({"responses": responses(), "form": name}, lambda: ascend(*form, task["steps"]))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Random weights of a layer, as Keras names them, shapes them and orders them."""
import re

import numpy as np

import defaults

FROZEN = ("moving_mean", "moving_variance", "mean", "variance", "count")  # never trained


def snake(kind):
    """Returns the name of a class as Keras names groups of weights: Conv2D is conv2d."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()


def axes_of(axis):
    return list(axis) if isinstance(axis, (list, tuple)) else [axis]


def sides(shape, axis):
    """Returns the sizes along axes that count the batch as axis 0; shape lacks the batch."""
    return [(None, *shape)[a] for a in axes_of(axis)]


def channels(c, shape):
    return shape[0] if c.get("data_format") == "channels_first" else shape[-1]


def kernel(random, *shape, inputs):
    return random.standard_normal(shape) / np.sqrt(inputs)


def bias(c, random, count):
    return {"bias": random.standard_normal(count) * 0.3} if c["use_bias"] else {}


def conv2d(c, shape, random):
    count = channels(c, shape) // c["groups"]
    size = c["kernel_size"]
    return {"kernel": kernel(random, *size, count, c["filters"], inputs=np.prod(size) * count),
            **bias(c, random, c["filters"])}


def conv2d_transpose(c, shape, random):
    count, size = channels(c, shape), c["kernel_size"]
    return {"kernel": kernel(random, *size, c["filters"], count, inputs=np.prod(size) * count),
            **bias(c, random, c["filters"])}


def depthwise_conv2d(c, shape, random):
    count, size = channels(c, shape), c["kernel_size"]
    return {"kernel": kernel(random, *size, count, c["depth_multiplier"], inputs=np.prod(size)),
            **bias(c, random, count * c["depth_multiplier"])}


def separable_conv2d(c, shape, random):
    count, size = channels(c, shape), c["kernel_size"]
    middle = count * c["depth_multiplier"]
    return {"depthwise_kernel": kernel(random, *size, count, c["depth_multiplier"],
                                       inputs=np.prod(size)),
            "pointwise_kernel": kernel(random, 1, 1, middle, c["filters"], inputs=middle),
            **bias(c, random, c["filters"])}


def dense(c, shape, random):
    return {"kernel": kernel(random, shape[-1], c["units"], inputs=shape[-1]),
            **bias(c, random, c["units"])}


def scaled(c, sizes, random):
    """Returns gamma and beta of a normalisation."""
    out = {}
    if c["scale"]:
        out["gamma"] = random.uniform(0.5, 1.5, sizes)
    if c["center"]:
        out["beta"] = random.standard_normal(sizes) * 0.3
    return out


def batch_normalization(c, shape, random):
    sizes = sides(shape, c["axis"])
    return {**scaled(c, sizes, random), "moving_mean": random.standard_normal(sizes) * 0.3,
            "moving_variance": random.uniform(0.01, 1, sizes)}


def layer_normalization(c, shape, random):
    if c["rms_scaling"]:
        c = {**c, "scale": True, "center": False}
    return scaled(c, sides(shape, c["axis"]), random)


def group_normalization(c, shape, random):
    return scaled(c, sides(shape, c["axis"]), random)


def normalization(c, shape, random):
    if c["mean"] is not None:
        return {}
    sizes = [] if c["axis"] is None else sides(shape, c["axis"])
    return {"mean": random.standard_normal(sizes), "variance": random.uniform(0.1, 2, sizes),
            "count": np.array(4711)}


def p_re_lu(c, shape, random):
    sizes = [1 if i + 1 in (c["shared_axes"] or []) else n for i, n in enumerate(shape)]
    return {"alpha": random.uniform(-0.5, 0.9, sizes)}


def make(layer, shapes, random):
    """Returns the weights of a layer of inputs of these shapes, float32, in Keras' order."""
    makers = globals()
    if layer.model or snake(layer.kind) not in makers:
        return {}
    made = makers[snake(layer.kind)](defaults.full(layer, 3), shapes[0], random)
    return {k: v.astype(np.int64 if k == "count" else np.float32) for k, v in made.items()}

# SPDX-License-Identifier: GPL-3.0-or-later
"""Keras' layers in double, as functions of a config, weights and inputs with a batch axis.

Every function is written from the definition of its layer.  Arrays have the axes that Keras gives
them: with channels_first, (N, channels, rows, columns).
"""
import functools

import numpy as np

import activations
import defaults
import resize
from weights import snake


def last(function):
    """Makes a function of (N, rows, columns, channels) one of any data_format."""
    @functools.wraps(function)
    def wrapped(c, w, x):
        if c["data_format"] != "channels_first":
            return function(c, w, x)
        y = function(c, w, np.moveaxis(x, 1, 3))
        return np.moveaxis(y, 3, 1) if y.ndim == 4 else y
    return wrapped


def activated(function):
    """Applies the activation of a layer to what a function returns."""
    @functools.wraps(function)
    def wrapped(c, w, x):
        return activate(c["activation"], function(c, w, x), c["keras"])
    return wrapped


def activate(value, x, keras):
    """Applies what a config has at "activation": a name, a function object or a layer object."""
    if isinstance(value, dict):
        inner = value["config"]
        if value["class_name"] == "function":
            value = inner
        else:
            config = {**defaults.CONFIGS[value["class_name"]], **inner, "keras": keras}
            return globals()[snake(value["class_name"])](config, {}, x)
    return x if value is None else activations.named(value, x, keras)


# ---- convolutions and pools ----------------------------------------------------------------------


def padded(x, c, size, fill=0.0):
    """Pads rows and columns as TensorFlow's "same" or "valid" do."""
    dilation = c.get("dilation_rate", [1, 1])
    pads = []
    for n, k, s, d in zip(x.shape[1:3], size, c["strides"], dilation):
        need = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0) if c["padding"] == "same" else 0
        pads.append((need // 2, need - need // 2))
    return np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)


def windows(x, c, size):
    """Yields (row, column) of a window, and the values there at all positions of the window."""
    dilation = c.get("dilation_rate", [1, 1])
    counts = [(n - (k - 1) * d - 1) // s + 1
              for n, k, s, d in zip(x.shape[1:3], size, c["strides"], dilation)]
    for i, j in np.ndindex(*size):
        rows, columns = (slice(at * d, at * d + (n - 1) * s + 1, s) for at, d, n, s in
                         zip((i, j), dilation, counts, c["strides"]))
        yield i, j, x[:, rows, columns]


def convolve(c, x, kernel, groups=1):
    """A kernel (rows, columns, inputs of a group, outputs); groups are consecutive channels."""
    x, total = padded(x, c, kernel.shape[:2]), 0
    each = kernel.reshape(*kernel.shape[:3], groups, -1)
    for i, j, part in windows(x, c, kernel.shape[:2]):
        part = part.reshape(*part.shape[:3], groups, -1)
        total = total + np.einsum("nhwgc,cgf->nhwgf", part, each[i, j], optimize=True)
    return total.reshape(*total.shape[:3], -1)


def depthwise(c, x, kernel):
    """A kernel (rows, columns, channels, multiplier), whose outputs are those of each channel."""
    x, total = padded(x, c, kernel.shape[:2]), 0
    for i, j, part in windows(x, c, kernel.shape[:2]):
        total = total + part[..., None] * kernel[i, j]
    return total.reshape(*total.shape[:3], -1)


@activated
@last
def conv2d(c, w, x):
    return convolve(c, x, w["kernel"], c["groups"]) + w.get("bias", 0)


@activated
@last
def depthwise_conv2d(c, w, x):
    return depthwise(c, x, w["kernel"]) + w.get("bias", 0)


@activated
@last
def separable_conv2d(c, w, x):
    point = {**c, "strides": [1, 1], "dilation_rate": [1, 1]}
    return convolve(point, depthwise(c, x, w["depthwise_kernel"]),
                    w["pointwise_kernel"]) + w.get("bias", 0)


def transposed(n, k, s, c, output_padding):
    """Returns the length of a transposed convolution, and what is cut off before it."""
    if c["padding"] == "valid":
        return (n - 1) * s + (max(k, s) if output_padding is None else k + output_padding), 0
    length = n * s if output_padding is None else (n - 1) * s + k % 2 + output_padding
    return length, max((n - 1) * s + k - length, 0) // 2


@activated
@last
def conv2d_transpose(c, w, x):
    """Each value adds its multiple of the kernel (rows, columns, outputs, inputs)."""
    kernel, cut = w["kernel"], []
    size = [(k - 1) * d + 1 for k, d in zip(kernel.shape, c["dilation_rate"])]
    for n, k, s, more in zip(x.shape[1:3], size, c["strides"], c["output_padding"] or [None] * 2):
        cut.append(transposed(n, k, s, c, more))
    room = [max((n - 1) * s + k, length + before) for n, k, s, (length, before) in
            zip(x.shape[1:3], size, c["strides"], cut)]
    out = np.zeros((len(x), *room, kernel.shape[2]))
    for i, j in np.ndindex(*kernel.shape[:2]):
        rows, columns = (slice(at * d, at * d + (n - 1) * s + 1, s) for at, d, n, s in
                         zip((i, j), c["dilation_rate"], x.shape[1:3], c["strides"]))
        out[:, rows, columns] += x @ kernel[i, j].T
    (rows, top), (columns, left) = cut
    return out[:, top:top + rows, left:left + columns] + w.get("bias", 0)


@activated
def dense(c, w, x):
    return x @ w["kernel"] + w.get("bias", 0)


@last
def max_pooling2d(c, w, x):
    return np.max([part for _, _, part in windows(padded(x, c, c["pool_size"], -np.inf), c,
                                                  c["pool_size"])], axis=0)


@last
def average_pooling2d(c, w, x):
    """The padding is no part of the mean."""
    def total(values):
        return sum(part for _, _, part in windows(padded(values, c, c["pool_size"]), c,
                                                  c["pool_size"]))
    return total(x) / total(np.ones_like(x))


@last
def global_max_pooling2d(c, w, x):
    return x.max((1, 2), keepdims=c["keepdims"])


@last
def global_average_pooling2d(c, w, x):
    return x.mean((1, 2), keepdims=c["keepdims"])


# ---- activations ---------------------------------------------------------------------------------


def activation(c, w, x):
    return activate(c["activation"], x, c["keras"])


def re_lu(c, w, x):
    return activations.relu(x, c["negative_slope"], c["max_value"], c["threshold"])


def leaky_re_lu(c, w, x):
    return activations.relu(x, c["negative_slope"])


def p_re_lu(c, w, x):
    return np.where(x < 0, w["alpha"] * x, x)


def elu(c, w, x):
    return activations.elu(x, c["alpha"])


def softmax(c, w, x):
    return activations.softmax(x, c["axis"])


# ---- normalisations ------------------------------------------------------------------------------


def along(values, axis, x):
    """Gives an array over some axes of x as many axes as x has."""
    axes = [a % x.ndim for a in (axis if isinstance(axis, list) else [axis])]
    shape = [x.shape[a] if a in axes else 1 for a in range(x.ndim)]
    return np.reshape(values, shape)


def scaled(c, w, axis, x):
    return (x * (along(w["gamma"], axis, x) if "gamma" in w else 1) +
            (along(w["beta"], axis, x) if "beta" in w else 0))


def standard(x, axes, epsilon):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)


def batch_normalization(c, w, x):
    mean, variance = (along(w["moving_" + k], c["axis"], x) for k in ("mean", "variance"))
    return scaled(c, w, c["axis"], (x - mean) / np.sqrt(variance + c["epsilon"]))


def layer_normalization(c, w, x):
    axes = tuple(c["axis"]) if isinstance(c["axis"], list) else c["axis"]
    if c["rms_scaling"]:
        return x / np.sqrt(x.var(axes, keepdims=True) + c["epsilon"]) * along(
            w["gamma"], c["axis"], x)
    return scaled(c, w, c["axis"], standard(x, axes, c["epsilon"]))


def group_normalization(c, w, x):
    y = np.moveaxis(x, c["axis"], -1)
    groups = y.shape[-1] if c["groups"] == -1 else c["groups"]
    y = y.reshape(*y.shape[:-1], groups, -1)
    axes = (*range(1, y.ndim - 2), y.ndim - 1)
    y = standard(y, axes, c["epsilon"]).reshape(*y.shape[:-2], -1)
    return scaled(c, w, c["axis"], np.moveaxis(y, -1, c["axis"]))


def unit_normalization(c, w, x):
    axes = tuple(c["axis"]) if isinstance(c["axis"], list) else c["axis"]
    return x / np.sqrt(np.maximum((x * x).sum(axes, keepdims=True), 1e-12))


def normalization(c, w, x):
    """Keras divides by the deviation, or by 1e-7 where that is larger."""
    given = c if c["mean"] is not None else w
    axis = [] if c["axis"] is None else c["axis"]
    mean, variance = (np.asarray(given[k], float) for k in ("mean", "variance"))
    if mean.ndim:
        mean, variance = along(mean, axis, x), along(variance, axis, x)
    deviation = np.maximum(np.sqrt(variance), 1e-7)
    return x * deviation + mean if c["invert"] else (x - mean) / deviation


def rescaling(c, w, x):
    return x * np.asarray(value_of(c["scale"])) + np.asarray(value_of(c["offset"]))


def value_of(number):
    """Returns a number or a list, which Keras 3 may write as an object of NumPy."""
    return number["config"]["value"] if isinstance(number, dict) else number


# ---- shapes --------------------------------------------------------------------------------------


def sides(value):
    """Returns [[top, bottom], [left, right]] of a number, two numbers or two pairs."""
    pair = value if isinstance(value, list) else [value, value]
    return [v if isinstance(v, list) else [v, v] for v in pair]


@last
def zero_padding2d(c, w, x):
    return np.pad(x, ((0, 0), *sides(c["padding"]), (0, 0)))


@last
def cropping2d(c, w, x):
    (top, bottom), (left, right) = sides(c["cropping"])
    return x[:, top:x.shape[1] - bottom, left:x.shape[2] - right]


@last
def up_sampling2d(c, w, x):
    size = [n * k for n, k in zip(x.shape[1:3], c["size"])]
    return resize.resized(x, size, c["interpolation"])


@last
def resizing(c, w, x):
    size = [c["height"], c["width"]]
    if c["crop_to_aspect_ratio"]:
        x = resize.cropped(x, size)
    if c["pad_to_aspect_ratio"]:
        x = resize.padded(x, size, c["fill_value"])
    return resize.resized(x, size, c["interpolation"])


def flatten(c, w, x):
    if c["data_format"] == "channels_first" and x.ndim == 4:
        x = np.moveaxis(x, 1, 3)
    return x.reshape(len(x), -1)


def reshape(c, w, x):
    return x.reshape(len(x), *c["target_shape"])


def permute(c, w, x):
    return x.transpose(0, *c["dims"])


# ---- several inputs ------------------------------------------------------------------------------


def together(xs):
    """Gives all inputs as many axes as the one with most, behind the batch."""
    most = max(x.ndim for x in xs)
    return [x.reshape(len(x), *[1] * (most - x.ndim), *x.shape[1:]) for x in xs]


def add(c, w, *xs):
    return sum(together(xs))


def subtract(c, w, a, b):
    return np.subtract(*together([a, b]))


def multiply(c, w, *xs):
    return functools.reduce(np.multiply, together(xs))


def average(c, w, *xs):
    return sum(together(xs)) / len(xs)


def maximum(c, w, *xs):
    return functools.reduce(np.maximum, together(xs))


def minimum(c, w, *xs):
    return functools.reduce(np.minimum, together(xs))


def concatenate(c, w, *xs):
    return np.concatenate(xs, c["axis"])


# ---- models --------------------------------------------------------------------------------------

SAME = ("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise",
        "ActivityRegularization", "Identity")  # in prediction; and layers of random changes


def apply(layer, inputs, keras):
    """Returns the outputs of a layer, a list, in Keras 2 or 3."""
    if layer.model:
        return respond(layer.model, inputs[0], keras)
    if layer.kind in SAME or layer.kind.startswith(("Random", "MixUp")):
        return [inputs[0]]
    config = {**defaults.full(layer, 3), "keras": keras}
    weights = {k: v.astype(float) for k, v in layer.weights.items()}
    return [globals()[snake(layer.kind)](config, weights, *inputs)]


def respond(model, x, keras):
    """Returns the outputs of a model, a list."""
    known = {(model.input.layer, 0): [x]}

    def value(t):
        if (t.layer, t.call) not in known:
            inputs = [value(i) for i in t.layer.calls[t.call][0]]
            known[t.layer, t.call] = apply(t.layer, inputs, keras)
        return known[t.layer, t.call][t.index]

    return [value(t) for t in model.outputs]

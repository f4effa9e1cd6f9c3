# SPDX-License-Identifier: GPL-3.0-or-later
"""Keras' activation functions in double."""
import math

import numpy as np

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
erf = np.vectorize(math.erf)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """The slope counts from the threshold, below which a value is not passed on."""
    high = np.where(x > threshold, x, 0)
    high = high if max_value is None else np.clip(high, 0, max_value)
    return high - negative_slope * np.maximum(threshold - x, 0)


def log_softmax(x, axis=-1):
    axis = tuple(axis) if isinstance(axis, list) else axis
    centred = x - x.max(axis, keepdims=True)
    return centred - np.log(np.exp(centred).sum(axis, keepdims=True))


def softmax(x, axis=-1):
    return np.exp(log_softmax(x, axis))


def silu(x):
    return x * sigmoid(x)


def hard_sigmoid_2(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


def hard_sigmoid_3(x):
    return np.clip(x + 3, 0, 6) / 6


NAMED = {
    "linear": lambda x: x, "relu": relu, "elu": elu, "softplus": softplus, "sigmoid": sigmoid,
    "selu": lambda x: SELU_SCALE * elu(x, SELU_ALPHA), "softsign": lambda x: x / (1 + np.abs(x)),
    "tanh": np.tanh, "softmax": softmax, "log_softmax": log_softmax, "silu": silu, "swish": silu,
    "gelu": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))), "exponential": np.exp,
    "leaky_relu": lambda x: relu(x, 0.2), "relu6": lambda x: relu(x, max_value=6),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "hard_silu": lambda x: x * hard_sigmoid_3(x), "hard_swish": lambda x: x * hard_sigmoid_3(x),
}
NEWER = ("hard_silu", "hard_swish")  # Keras 2 has none of these


def named(name, x, keras):
    """Returns the values of a named activation in Keras 2 or 3, which differ in hard_sigmoid."""
    if name == "hard_sigmoid":
        return hard_sigmoid_2(x) if keras == 2 else hard_sigmoid_3(x)
    return NAMED[name](x)

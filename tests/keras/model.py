# SPDX-License-Identifier: GPL-3.0-or-later
"""Small models as Keras describes them: layers, the tensors between them, models inside models.

    x = Input(8, 6, 3)
    y = layer("Conv2D", filters=4, kernel_size=[3, 3])(x)
    model = Model(x, y)

A layer gets random weights when it is called first.  archive.py writes a model as a file, and
oracle.py computes it.
"""
import itertools

import numpy as np

import oracle
import weights

__all__ = ["Input", "Layer", "Model", "Sequential", "Tensor", "layer", "restart"]

numbers = itertools.count(1)


def restart():
    """Numbers layers from 1 again: a test then has the same weights whatever ran before it."""
    global numbers
    numbers = itertools.count(1)


class Tensor:
    """One output of one call of a layer; its shape has no axis for the batch."""

    def __init__(self, source, call, index, shape):
        self.layer, self.call, self.index, self.shape = source, call, index, tuple(shape)


class Layer:
    """A layer: its class, name, config and weights, and the inputs of each of its calls.

    config   what the test gives, in the keys of Keras 3; defaults.py has all other keys
    model    the inner model, where the layer is one
    calls    (tensors, named arguments) of each call
    """

    def __init__(self, kind, config, model=None):
        self.number = next(numbers)
        self.kind, self.config, self.model = kind, dict(config), model
        self.name = self.config.pop("name", "l%d_%s" % (self.number, weights.snake(kind)))
        self.trainable = self.config.pop("trainable", True)
        self.weights, self.calls = None, []

    def __call__(self, *inputs, **named):
        shapes = [t.shape for t in inputs]
        if self.weights is None:
            random = np.random.default_rng(self.number)
            self.weights = weights.make(self, shapes, random)
        self.calls.append((inputs, named))
        found = oracle.apply(self, [np.zeros((1, *s)) for s in shapes], 3)
        outputs = [Tensor(self, len(self.calls) - 1, i, y.shape[1:]) for i, y in enumerate(found)]
        return outputs[0] if len(outputs) == 1 else outputs


def layer(kind, **config):
    """Returns a layer of a class of Keras."""
    return Layer(kind, config)


def Input(*shape, **config):
    """Returns the tensor of a new InputLayer."""
    source = Layer("InputLayer", config)
    source.weights, source.shape = {}, shape
    return Tensor(source, 0, 0, shape)


def ordered(outputs):
    """Returns the layers that outputs depend on, each behind those that it reads."""
    begun, found = set(), []

    def visit(source):
        if source in begun:
            return
        begun.add(source)
        for inputs, _ in source.calls:
            for t in inputs:
                visit(t.layer)
        found.append(source)

    for t in outputs:
        visit(t.layer)
    return found


class Model:
    """A Functional model, from an input to one or more outputs.  It can be called as a layer."""

    kind, deferred = "Functional", False

    def __init__(self, x, *outputs, name=None, trainable=True):
        self.input, self.outputs, self.layers = x, outputs, ordered(outputs)
        self.name, self.trainable = name or "model_%d" % next(numbers), trainable
        self.layer = None
        if not trainable:
            self.freeze()

    def freeze(self):
        """Keras freezes the layers of a model with it."""
        self.trainable = False
        for inner in self.layers:
            inner.trainable = False
            if inner.model:
                inner.model.freeze()

    def __call__(self, *inputs, **named):
        if not self.layer:
            self.layer = Layer(self.kind, {"name": self.name, "trainable": self.trainable}, self)
        return self.layer(*inputs, **named)

    def respond(self, x, keras):
        """Returns the outputs for inputs (N, ...) in double, as Keras 2 or 3 computes them."""
        return oracle.respond(self, x, keras)


class Sequential(Model):
    """A Sequential model: layers that follow each other.

    deferred  True: it was made without an input, and got its shape when it was called
    """

    kind = "Sequential"

    def __init__(self, x, *chain, deferred=False, **named):
        self.deferred = deferred
        y = x
        for part in chain:
            y = part(y)
        super().__init__(x, y, **named)

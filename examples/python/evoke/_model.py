# SPDX-License-Identifier: GPL-3.0-or-later
"""Models: opened, described, asked for responses and gradients."""
import ctypes
import os

import numpy as np

from ._arrays import doubles, existing, floats, pointer, whole
from ._library import (NEURON_TEXT, ArgumentError, MissingFileError, ModelOptions, NotFoundError,
                       call, library, new)
from ._owned import Owned


def _options(size, mean, scale, weights, channels=None, after_activation=False, names=None):
    """Returns evk_model_options."""
    height, width = (0, 0) if size is None else size if np.ndim(size) else (size, size)
    mean, means = doubles(mean, "mean")
    scale, scales = doubles(scale, "scale")
    texts = [channels] if isinstance(channels, str) else channels or []
    units = (ctypes.c_char_p * len(texts))(*[os.fsencode(t) for t in texts])
    return ModelOptions(whole(height, "the height", 0, 2**31), whole(width, "the width", 0, 2**31),
                        means, scales, mean, scale, None if weights is None else existing(weights),
                        len(texts), units, after_activation,
                        None if names is None else existing(names))


def open(path, size=None, mean=None, scale=None, weights=None, channels=None,
         after_activation=False, names=None):
    """Opens a model file or a model card, and returns a Model.

    size     (height, width), or one number for both, of a model that takes images of any size
    mean     display values that are subtracted from an image: a number, or one for each channel
    scale    display levels by which the difference is divided: a number, or one for each channel
    weights  the folder with the weights of a model card, if they are not in the folder of the card
    channels  units inside the model as its neurons, in place of its outputs: a text such as
              "layer0_conv:0-31@mean", or a list of them (the option --channel of evoke)
    after_activation  whether a unit is the value after the activation of its layer
    names    a text file with the names of the neurons, one on each line

    Without mean and scale, the preprocessing is as the file says; where the file says nothing, mean
    is 0 and scale is 1.
    """
    options = _options(size, mean, scale, weights, channels, after_activation, names)
    return Model(new("evk_model_open", existing(path), ctypes.byref(options)))


def open_ensemble(name, members, size=None, mean=None, scale=None, weights=None):
    """Opens an ensemble, whose response is the mean of its members' responses; returns a Model.

    name     name of the ensemble
    members  a list of texts: FILE, or FILE:NEURON for one neuron of a file.  FILE is a model file
             or a model card; its path has no comma

    The other arguments are those of evoke.open, and are the same for all members.
    """
    options, texts = _options(size, mean, scale, weights), [os.fsencode(m) for m in members]
    for text in texts:
        if b"," in text:
            raise ArgumentError("%s: has a comma, expected a path without one" % os.fsdecode(text))
    text = os.fsencode(name) + b"=" + b",".join(texts)
    try:
        return Model(new("evk_model_open_ensemble", text, ctypes.byref(options)))
    except NotFoundError as e:  # the file of a member
        raise MissingFileError(str(e)) from None


class Model(Owned):
    """An open model, which evoke.open and evoke.open_ensemble return.

    path, name     the path as it was given; the file's name without folder and ending
    format         "keras", "numpy", "torch", "card" or "ensemble"
    sha256         SHA-256 of the file, or of all that the responses depend on
    shape          (height, width, channels) of an image
    outputs        number of neurons
    neurons        names of the neurons, which are "0", "1", ... unless the file has other names
    members        names of the networks of an ensemble; of a single network, its own name
    parameters     number of weights
    mean, scale    the preprocessing, a number for each channel: the network sees (value - mean) /
                   scale
    preprocessing  where mean and scale come from: "unknown", "given" or "published"; "file": the
                   network itself begins with a preprocessing, before which mean is 0 and scale is 1

    A with statement closes the model.  Several threads may use a model at once.
    """

    def __init__(self, model):
        info = library.evk_model_describe(model).contents
        super().__init__(model, library.evk_model_free, os.fsdecode(info.name))
        self.path, self.name = os.fsdecode(info.path), os.fsdecode(info.name)
        self.format, self.sha256 = info.format.decode(), info.sha256.decode()
        self.shape = (info.height, info.width, info.channels)
        self.outputs, self.parameters = info.outputs, info.parameters
        self.mean = tuple(info.mean[:info.channels])
        self.scale = tuple(info.scale[:info.channels])
        self.preprocessing = ("unknown", "given", "published", "file")[info.preprocessing]
        self.neurons = tuple(self._neuron_name(i) for i in range(self.outputs))
        self.members = tuple(self._member_name(i) for i in range(info.members))

    def __repr__(self):
        return "<evoke.Model %s: images of %d x %d x %d, neurons: %s>" % (
            self.name, *self.shape, self._neuron_names())

    def _neuron_name(self, output):
        text = ctypes.create_string_buffer(NEURON_TEXT)
        return library.evk_model_neuron(self._pointer, output, text).decode()

    def _member_name(self, i):
        member = library.evk_model_member(self._pointer, i)
        return os.fsdecode(library.evk_model_describe(member).contents.name)

    def _neuron_names(self):
        """Returns the names of the neurons as one text, shortened where there are many."""
        shown = self.neurons if self.outputs <= 8 else self.neurons[:6] + ("...", self.neurons[-1])
        return ", ".join(shown)

    def _output(self, neuron):
        """Returns the index of a neuron that is given by index, by name or, if alone, as None."""
        if neuron is None and self.outputs > 1:
            raise ArgumentError("%s: has %d neurons, expected one of them: %s" %
                                (self.name, self.outputs, self._neuron_names()))
        if not isinstance(neuron, str):
            index = 0 if neuron is None else neuron
            return whole(index, "%s: the neuron" % self.name, 0, self.outputs - 1)
        out = ctypes.c_int64()
        with self._use() as model:
            call("evk_model_find_neuron", model, neuron.encode(), ctypes.byref(out))
        return out.value

    def _images(self, images):
        """Returns images as (N, height, width, channels) float32, and () or (N,) as given."""
        array = floats(images, self.name)
        if array.ndim not in (3, 4) or array.shape[-3:] != self.shape:
            size = "%d, %d, %d" % self.shape
            is_gray = self.shape[2] == 1 and array.shape[-1:] == (3,)
            hint = "; images[..., :1] are gray images of three equal channels" if is_gray else ""
            raise ArgumentError("%s: the shape of the images is %s, expected (%s) or (N, %s)%s" %
                                (self.name, array.shape, size, size, hint))
        return array.reshape((-1,) + self.shape), array.shape[:-3]

    def predict(self, images, threads=0):
        """Returns the predicted responses as float32, in the units of the model.

        images   one image or several
        threads  number of threads; 0: OMP_NUM_THREADS, or else one for each core

        The shape is (outputs,) for one image and (N, outputs) for several.  The responses are the
        same on any number of threads.  They are not finite where the network gives no finite
        number.
        """
        x, several = self._images(images)
        out = np.empty((len(x), self.outputs), np.float32)
        with self._use() as model:
            call("evk_model_predict", model, pointer(x), len(x),
                 whole(threads, "threads", 0, 256), pointer(out))
        return out.reshape(several + (self.outputs,))

    def gradient(self, images, neuron=None, threads=0):
        """Returns the gradient of a neuron's response as float32, in the shape of the images.

        images   one image or several
        neuron   index or name of the neuron; None only where the model has a single one
        threads  as in predict

        The unit is that of the response per display level.  A small change of an image changes the
        response by about the sum of gradient * change.
        """
        x, several = self._images(images)
        return self._weighted(x, self._output(neuron), None, threads).reshape(several + self.shape)

    def _weighted(self, x, output, weights, threads):
        """Returns what evk_model_gradient writes; its header says what output and weights are."""
        out = np.empty_like(x)
        with self._use() as model:
            call("evk_model_gradient", model, output, pointer(x), len(x),
                 None if weights is None else pointer(weights),
                 whole(threads, "threads", 0, 256), pointer(out))
        return out

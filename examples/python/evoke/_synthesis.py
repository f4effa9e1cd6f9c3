# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthesis of one preferred image by gradient ascent."""
import ctypes
import signal
import threading
from collections import namedtuple
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from ._arrays import pointer, rounded, whole, write_image
from ._library import (ArgumentError, Ascent, CError, Given, Watch, WatchFunction, call, library,
                       new, raise_status)

Step = namedtuple("Step", "step response image gradient_norm step_rms penalties")
Step.__doc__ = """The state of an ascent, which evoke.synthesize gives to its callback.

step           number of steps made; 0 at the start, and once more after a restart
response       response predicted for the image, as the random transformations of the method show
               it to the network; of an ensemble, the objective
image          (height, width, channels) float32 display values, a copy
gradient_norm  RMS of the gradient before the last step, per display level; NaN at step 0
step_rms       RMS of the change that the last step made, display levels; NaN at step 0
penalties      {name of a prior: value of its penalty before the last step}
"""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """An image that evoke.synthesize made.

    image            (height, width, channels) uint8, as the file of a stimulus set has it
    values           the same image as float32, before it was rounded
    response         response predicted for `values`; of an ensemble, the mean of its members.  The
                     response to the file is that of Model.predict to `image`
    objective        what was raised or lowered; of a single network, the response
    objective_start  the objective of the start image
    steps            number of steps made
    stopped          why the ascent ended: "steps", "plateau", "pixel-change" or "target"
    restarts         number of start images that were replaced since their gradient was zero
    description      what the image is in words, as the file of a stimulus set has it
    """

    image: np.ndarray
    values: np.ndarray
    response: float
    objective: float
    objective_start: float
    steps: int
    stopped: str
    restarts: int
    description: str

    def save(self, path):
        """Writes the image as PNG, with the bytes that the file of a stimulus set has."""
        write_image(path, self.image, self.description if self.description.isascii() else None)


# ---- recipes -------------------------------------------------------------------------------------


def _get(recipe, name):
    """Returns the value of a parameter of a recipe as text."""
    text = ctypes.c_void_p()
    call("evk_recipe_get", recipe, name.encode(), ctypes.byref(text))
    try:
        return ctypes.string_at(text).decode()
    finally:
        library.evk_free(text)


def _set(recipe, name, value):
    """Sets a parameter of a recipe from a value of Python."""
    is_flag = isinstance(value, (bool, np.bool_))
    text = "none" if value is None else str(value).lower() if is_flag else str(value)
    call("evk_recipe_set", recipe, name.replace("_", "-").encode(), text.encode())


def _set_all(recipe, options):
    """Sets parameters of a recipe; a list of priors adds each of them."""
    for name, value in options.items():
        if isinstance(value, (list, tuple)) and name != "prior":
            raise ArgumentError("%s is %r, expected one value" % (name, value))
        for one in value if isinstance(value, (list, tuple)) else [value]:
            _set(recipe, name, one)


@contextmanager
def _recipe(model, method, options):
    """Makes a recipe of a method and of the model's card, and sets options of it."""
    recipe = new("evk_recipe_new", None if method is None else method.encode(), model)
    try:
        _set_all(recipe, options)
        yield recipe
    finally:
        library.evk_recipe_free(recipe)


def _describe(recipe, model, output, start):
    """Returns what an image is in words, as `evoke maximize` writes it into the file."""
    objective = _get(recipe, "objective")
    return "%s the %s of output %s of %s, start %d" % (
        "minimizes" if _get(recipe, "minimize") == "true" else "maximizes",
        "response" if objective == "mean" else objective, model.neurons[output], model.name, start)


# ---- the ascent ----------------------------------------------------------------------------------


class _Interrupts:
    """Notes Ctrl-C while C works, and hands it to Python's handler when C has returned.

    Python would lose an exception that a signal handler raises at the beginning of a callback.
    """

    def __enter__(self):
        is_main = threading.current_thread() is threading.main_thread()
        self._before = signal.getsignal(signal.SIGINT) if is_main else None
        self.noted = []
        if callable(self._before):
            signal.signal(signal.SIGINT, lambda *details: self.noted.append(details))
        return self

    def __exit__(self, *_):
        if callable(self._before):
            signal.signal(signal.SIGINT, self._before)
        for details in self.noted[:1]:
            self._before(*details)


def _step(now, shape):
    """Returns a Step with copies of what an evk_step has, which is valid in the callback only."""
    image = np.ctypeslib.as_array(now.image, shape).copy()
    penalties = {now.penalty_names[i].decode(): now.penalties[i] for i in range(now.penalty_count)}
    return Step(now.step, now.response, image, now.gradient_norm, now.step_rms, penalties)


def _ascend(session, recipe, start, given, callback, shape):
    """Calls evk_synthesize; returns the image's values and evk_ascent."""
    values, ascent, error = np.empty(shape, np.float32), Ascent(), CError()
    raised = []

    def step(_, now):
        try:
            answer = None if callback is None else callback(_step(now.contents, shape))
            return not interrupts.noted and (answer is None or bool(answer))
        except BaseException as e:  # C must not be left by an exception
            raised.append(e)
            return False

    watch = Watch(WatchFunction(step), None, callback is not None)
    with _Interrupts() as interrupts:
        status = library.evk_synthesize(session, recipe, start, ctypes.byref(given),
                                        ctypes.byref(watch), pointer(values),
                                        ctypes.byref(ascent), ctypes.byref(error))
    if raised:
        raise raised.pop()
    raise_status(status, error)
    return values, ascent


def _one(model, image):
    """Returns one image of the model's size as float32."""
    x, several = model._images(image)
    if several:
        raise ArgumentError("%s: there are %d images, expected one" % (model.name, len(x)))
    return x


def _given(model, image, others):
    """Returns evk_given, and the arrays that it points to."""
    first = None if image is None else _one(model, image)
    away = [_one(model, other) for other in others]
    pointers = (ctypes.POINTER(ctypes.c_float) * len(away))(*[pointer(a) for a in away])
    given = Given(None if first is None else pointer(first), pointers, len(away))
    return given, (first, away)


def synthesize(model, neuron=None, start=0, method=None, callback=None, image=None, others=(),
               **options):
    """Makes one image that drives a neuron most, by gradient ascent; returns a Synthesis.

    model     from evoke.open
    neuron    index or name of the neuron; None only where the model has a single one
    start     number of the start, from 0, as in the column `start` of stimuli.tsv; it selects the
              noise at which the ascent begins
    method    name of a method, such as "robust", "published" or "mei" (`evoke list methods`); None:
              the method that the model's card asks for, or else "robust"
    callback  is called with a Step at the start and after each step.  Where it returns False, the
              function raises evoke.Stopped.  An exception that it raises leaves the function
    image     an image to start from in place of noise, such as a photograph
    others    images from which the prior "apart" keeps the image away
    options   options of `evoke maximize` with _ in place of -, such as steps=50, minimize=True or
              prior=["tv:off", "jitter:8"]; they replace those of the model's card

    The image has the same bytes as the image that `evoke maximize` writes for the same model,
    neuron, start and options, on any machine.
    """
    output, start = model._output(neuron), whole(start, "start", 0, 2**63 - 1)
    given, _arrays = _given(model, image, others)
    with model._use() as handle, _recipe(handle, method, options) as recipe:
        session = new("evk_session_new_for", handle, output)
        try:
            values, ascent = _ascend(session, recipe, start, given, callback, model.shape)
        finally:
            library.evk_session_free(session)
        description = _describe(recipe, model, output, start)
    return Synthesis(rounded(values), values, ascent.response, ascent.objective,
                     ascent.objective_start, ascent.steps, ascent.stopped.decode(),
                     ascent.restarts, description)

# SPDX-License-Identifier: GPL-3.0-or-later
"""evoke - predict responses of model neurons, differentiate them, and synthesize preferred stimuli

    import evoke

    m = evoke.open("neuron1.keras")
    image = evoke.read_image("photo.png")           # (height, width, channels) uint8
    m.predict(image)                                # the responses of all neurons of the model
    m.gradient(image)                               # how each value would change the response

    best = evoke.synthesize(m, neuron=0, start=0)   # the image that `evoke maximize` makes
    best.save("best.png")

    stimuli = evoke.read_set("set")                 # a folder that `evoke maximize` has written
    stimuli["response_pred"]                        # a column of stimuli.tsv as a NumPy array
    stimuli.images[0]                               # an image of the set, uint8

Images are NumPy arrays of display values, the numbers 0 to 255 of an image file, of the type uint8
or of any float.  Their shape is (height, width, channels); an image has 1 channel (gray) or 3 (red,
green, blue).  Several images are one array of the shape (N, height, width, channels).  Values from
0 to 1, as other programs use them, have to be multiplied by 255.  Every value must be finite.

A function that fails raises evoke.Error, or an exception derived from it, with a sentence that says
what was found and what was expected.  Other threads of Python run while the C library works, and
several of them may use one model.
"""
from ._arrays import read_image, write_image
from ._library import (ArgumentError, BusyError, DeadError, Error, FileError, FormatError,
                       MissingFileError, NotFoundError, OutOfMemoryError, Stopped,
                       UnsupportedError, library, library_path)
from ._model import Model, open, open_ensemble
from ._set import StimulusSet, read_set
from ._synthesis import Step, Synthesis, synthesize
from ._torch import torch_function

__all__ = ["open", "open_ensemble", "Model", "synthesize", "Synthesis", "Step", "read_set",
           "StimulusSet", "read_image", "write_image", "torch_function", "Error", "ArgumentError",
           "BusyError", "DeadError", "FileError", "FormatError", "MissingFileError",
           "NotFoundError", "OutOfMemoryError", "Stopped", "UnsupportedError", "library_path"]
__version__ = library.evk_version().decode()

for _name in __all__:  # help() and tracebacks call everything by the name that users import
    if hasattr(globals()[_name], "__module__"):
        globals()[_name].__module__ = __name__

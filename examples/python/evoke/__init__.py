# SPDX-License-Identifier: GPL-3.0-or-later
"""Predict responses of model neurons, differentiate them, and synthesize preferred stimuli.

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

Other threads of Python run while the C library works, and several of them may use one model.  The
library is that of the environment variable EVOKE_LIBRARY, or the one in the folder of this package,
or the one in build/release of the clone, or else the system's; evoke.c_library_path says which.

A function that fails raises evoke.Error, or an exception derived from it, with a sentence that says
what was found and what was expected:

    ArgumentError      an argument has a wrong value, shape or type; also a ValueError
    NotFoundError      there is no method, option or column of that name; also a LookupError
    MissingFileError   a file or a folder does not exist; also a FileNotFoundError
    FileError          a file cannot be read or written; also an OSError
    FormatError        a file is damaged, or a result is not a finite number; also a ValueError
    UnsupportedError   a file has something that evoke does not implement; also a ValueError
    DeadError          the gradient of the neuron is zero at every start that was tried
    Stopped            a callback returned False
    BusyError          another process is writing to the folder
    OutOfMemoryError   an allocation failed; also a MemoryError
"""
from ._arrays import read_image, write_image
from ._library import (ArgumentError, BusyError, DeadError, Error, FileError, FormatError,
                       MissingFileError, NotFoundError, OutOfMemoryError, Stopped,
                       UnsupportedError, c_library_path, library)
from ._model import Model, open, open_ensemble
from ._set import StimulusSet, read_set
from ._synthesis import Step, Synthesis, synthesize
from ._torch import torch_function

__all__ = ["open", "open_ensemble", "Model", "synthesize", "Synthesis", "Step", "read_set",
           "StimulusSet", "read_image", "write_image", "torch_function", "c_library_path"]
__version__ = library.evk_version().decode()

for _value in list(globals().values()):  # help and tracebacks show names as users write them
    if getattr(_value, "__module__", "").startswith(__name__ + "."):
        _value.__module__ = __name__

# SPDX-License-Identifier: GPL-3.0-or-later
"""The C library of evoke as ctypes sees it: where it is, its structs, its functions and its errors.

The headers in include/evoke say what each function does.  Users of the package `evoke` need nothing
of this file but the exceptions, which the package exports.
"""
import ctypes
import os
from ctypes import POINTER, c_bool, c_char_p, c_double, c_float, c_int, c_int64, c_size_t, c_void_p

INTERFACE = 1  # the number in the soname of the libraries that this module can call
SONAME = "libevoke.so.%d" % INTERFACE
NEURON_TEXT = 96  # EVK_NEURON_TEXT: bytes of the longest name of a neuron

# ---- errors --------------------------------------------------------------------------------------


class Error(Exception):
    """Something that evoke could not do.  The message is evoke's own sentence.

    `code` is the status of the C library, a negative number (include/evoke/base.h).
    """

    code = 0


class OutOfMemoryError(Error, MemoryError):
    """An allocation failed."""

    code = -1


class FileError(Error, OSError):
    """The operating system refused a read, a write or another call."""

    code = -2


class MissingFileError(FileError, FileNotFoundError):
    """A file or a folder does not exist."""

    code = -6


class FormatError(Error, ValueError):
    """The contents of a file are damaged or not what they should be, or a result is not finite."""

    code = -3


class UnsupportedError(Error, ValueError):
    """The input is valid, but this version of evoke does not implement it."""

    code = -4


class ArgumentError(Error, ValueError):
    """An argument is out of range, has a wrong shape or type, or contradicts another argument."""

    code = -5


class NotFoundError(Error, LookupError):
    """There is no method, prior, option, column or stimulus of that name."""

    code = -6


class DeadError(Error):
    """The gradient of the neuron was zero at every start image that was tried."""

    code = -7


class Stopped(Error):
    """A callback returned False, and so ended the call."""

    code = -8


class BusyError(Error):
    """Another process is writing to the folder."""

    code = -9


_ERRORS = (OutOfMemoryError, FileError, FormatError, UnsupportedError, ArgumentError, NotFoundError,
           DeadError, Stopped, BusyError)

# ---- structs -------------------------------------------------------------------------------------


class CError(ctypes.Structure):
    """evk_error"""

    _fields_ = [("code", c_int), ("msg", ctypes.c_char * 1020)]


class ModelOptions(ctypes.Structure):
    """evk_model_options"""

    _fields_ = [("height", c_int64), ("width", c_int64), ("mean_count", c_size_t),
                ("scale_count", c_size_t), ("mean", POINTER(c_double)),
                ("scale", POINTER(c_double)), ("weights", c_char_p), ("channel_count", c_size_t),
                ("channels", POINTER(c_char_p)), ("after_activation", c_bool),
                ("names", c_char_p)]


class ModelInfo(ctypes.Structure):
    """evk_model_info"""

    _fields_ = [("path", c_char_p), ("name", c_char_p), ("format", c_char_p), ("sha256", c_char_p),
                ("height", c_int64), ("width", c_int64), ("channels", c_int64),
                ("outputs", c_int64), ("members", c_int64), ("parameters", c_int64),
                ("flops", c_int64), ("preprocessing", c_int), ("mean", POINTER(c_double)),
                ("scale", POINTER(c_double))]


class Ascent(ctypes.Structure):
    """evk_ascent"""

    _fields_ = [("response", c_double), ("objective", c_double), ("restarts", c_int64),
                ("steps", c_int64), ("stopped", c_char_p), ("objective_start", c_double)]


class CStep(ctypes.Structure):
    """evk_step"""

    _fields_ = [("step", c_int64), ("response", c_float), ("image", POINTER(c_float)),
                ("gradient_norm", c_double), ("step_rms", c_double), ("penalty_count", c_int),
                ("penalty_names", POINTER(c_char_p)), ("penalties", POINTER(c_double))]


WatchFunction = ctypes.CFUNCTYPE(c_bool, c_void_p, POINTER(CStep))


class Watch(ctypes.Structure):
    """evk_watch"""

    _fields_ = [("step", WatchFunction), ("arg", c_void_p), ("measures", c_bool)]


class Given(ctypes.Structure):
    """evk_given"""

    _fields_ = [("start", POINTER(c_float)), ("others", POINTER(POINTER(c_float))),
                ("others_count", c_size_t)]


class CImage(ctypes.Structure):
    """evk_image"""

    _fields_ = [("height", c_int64), ("width", c_int64), ("channels", c_int64),
                ("values", POINTER(c_float))]


class CColumn(ctypes.Structure):
    """evk_column"""

    _fields_ = [("name", c_char_p), ("kind", c_char_p), ("title", c_char_p), ("units", c_char_p),
                ("description", c_char_p)]


# ---- functions -----------------------------------------------------------------------------------

_FLOATS = POINTER(c_float)
_IMAGE = POINTER(CImage)
_OUT = POINTER(c_void_p)  # where a new object goes
_STATUS = c_int           # evk_status; the last argument of such a function is an evk_error

# The result and the arguments of each function; those of a status without the evk_error.
_FUNCTIONS = {
    "evk_version": (c_char_p, []),
    "evk_free": (None, [c_void_p]),
    "evk_model_open": (_STATUS, [_OUT, c_char_p, POINTER(ModelOptions)]),
    "evk_model_open_ensemble": (_STATUS, [_OUT, c_char_p, POINTER(ModelOptions)]),
    "evk_model_free": (None, [c_void_p]),
    "evk_model_describe": (POINTER(ModelInfo), [c_void_p]),
    "evk_model_member": (c_void_p, [c_void_p, c_int64]),
    "evk_model_neuron": (c_char_p, [c_void_p, c_int64, c_char_p]),
    "evk_model_find_neuron": (_STATUS, [c_void_p, c_char_p, POINTER(c_int64)]),
    "evk_model_predict": (_STATUS, [c_void_p, _FLOATS, c_size_t, c_int, _FLOATS]),
    "evk_model_gradient": (_STATUS, [c_void_p, c_int64, _FLOATS, c_size_t, _FLOATS, c_int,
                                     _FLOATS]),
    "evk_session_new_for": (_STATUS, [_OUT, c_void_p, c_int64]),
    "evk_session_free": (None, [c_void_p]),
    "evk_recipe_new": (_STATUS, [_OUT, c_char_p, c_void_p]),
    "evk_recipe_set": (_STATUS, [c_void_p, c_char_p, c_char_p]),
    "evk_recipe_get": (_STATUS, [c_void_p, c_char_p, _OUT]),
    "evk_recipe_free": (None, [c_void_p]),
    "evk_synthesize": (_STATUS, [c_void_p, c_void_p, c_int64, POINTER(Given), POINTER(Watch),
                                 _FLOATS, POINTER(Ascent)]),
    "evk_image_new": (_STATUS, [POINTER(_IMAGE), c_int64, c_int64, c_int64]),
    "evk_image_read": (_STATUS, [POINTER(_IMAGE), c_char_p]),
    "evk_image_write": (_STATUS, [_IMAGE, c_char_p, c_char_p]),
    "evk_image_free": (None, [_IMAGE]),
    "evk_image_bytes": (None, [_FLOATS, c_size_t, POINTER(ctypes.c_ubyte)]),
    "evk_set_open": (_STATUS, [_OUT, c_char_p]),
    "evk_set_free": (None, [c_void_p]),
    "evk_set_count": (c_int64, [c_void_p]),
    "evk_set_find": (c_int64, [c_void_p, c_char_p]),
    "evk_set_column": (c_char_p, [c_void_p, c_int64]),
    "evk_set_cell": (c_char_p, [c_void_p, c_int64, c_char_p]),
    "evk_set_image": (_STATUS, [c_void_p, c_int64, POINTER(_IMAGE)]),
    "evk_column_info": (c_bool, [c_int, POINTER(CColumn)]),
}


def _find():
    """Returns the path of the library, or its soname where the system has to find it."""
    here = os.path.dirname(os.path.abspath(__file__))
    top = os.path.dirname(os.path.dirname(os.path.dirname(here)))
    if os.environ.get("EVOKE_LIBRARY"):
        return os.environ["EVOKE_LIBRARY"]
    for folder in here, os.path.join(top, "build", "release"):
        if os.path.exists(os.path.join(folder, SONAME)):
            return os.path.join(folder, SONAME)
    return SONAME


def _is_of_interface(lib):
    """Returns whether a library has all functions that this module calls, in its interface."""
    find = ctypes.CDLL(None).dlvsym
    find.restype, find.argtypes = c_void_p, [c_void_p, c_char_p, c_char_p]
    node = b"EVOKE_%d" % INTERFACE  # where the linker put the functions: src/evoke.map
    return all(find(lib._handle, name.encode(), node) for name in _FUNCTIONS)


def _open(path):
    """Opens the library at a path, and refuses one that this module cannot call."""
    try:
        lib = ctypes.CDLL(path)
    except OSError as e:
        raise ImportError(
            "evoke: its library cannot be loaded (%s); type 'make' in the clone of evoke, or "
            "install evoke with 'sudo make install', or set EVOKE_LIBRARY to the path of %s" %
            (e, SONAME)) from None
    if not hasattr(lib, "evk_version"):
        raise ImportError("evoke: %s is not the library of evoke, expected %s" % (path, SONAME))
    if not _is_of_interface(lib):
        lib.evk_version.restype = c_char_p
        raise ImportError("evoke: %s is of evoke %s and has another interface, expected %s" %
                          (path, lib.evk_version().decode(), SONAME))
    return lib


def _declare(lib):
    """Tells ctypes the result and the arguments of each function."""
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments + ([POINTER(CError)] if result is _STATUS else [])
    return lib


c_library_path = _find()
library = _declare(_open(c_library_path))


def raise_status(status, error):
    """Raises the exception of a status that is not 0, with the sentence of an evk_error."""
    if status:
        raise _ERRORS[-status - 1](error.msg.decode("utf-8", "replace"))


def call(name, *arguments):
    """Calls a function that returns a status, and raises where it failed."""
    error = CError()
    raise_status(getattr(library, name)(*arguments, ctypes.byref(error)), error)


def new(name, *arguments):
    """Calls a function that makes an object, and returns the pointer."""
    out = c_void_p()
    call(name, ctypes.byref(out), *arguments)
    return out

# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments on their way to C, with checks; images, read and written."""
import ctypes
import operator
import os

try:
    import numpy as np
except ImportError:
    raise ImportError("evoke needs NumPy; type 'pip install numpy' or "
                      "'sudo apt install python3-numpy'") from None

from ._library import ArgumentError, CImage, MissingFileError, call, library


def existing(path):
    """Returns the path of a file or a folder that exists as bytes."""
    if not os.path.exists(path):
        raise MissingFileError("%s: does not exist" % os.fsdecode(path))
    return os.fsencode(path)


def pointer(array, kind=ctypes.c_float):
    """Returns a pointer to the values of an array, which must outlive the pointer."""
    return array.ctypes.data_as(ctypes.POINTER(kind))


def whole(value, what, least, most):
    """Returns a whole number that is in [least, most]."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ArgumentError("%s is %r, expected a whole number" % (what, value)) from None
    if not least <= number <= most:
        raise ArgumentError("%s is %d, expected %d to %d" % (what, number, least, most))
    return number


def doubles(values, what):
    """Returns a number or a sequence of numbers as a C array, and its length; None: (None, 0)."""
    if values is None:
        return None, 0
    try:
        numbers = [float(v) for v in np.atleast_1d(values)]
    except (TypeError, ValueError):
        raise ArgumentError("%s is %r, expected a number or one for each channel" %
                            (what, values)) from None
    return (ctypes.c_double * len(numbers))(*numbers), len(numbers)


def floats(values, what):
    """Returns display values as a C-contiguous array of float32."""
    array = np.asarray(values)
    if array.dtype != np.uint8 and not np.issubdtype(array.dtype, np.floating):
        raise ArgumentError("%s: the type of the values is %s, expected uint8 or a float" %
                            (what, array.dtype))
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused
        array = np.require(array, np.float32, ("C", "ALIGNED"))
    if not np.isfinite(array).all():
        raise ArgumentError("%s: a value is not a finite number" % what)
    return array


def rounded(values):
    """Returns float32 display values as the bytes that an image file of a stimulus set has."""
    out = np.empty(values.shape, np.uint8)
    library.evk_image_bytes(pointer(values), values.size, pointer(out, ctypes.c_ubyte))
    return out


def taken(image):
    """Returns the values of an evk_image as uint8, and frees it."""
    try:
        i = image.contents
        return rounded(np.ctypeslib.as_array(i.values, (i.height, i.width, i.channels)))
    finally:
        library.evk_image_free(image)


def read_image(path):
    """Reads a PNG or JPEG file; returns (height, width, channels) uint8 with 1 or 3 channels.

    The image is turned as its file says (EXIF), and values of 16 bits are rounded to 8 bits.
    """
    image = ctypes.POINTER(CImage)()
    call("evk_image_read", ctypes.byref(image), existing(path))
    return taken(image)


def write_image(path, image, description=None):
    """Writes an image as PNG, with its values rounded to 8 bits as in a stimulus set.

    path         the file, which is replaced if it exists
    image        (height, width, channels) display values with 1 or 3 channels
    description  a text that is written into the file; None: none
    """
    values, out = floats(image, "the image"), ctypes.POINTER(CImage)()
    if values.ndim != 3 or values.shape[2] not in (1, 3) or values.size == 0:
        raise ArgumentError("the image: the shape is %s, expected (height, width, channels) with "
                            "1 or 3 channels" % (values.shape,))
    call("evk_image_new", ctypes.byref(out), *values.shape)
    try:
        ctypes.memmove(out.contents.values, values.ctypes.data, values.nbytes)
        text = None if description is None else description.encode()
        call("evk_image_write", out, os.fsencode(path), text)
    finally:
        library.evk_image_free(out)

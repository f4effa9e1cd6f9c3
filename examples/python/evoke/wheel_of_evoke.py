# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the wheel that `pip install .` installs, with nothing but the standard library (PEP 517).

The wheel has the package and, where evoke has been built in this clone, its library.
"""
import base64
import glob
import hashlib
import os
import re
import sysconfig
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..", "..")
METADATA = """Metadata-Version: 2.1
Name: evoke
Version: %s
Summary: Preferred stimuli of model neurons: predict, differentiate, synthesize, read stimulus sets
License: GPL-3.0-or-later
Requires-Python: >=3.8
Provides-Extra: numpy
Requires-Dist: numpy; extra == 'numpy'
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: evoke\nRoot-Is-Purelib: %s\nTag: %s\n"


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _library():
    """Returns {name in the wheel: bytes} of the library of this clone; {} where it is not built."""
    built = glob.glob(os.path.join(TOP, "build", "release", "libevoke.so.*"))
    return {"evoke/" + os.path.basename(path): _read(path) for path in built}


def _record(files, name):
    """Returns RECORD, the list of all files with their hashes and sizes."""
    def line(path, data):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        return "%s,sha256=%s,%d\n" % (path, digest, len(data))

    return ("".join(line(*file) for file in files.items()) + name + ",,\n").encode()


def _version():
    """Returns the version that the Makefile of the clone has."""
    makefile = os.path.join(TOP, "Makefile")
    if not os.path.exists(makefile):
        raise FileNotFoundError("%s: is not in a clone of evoke, whose Makefile says the version" %
                                HERE)
    return re.search(r"^VERSION := (.*)$", _read(makefile).decode(), re.M)[1]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Writes the wheel into a folder and returns its name."""
    version, library = _version(), _library()
    platform = re.sub("[-.]", "_", sysconfig.get_platform()) if library else "any"
    tag, info = "py3-none-" + platform, "evoke-%s.dist-info/" % version
    files = {"evoke/" + name: _read(os.path.join(HERE, name)) for name in sorted(os.listdir(HERE))
             if name.startswith("_") and name.endswith(".py")}
    files.update(library)
    files[info + "METADATA"] = (METADATA % version).encode()
    files[info + "WHEEL"] = (WHEEL % (str(not library).lower(), tag)).encode()
    files[info + "RECORD"] = _record(files, info + "RECORD")
    name = "evoke-%s-%s.whl" % (version, tag)
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    return name

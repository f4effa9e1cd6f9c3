# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of examples/python/evoke share; each of them is a program that runs alone."""
import os
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.join(TOP, "build", "release")
EVOKE = os.path.join(BUILD, "evoke")
MODELS = os.path.join(BUILD, "models")
TINY = os.path.join(TOP, "tests", "data", "tiny.keras")  # 9 x 8 x 3; output 3 is infinite

sys.path.insert(0, os.path.join(TOP, "examples", "python"))
sys.dont_write_bytecode = True  # the tree stays clean


def skip(reason):
    """Ends the program as a skipped test."""
    print("skipped: " + reason)
    sys.exit(77)


try:
    import numpy as np
except ImportError:
    skip("NumPy is missing; Debian's package is python3-numpy")

import evoke  # noqa: E402


def published(*names):
    """Returns a path in the folder of the published models; without it, the test is skipped."""
    folder = os.environ.get("EVOKE_PUBLISHED") or os.path.join(TOP, "..", "shared", "published")
    if not os.path.isdir(folder):
        skip("the published files are not at " + folder)
    return os.path.join(folder, *names)


def embedded(name):
    """Returns the path of an embedded model."""
    return os.path.join(MODELS, name + ".keras")


def run(*arguments):
    """Runs evoke and returns its standard output.  Status 1 says that a result is flagged."""
    done = subprocess.run([EVOKE, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), "evoke %s: status %d\n%s" % (
        " ".join(arguments), done.returncode, done.stderr)
    return done.stdout


def noise(shape, seed=1):
    """Returns images of random display values, uint8."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


class Test(unittest.TestCase):
    """A test case with a scratch folder, self.folder."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def path(self, *names):
        """Returns a path in the scratch folder."""
        return os.path.join(self.folder, *names)

    def assert_same(self, a, b):
        """Two arrays have the same shape, type and values; NaN is the same as NaN."""
        self.assertEqual((a.shape, a.dtype), (b.shape, b.dtype))
        np.testing.assert_array_equal(a, b)


def main():
    unittest.main(verbosity=2)

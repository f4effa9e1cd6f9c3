# SPDX-License-Identifier: GPL-3.0-or-later
"""A model in every spelling of Keras, and evoke's numbers compared with the model in double."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from common import Test, evoke, main, np, run, skip  # noqa: E402

try:
    import h5py  # noqa: F401
except ImportError:
    skip("h5py is missing; Debian's package is python3-h5py")

import archive  # noqa: E402
from model import Input, Model, Sequential, layer, restart  # noqa: E402

__all__ = ["KerasTest", "Input", "Model", "Oracle", "SPELLINGS", "Sequential", "archive", "evoke",
           "layer", "main", "maps", "np", "pictures", "read", "run", "through"]

RESPONSES = 1e-5  # of a response, or of 1
GRADIENTS = 1e-4  # of the gradient's largest value
MEAN, SCALE = 120.0, 100.0  # the preprocessing outside of the network, which evoke is told
STEP = 0.01       # display levels: half the distance of a difference
SPELLINGS = archive.SPELLINGS


def maps(count=4, rows=8, columns=6, data_format="channels_last"):
    """Returns an image's tensor, and maps of both signs of it."""
    first = data_format == "channels_first"
    x = Input(*((3, rows, columns) if first else (rows, columns, 3)))
    return x, layer("Conv2D", filters=count, kernel_size=[3, 3], padding="same",
                    data_format=data_format)(x)


def read(y, count=2, **config):
    """Returns `count` responses, in each of which every value of a tensor counts."""
    if len(y.shape) > 1:
        y = layer("Flatten", **config)(y)
    return layer("Dense", units=count)(y)


def through(*chain, **shape):
    """Returns a model: an image, maps of it, layers that follow each other, and responses."""
    x, y = maps(**shape)
    for part in chain:
        y = part(y)
    return Model(x, read(y))


def pictures(shape, count=2):
    """Returns random images of display values."""
    return np.random.default_rng(5).integers(0, 256, (count, *shape)).astype(np.float32)


class Oracle:
    """A model in double as a function of images (N, rows, columns, channels) of display values."""

    def __init__(self, model, keras):
        self.model, self.keras = model, keras
        x = model.input.shape
        self.first = x[0] in (1, 3) and x[2] not in (1, 3)  # the channels are the first axis
        self.shape = (*x[1:], x[0]) if self.first else x

    def responses(self, images):
        x = (np.asarray(images, float) - MEAN) / SCALE
        x = np.moveaxis(x, 3, 1) if self.first else x
        return np.concatenate([y.reshape(len(x), -1) for y in
                               self.model.respond(x, self.keras)], 1)

    def gradients(self, picture):
        """Returns the gradient of each response by differences, (responses, *shape)."""
        steps = STEP * np.eye(picture.size).reshape(-1, *picture.shape)
        up, down = (self.responses(picture + s * steps) for s in (1, -1))
        return ((up - down) / (2 * STEP)).T.reshape(-1, *picture.shape)


class KerasTest(Test):
    """A test that writes models, opens them in evoke and compares numbers with the oracle."""

    def setUp(self):
        super().setUp()
        restart()

    def compare(self, model, keras=(2, 3), spellings=SPELLINGS, change=None, label=""):
        """Compares a model with the oracle in all spellings of these versions of Keras.

        change  a function that changes the description before it is written
        label   what a failure says of the case
        """
        failed, want = [], None
        for version in keras:
            oracle = Oracle(model, version)
            images = pictures(oracle.shape)
            responses = oracle.responses(images)
            if want is None or not np.array_equal(want[0], responses):  # most do not differ
                want = responses, oracle.gradients(images[0].astype(float))
            self.assertGreater(np.abs(want[1]).max(), 1e-6, "the model ignores the image")
            failed += self.failures(
                [s for s in spellings if s.keras == version],
                lambda s: self.compare_file(model, s, change, images, want))
        self.assert_none(failed, label)

    def failures(self, spellings, check):
        """Returns what a check says of the spellings for which it fails."""
        failed = []
        for spelling in spellings:
            try:
                check(spelling)
            except (AssertionError, evoke.Error) as e:
                failed.append("%s: %s" % (spelling.name, e))
        return failed

    def assert_none(self, failed, label):
        with self.subTest(label):
            self.assertFalse(failed, "\n".join(["", *failed]))

    def compare_file(self, model, spelling, change, images, want):
        path = self.path("model" + spelling.ending)
        archive.write(path, model, spelling, change)
        self.assert_responds(path, images, *want)

    def assert_responds(self, path, images, responses, gradients):
        """A file has these responses to images, and these gradients at the first image."""
        with evoke.open(path, mean=MEAN, scale=SCALE) as opened:
            self.assertEqual((opened.shape, opened.outputs),
                             (images.shape[1:], responses.shape[1]))
            found = opened.predict(images, threads=1)
            slopes = np.stack([opened.gradient(images[0], n) for n in range(opened.outputs)])
        error = np.abs(found - responses) / np.maximum(1, np.abs(responses))
        self.assertLessEqual(error.max(), RESPONSES, "responses")
        error = np.abs(slopes - gradients).max() / np.abs(gradients).max()
        self.assertLessEqual(error, GRADIENTS, "gradients")

    def compare_rewritten(self, model, spelling, rewrite):
        """Compares a file that a function changes after it is written."""
        path = self.path("rewritten" + spelling.ending)
        archive.write(path, model, spelling)
        rewrite(path)
        oracle = Oracle(model, spelling.keras)
        images = pictures(oracle.shape)
        self.assert_responds(path, images, oracle.responses(images),
                             oracle.gradients(images[0].astype(float)))

    def refuse(self, model, *words, spellings=SPELLINGS, change=None, label="", any_word=False):
        """Every file of the model is refused with a sentence that has these words, or one of them.
        """
        self.assert_none(self.failures(
            spellings, lambda s: self.refuse_file(model, s, change, words, any_word)), label)

    def refuse_file(self, model, spelling, change, words, any_word):
        path = self.path("refused" + spelling.ending)
        archive.write(path, model, spelling, change)
        with self.assertRaises((evoke.UnsupportedError, evoke.FormatError)) as caught:
            evoke.open(path, mean=MEAN, scale=SCALE).close()
        said = [word for word in words if word in str(caught.exception)]
        self.assertTrue(said if any_word else len(said) == len(words),
                        "%s is not in %s" % (words, caught.exception))

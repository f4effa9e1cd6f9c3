# SPDX-License-Identifier: GPL-3.0-or-later
"""Keras' normalisations, and the layers that scale images."""
from compare import (SPELLINGS, Input, KerasTest, Model, archive, layer, main, maps, np, read, run,
                     through)


def vector(count=6):
    """Returns an image's tensor, and a vector of values of it."""
    x, y = maps()
    return x, layer("Dense", units=count)(layer("Flatten")(y))


class Normalisation(KerasTest):
    def check(self, kind, keras=(2, 3), count=4, **config):
        self.compare(through(layer(kind, **config), count=count), keras,
                     label="%s %s" % (kind, config))

    def check_vector(self, kind, **config):
        x, y = vector()
        self.compare(Model(x, read(layer(kind, **config)(y))), label="%s %s" % (kind, config))


class OfBatches(Normalisation):
    def test_epsilon(self):
        for config in ({}, {"epsilon": 0.1}, {"epsilon": 1e-5}):
            self.check("BatchNormalization", **config)

    def test_center_and_scale(self):
        for config in ({"center": False}, {"scale": False}, {"center": False, "scale": False}):
            self.check("BatchNormalization", **config)

    def test_axis(self):
        for axis in (-1, 3, 1, 2, -2, -3):
            self.check("BatchNormalization", axis=axis)

    def test_vector(self):
        for axis in (-1, 1):
            self.check_vector("BatchNormalization", axis=axis)

    def test_frozen(self):
        self.check("BatchNormalization", trainable=False)


class OfLayers(Normalisation):
    def test_defaults(self):
        self.check("LayerNormalization")
        self.check_vector("LayerNormalization")

    def test_axis(self):
        for axis in (-1, 3, [3], [-1], 1, 2, [1, 2], [1, 2, 3], [2, 3], [-3, -2, -1]):
            self.check("LayerNormalization", axis=axis)

    def test_center_and_scale(self):
        for config in ({"center": False}, {"scale": False}, {"center": False, "scale": False}):
            self.check("LayerNormalization", **config)
            self.check("LayerNormalization", axis=[1, 2, 3], **config)

    def test_epsilon(self):
        for epsilon in (0.1, 1e-6):
            self.check("LayerNormalization", epsilon=epsilon)
            self.check_vector("LayerNormalization", epsilon=epsilon)

    def test_rms_scaling(self):
        """Versions of Keras 3 compute two different functions, and no file says which."""
        self.refuse(through(layer("LayerNormalization", rms_scaling=True)), "rms_scaling",
                    "l1_layer_normalization")


class OfGroups(Normalisation):
    def test_groups(self):
        for groups in (1, 2, 3, 6, -1):
            self.check("GroupNormalization", count=6, groups=groups)

    def test_axis(self):
        for axis, groups in ((3, 2), (-1, 3), (1, 4), (2, 3), (-2, 2)):
            self.check("GroupNormalization", count=6, axis=axis, groups=groups)

    def test_center_scale_epsilon(self):
        for config in ({"center": False}, {"scale": False}, {"epsilon": 0.1}):
            self.check("GroupNormalization", groups=2, **config)

    def test_vector(self):
        for groups in (1, 2, 3):
            self.check_vector("GroupNormalization", groups=groups)

    def test_default(self):
        self.check("GroupNormalization", count=32)


class OfUnits(Normalisation):
    def test_axis(self):
        for axis in (-1, 3, 1, 2, [1, 2], [1, 2, 3], [-1]):
            self.check("UnitNormalization", axis=axis)
        self.check("UnitNormalization")

    def test_vector(self):
        self.check_vector("UnitNormalization")


class OfImages(Normalisation):
    """Normalization, which has the statistics of images."""

    def test_weights(self):
        """Keras writes no axes as an empty list."""
        for axis in ([-1], [3], None, [], [1], [2], [1, 2], [1, 2, 3], [2, 3]):
            for invert in (False, True):
                self.check("Normalization", axis=axis, invert=invert)
        self.check("Normalization")

    def test_one_axis(self):
        """The axis may be a number."""
        self.check("Normalization", axis=-1)

    def test_given(self):
        mean, variance = [0.1, -0.3, 0.2, 0.5], [0.5, 2.0, 0.1, 1.3]
        for invert in (False, True):
            self.check("Normalization", mean=mean, variance=variance, invert=invert)
        self.check("Normalization", axis=[3], mean=mean, variance=variance)

    def test_given_numbers(self):
        self.check("Normalization", mean=0.3, variance=0.4)
        self.check("Normalization", axis=None, mean=0.3, variance=0.4)
        self.check("Normalization", axis=None, mean=0.3, variance=0.4, invert=True)

    def test_small_variance(self):
        """The deviation is at least 1e-7."""
        self.check("Normalization", mean=[0.0] * 4, variance=[1e-15, 0.0, 1e-13, 1e-13])

    def test_vector(self):
        self.check_vector("Normalization")

    def test_no_statistics(self):
        """A file that lacks the statistics is refused."""
        def change(description):
            description["config"]["layers"][2]["config"]["mean"] = None

        self.refuse(through(layer("Normalization", mean=0.3, variance=0.4)), "mean and variance",
                    change=change)

    def test_told(self):
        """What layers in front do to the image is the preprocessing of the file."""
        for chain, mean, scale in (
                ((("Rescaling", {"scale": 1 / 255}),), 0, 255),
                ((("Rescaling", {"scale": 1 / 127.5, "offset": -1}),), 127.5, 127.5),
                ((("Resizing", {"height": 6, "width": 5}), ("Rescaling", {"scale": 0.5})), 0, 2),
                ((("Rescaling", {"scale": 0.01}),
                  ("Normalization", {"mean": [0.5] * 3, "variance": [0.04] * 3})), 50, 20)):
            x = y = Input(8, 6, 3)
            for kind, config in chain:
                y = layer(kind, **config)(y)
            path = self.path("model.keras")
            archive.write(path, Model(x, read(y)), SPELLINGS[-1])
            told = " ".join(run("info", path).split())
            with self.subTest(chain):
                self.assertIn("subtracts the mean %s, and divides by the scale %s" % tuple(
                    ", ".join(["%g" % v] * 3) for v in (mean, scale)), told)

    def test_not_told(self):
        """An image that goes two ways, or that is not changed, has no preprocessing."""
        for branch, scale in ((True, 0.1), (False, 1.0)):
            x = Input(8, 6, 3)
            y = layer("Rescaling", scale=scale)(x)
            y = layer("Concatenate")(y, x) if branch else y
            path = self.path("model.keras")
            archive.write(path, Model(x, read(y)), SPELLINGS[-1])
            with self.subTest(branch):
                self.assertNotIn("subtracts", run("info", path))

    def test_first(self):
        """The usual place is before all other layers."""
        for config in ({}, {"mean": [0.2, 0.5, 0.1], "variance": [0.1, 0.3, 0.2]}):
            x = Input(8, 6, 3)
            y = layer("Conv2D", filters=3, kernel_size=[3, 3], activation="relu")(
                layer("Normalization", **config)(x))
            self.compare(Model(x, read(y)), label=str(config))


class Rescaling(Normalisation):
    def test_numbers(self):
        for config in ({"scale": 1 / 127.5, "offset": -1}, {"scale": 3.0}, {"scale": 2},
                       {"scale": -0.5, "offset": 0.25}):
            self.check("Rescaling", **config)

    def test_lists(self):
        for config in ({"scale": [0.5, 2.0, -1.0, 0.1]}, {"scale": 2.0, "offset": [1, 2, 3, 4]},
                       {"scale": [0.5, 2.0, -1.0, 0.1], "offset": [0.5, 0.0, 1.0, 2.0]}):
            self.check("Rescaling", **config)

    def test_array(self):
        """Keras 3 writes an array of NumPy as an object."""
        scale = {"class_name": "__numpy__", "config": {"value": [0.5, 2.0, -1.0, 0.1],
                                                       "dtype": "float64"}}
        self.check("Rescaling", keras=(3,), scale=scale, offset=scale)

    def test_vector(self):
        self.check_vector("Rescaling", scale=0.3, offset=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6])

    def test_first(self):
        for config in ({"scale": 1 / 255}, {"scale": 1 / 127.5, "offset": -1.0},
                       {"scale": [1 / 255, 1 / 127, 1.0], "offset": [0.1, 0.2, 0.3]}):
            x = Input(8, 6, 3)
            y = layer("Conv2D", filters=3, kernel_size=[3, 3], activation="relu")(
                layer("Rescaling", **config)(x))
            self.compare(Model(x, read(y)), label=str(config))

    def test_scale_is_needed(self):
        def change(description):
            del description["config"]["layers"][2]["config"]["scale"]

        self.refuse(through(layer("Rescaling", scale=np.pi)), "l1_rescaling", "scale",
                    change=change)


if __name__ == "__main__":
    main()

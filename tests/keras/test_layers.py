# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers of Keras that do nothing in prediction, and those of several inputs."""
import h5py

from compare import SPELLINGS, Input, KerasTest, Model, layer, main, maps, np, read, through

NOTHING = (
    ("Identity", {}), ("Dropout", {"rate": 0.5}), ("Dropout", {"rate": 0.1, "seed": 3}),
    ("Dropout", {"rate": 0.5, "noise_shape": [None, 1, 1, 4]}), ("SpatialDropout2D", {"rate": 0.2}),
    ("AlphaDropout", {"rate": 0.3}), ("GaussianDropout", {"rate": 0.4}),
    ("GaussianNoise", {"stddev": 2.0}), ("ActivityRegularization", {"l1": 0.1, "l2": 0.2}),
    ("ActivityRegularization", {}), ("RandomFlip", {"mode": "horizontal"}), ("RandomFlip", {}),
    ("RandomRotation", {"factor": 0.5}), ("RandomRotation", {"factor": [-0.2, 0.3],
                                                             "fill_mode": "constant"}),
    ("RandomZoom", {"height_factor": 0.3}), ("RandomZoom", {"height_factor": [0.1, 0.2],
                                                            "width_factor": 0.2}),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": [-0.3, 0.1]}),
    ("RandomContrast", {"factor": 0.4}), ("RandomContrast", {"factor": [0.1, 0.9]}),
    ("RandomBrightness", {"factor": 0.3}), ("RandomBrightness", {"factor": 0.3,
                                                                 "value_range": [0.0, 1.0]}),
)

NEWER = (
    ("RandomColorDegeneration", {"factor": [0.0, 0.5]}), ("RandomColorJitter", {
        "brightness_factor": 0.2, "contrast_factor": 0.2}),
    ("RandomErasing", {"factor": [0.0, 1.0], "scale": [0.02, 0.33]}),
    ("RandomGaussianBlur", {"factor": [0.0, 1.0], "kernel_size": [3, 3], "sigma": [0.0, 1.0]}),
    ("RandomInvert", {"factor": [0.0, 1.0]}), ("RandomPosterization", {"factor": [1, 4]}),
    ("RandomSaturation", {"factor": [0.3, 0.7]}), ("RandomSharpness", {"factor": [0.0, 0.5]}),
    ("RandomPerspective", {"factor": 1.0}), ("RandomShear", {"x_factor": 0.2}),
)


class Nothing(KerasTest):
    def test_behind_a_convolution(self):
        for kind, config in NOTHING:
            self.compare(through(layer(kind, **config)), label="%s %s" % (kind, config))

    def test_of_keras_3(self):
        for kind, config in NEWER:
            self.compare(through(layer(kind, **config), count=3), (3,), label=kind)

    def test_random_in_prediction(self):
        """These layers of Keras 3 do not ask whether the model is trained."""
        for kind, config in (("RandomHue", {"factor": [0.0, 0.5]}), ("MixUp", {"alpha": 0.2}),
                             ("RandomGrayscale", {"factor": 0.5})):
            self.refuse(through(layer(kind, **config), count=3), kind, label=kind,
                        spellings=[s for s in SPELLINGS if s.keras == 3])

    def test_first(self):
        """Layers that change images in training stand before all others."""
        for kind, config in NOTHING:
            if kind.startswith(("Random", "Gaussian")):
                x = Input(8, 6, 3)
                y = layer("Conv2D", filters=2, kernel_size=[3, 3])(layer(kind, **config)(x))
                self.compare(Model(x, read(y)), label="%s %s" % (kind, config))

    def test_of_a_vector(self):
        for kind in ("Dropout", "AlphaDropout", "GaussianDropout"):
            x, y = maps()
            y = layer("Dense", units=6)(layer("Flatten")(y))
            self.compare(Model(x, read(layer(kind, rate=0.5)(y))), label=kind)

    def test_last(self):
        x, y = maps()
        self.compare(Model(x, layer("Dropout", rate=0.5)(read(y))))

    def test_state_of_random_numbers(self):
        """Keras 2 may keep the state of random numbers with the weights of an HDF5 file."""
        def rewrite(path):
            with h5py.File(path, "a") as f:
                group = f["model_weights/flip"]
                group.attrs["weight_names"] = [b"StateVar:0"]
                group["StateVar:0"] = np.array([1, 2, 3])

        for spelling in (s for s in SPELLINGS if s.h5 and s.keras == 2):
            self.compare_rewritten(through(layer("RandomFlip", name="flip")), spelling, rewrite)


class Merges(KerasTest):
    """Layers of several inputs."""

    EACH = ("Add", "Multiply", "Average", "Maximum", "Minimum")

    def pair(self, count=2):
        """Returns an image's tensor, and maps of it of one shape."""
        x, y = maps()
        return x, [layer("Conv2D", filters=3, kernel_size=[1, 1])(y) for _ in range(count)]

    def test_two(self):
        for kind in (*self.EACH, "Subtract"):
            x, both = self.pair()
            self.compare(Model(x, read(layer(kind)(*both))), label=kind)

    def test_subtract_has_an_order(self):
        x, (a, b) = self.pair()
        self.compare(Model(x, read(layer("Subtract")(b, a))))

    def test_several(self):
        for kind in self.EACH:
            x, parts = self.pair(4)
            self.compare(Model(x, read(layer(kind)(*parts))), label=kind)

    def test_twice_the_same(self):
        for kind in (*self.EACH, "Concatenate"):
            x, (a, _) = self.pair()
            self.compare(Model(x, read(layer(kind)(a, a))), label=kind)

    def test_of_vectors(self):
        for kind in (*self.EACH, "Subtract", "Concatenate"):
            x, parts = self.pair()
            parts = [layer("Dense", units=4)(layer("Flatten")(p)) for p in parts]
            self.compare(Model(x, read(layer(kind)(*parts))), label=kind)

    def broadcast(self, kind, squeeze):
        """A map of 1 x 1, of one row, of one column or of one channel, before or after a map."""
        for before in (False, True):
            x, (a, b) = self.pair()
            b = squeeze(b)
            self.compare(Model(x, read(layer(kind)(*((b, a) if before else (a, b))))),
                         label="%s %s" % (kind, b.shape))

    def test_broadcast(self):
        for kind in (*self.EACH, "Subtract"):
            self.broadcast(kind, lambda y: layer("GlobalAveragePooling2D", keepdims=True)(y))
        for kind in ("Multiply", "Subtract", "Maximum"):
            self.broadcast(kind, lambda y: layer("Conv2D", filters=1, kernel_size=[1, 1])(y))
            self.broadcast(kind, lambda y: layer("AveragePooling2D", pool_size=[8, 1])(y))

    def test_broadcast_of_a_vector(self):
        """Keras gives a vector rows and columns of one pixel."""
        for kind in ("Multiply", "Add", "Maximum"):
            self.broadcast(kind, lambda y: layer("GlobalAveragePooling2D")(y))

    def test_broadcast_of_three(self):
        for kind in self.EACH:
            x, (a, b, c) = self.pair(3)
            b = layer("GlobalMaxPooling2D", keepdims=True)(b)
            c = layer("AveragePooling2D", pool_size=[1, 6])(c)
            self.compare(Model(x, read(layer(kind)(b, c, a))), label=kind)

    def test_squeeze_and_excite(self):
        for kept in (False, True):
            x, y = maps(6)
            s = layer("GlobalAveragePooling2D", keepdims=kept)(y)
            s = s if kept else layer("Reshape", target_shape=[1, 1, 6])(s)
            s = layer("Dense", units=3, activation="relu")(s)
            s = layer("Dense", units=6, activation="sigmoid")(s)
            self.compare(Model(x, read(layer("Multiply")(y, s))), label=str(kept))

    def test_concatenate(self):
        for axis in (-1, 3, 1, 2, -2, -3):
            x, (a, b) = self.pair()
            rows = layer("Conv2D", filters=3, kernel_size=[3, 1])(b)
            columns = layer("Conv2D", filters=3, kernel_size=[1, 2])(b)
            channels = layer("Conv2D", filters=2, kernel_size=[1, 1])(b)
            other = {3: channels, 1: rows, 2: columns}[axis % 4]
            self.compare(Model(x, read(layer("Concatenate", axis=axis)(a, other, a))),
                         label=str(axis))
        x, parts = self.pair(3)
        self.compare(Model(x, read(layer("Concatenate")(*parts))))


if __name__ == "__main__":
    main()

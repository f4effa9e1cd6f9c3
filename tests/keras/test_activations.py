# SPDX-License-Identifier: GPL-3.0-or-later
"""Keras' activations: by name in every place, as objects, and as layers of their own."""
import activations
from compare import SPELLINGS, KerasTest, Model, archive, layer, main, maps, np, read, through

NAMES = sorted({*activations.NAMED, "hard_sigmoid"})


class Named(KerasTest):
    """Activations by name."""

    def check(self, y, x, name):
        self.compare(Model(x, read(y)), (3,) if name in activations.NEWER else (2, 3), label=name)

    def test_layer(self):
        for name in NAMES:
            x, y = maps()
            self.check(layer("Activation", activation=name)(y), x, name)

    def test_of_a_convolution(self):
        for name in NAMES:
            x, y = maps()
            self.check(layer("Conv2D", filters=3, kernel_size=[1, 2], activation=name)(y), x, name)

    def test_of_other_layers(self):
        for name in ("softmax", "hard_sigmoid", "swish"):
            x, y = maps()
            y = layer("DepthwiseConv2D", kernel_size=[2, 1], activation=name)(y)
            y = layer("SeparableConv2D", filters=3, kernel_size=[2, 2], activation=name)(y)
            y = layer("Dense", units=5, activation=name)(layer("Flatten")(y))
            self.check(y, x, name)

    def test_wide(self):
        """Maps of values from about -10 to 10."""
        for name in ("relu6", "hard_sigmoid", "selu", "softplus", "mish", "gelu", "silu",
                     "softsign", "log_softmax", "hard_silu"):
            x, y = maps()
            y = layer("BatchNormalization", epsilon=1e-3, center=False, scale=False)(y)
            y = layer("Add")(y, y, y, y)
            self.check(layer("Activation", activation=name)(y), x, name)


class Objects(KerasTest):
    """Activations that a file has as an object, as some versions of Keras write them."""

    def check(self, kind, value, **config):
        self.compare(through(layer(kind, activation=value, **config)), label=str(value))

    def test_functions(self):
        for name in ("relu", "hard_sigmoid", "leaky_relu", "softmax"):
            self.check("Activation", {"class_name": "function", "config": name,
                                      "module": "keras.activations", "registered_name": name})
            self.check("Conv2D", {"class_name": "function", "config": name, "module": "builtins",
                                  "registered_name": "function"}, filters=3, kernel_size=[2, 2])

    def test_functions_of_others(self):
        """A function of a user may have the name of one of Keras."""
        for module, name in (("mylab.nets", "relu"), ("mylab.nets", "mylab>relu"),
                             ("builtins", "Custom>relu")):
            value = {"class_name": "function", "config": "relu", "module": module,
                     "registered_name": name}
            self.refuse(through(layer("Activation", name="it", activation=value)), "'it'",
                        spellings=[s for s in SPELLINGS if not s.h5], label=name)

    def test_layers_of_others(self):
        """A layer of a user may have the name of one of Keras."""
        value = {"class_name": "Softmax", "module": "mylab.nets", "registered_name": "my>Softmax",
                 "config": {"name": "inner", "axis": -1}}
        self.refuse(through(layer("Activation", activation=value)), "my>Softmax",
                    spellings=[s for s in SPELLINGS if not s.h5])

    def test_null(self):
        self.compare(through(layer("Conv2D", filters=3, kernel_size=[2, 2], activation=None)))

    def test_layers(self):
        for kind, config in (("LeakyReLU", {"negative_slope": 0.1}), ("ELU", {"alpha": 0.7}),
                             ("ReLU", {"max_value": 0.5, "negative_slope": 0.2, "threshold": 0.1}),
                             ("Softmax", {"axis": -1})):
            value = {"module": "keras.layers", "class_name": kind, "registered_name": None,
                     "config": {"name": "inner", "trainable": True, "dtype": "float32", **config}}
            self.check("Activation", value)
            self.check("Dense", value, units=3)

    def test_leaky_relu_of_keras_2(self):
        slope = {"class_name": "LeakyReLU", "config": {"name": "inner", "negative_slope": 0.1}}
        old = {"class_name": "LeakyReLU", "config": {"name": "inner", "alpha": 0.1}}

        def change(description):
            description["config"]["layers"][2]["config"]["activation"] = old

        self.compare(through(layer("Activation", activation=slope)), keras=(2,), change=change)


class Layers(KerasTest):
    """Activations that are layers."""

    def check(self, kind, keras=(2, 3), **config):
        self.compare(through(layer(kind, **config)), keras, label="%s %s" % (kind, config))

    def test_leaky_relu(self):
        for config in ({}, {"negative_slope": 0.05}, {"negative_slope": 0.0}):
            self.check("LeakyReLU", **config)

    def test_alpha_of_keras_3(self):
        """Keras 3 reads alpha, too."""
        def change(description):
            config = description["config"]["layers"][2]["config"]
            config["alpha"] = config.pop("negative_slope")

        self.compare(through(layer("LeakyReLU", negative_slope=0.07)), (3,), change=change)

    def test_elu(self):
        for config in ({}, {"alpha": 0.3}, {"alpha": 2.5}):
            self.check("ELU", **config)

    def test_relu(self):
        for config in ({}, {"max_value": 0.6}, {"max_value": 6.0}, {"negative_slope": 0.2},
                       {"threshold": 0.3}, {"negative_slope": 0.1, "max_value": 0.5},
                       {"negative_slope": 0.1, "threshold": 0.2},
                       {"negative_slope": 0.3, "threshold": 0.2, "max_value": 0.7}):
            self.check("ReLU", **config)

    def test_softmax(self):
        for axis in (-1, 3, 1, 2, -2, [1, 2], [1, 2, 3], [-1]):
            self.check("Softmax", axis=axis)
        self.check("Softmax")

    def test_softmax_of_a_vector(self):
        for axis in (-1, 1):
            x, y = maps()
            y = layer("Dense", units=5)(layer("Flatten")(y))
            self.compare(Model(x, read(layer("Softmax", axis=axis)(y))), label=str(axis))

    def test_prelu(self):
        for axes in ([1, 2], None, [1], [2], [1, 3], [3], [1, 2, 3]):
            self.check("PReLU", shared_axes=axes)
        self.check("PReLU")

    def test_prelu_of_a_vector(self):
        for axes in (None, [1]):
            x, y = maps()
            y = layer("Dense", units=7)(layer("Flatten")(y))
            self.compare(Model(x, read(layer("PReLU", shared_axes=axes)(y))), label=str(axes))


class Versions(KerasTest):
    """hard_sigmoid is not the same function in Keras 2 and in Keras 3."""

    def check(self, keras, h5, version):
        spelling = archive.Spelling(str(version), keras, version, h5=h5)
        self.compare(through(layer("Activation", activation="hard_sigmoid")), (keras,), [spelling],
                     label="%s, HDF5: %s" % (version, h5))

    def test_they_differ(self):
        x = np.linspace(-4, 4, 9)
        two, three = (activations.named("hard_sigmoid", x, keras) for keras in (2, 3))
        self.assertGreater(np.abs(two - three).max(), 0.05)

    def test_hdf5(self):
        for version in ("2.0.5", "2.2.4-tf", "2.13.1"):
            self.check(2, True, version)
        for version in ("3.0.0", "3.10.0"):
            self.check(3, True, version)

    def test_archives(self):
        for version in ("3.0.0", "3.12.1"):
            self.check(3, False, version)

    def test_no_version(self):
        """An HDF5 file then is one of Keras 2, and an archive one of Keras 3."""
        self.check(2, True, None)
        self.check(3, False, None)


if __name__ == "__main__":
    main()

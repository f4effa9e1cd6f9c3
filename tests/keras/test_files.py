# SPDX-License-Identifier: GPL-3.0-or-later
"""What files of Keras have besides layers: several outputs, old forms, and what must be refused."""
import copy
import json

import h5py

from compare import SPELLINGS, Input, KerasTest, Model, Sequential, archive, layer, main, maps, read

ARCHIVES = [s for s in SPELLINGS if not s.h5]
HDF5 = [s for s in SPELLINGS if s.h5]

OLD_ROOT = "_layer_checkpoint_dependencies"
VERSIONS = (
    archive.Spelling("Keras 2, HDF5, no defaults", 2, "2.4.0", h5=True, bare=True),
    archive.Spelling("Keras 2.15, archive", 2, "2.15.0"),
    archive.Spelling("Keras 2.13, archive", 2, "2.13.1", root=OLD_ROOT, twice=True),
    archive.Spelling("Keras 2.13, Windows", 2, "2.13.1", root=OLD_ROOT, twice=True, join="\\"),
    archive.Spelling("Keras 2.15, Windows", 2, "2.15.0", join="\\"),
    archive.Spelling("Keras 3, no version", 3, None),
    archive.Spelling("Keras 2, no version", 2, None, h5=True),
)


def entry(description, kind):
    """Returns the first layer of a class."""
    return next(e for e in description["config"]["layers"] if e["class_name"] == kind)


def setting(kind, **keys):
    """Returns a change that sets keys of the config of the first layer of a class."""
    return lambda description: entry(description, kind)["config"].update(keys)


def setting_of(name, **keys):
    """Returns a change that sets keys of the config of the layer of a name."""
    def change(description):
        config = next(e["config"] for e in description["config"]["layers"]
                      if e["config"]["name"] == name)
        config.update(keys)
    return change


def small():
    x = Input(8, 6, 3, name="image")
    y = layer("Conv2D", filters=4, kernel_size=[3, 3], name="conv")(x)
    y = layer("MaxPooling2D", name="pool")(layer("ReLU", name="relu")(y))
    return Model(x, layer("Dense", units=2, name="out")(layer("Flatten", name="flat")(y)))


class Forms(KerasTest):
    """Other forms of the same model."""

    def test_several_outputs(self):
        x, y = maps()
        self.compare(Model(x, read(y, 2), read(layer("GlobalAveragePooling2D")(y), 3)))

    def test_names_like_groups(self):
        """Layers have the names of the groups of other layers."""
        x = Input(8, 6, 3)
        y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same", name="conv2d_1")(x)
        y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same", name="conv2d")(y)
        spellings = [s for s in SPELLINGS if not s.named]
        self.compare(Model(x, read(y)), spellings=spellings)

    def test_many_of_a_class(self):
        """Groups 10 and 11 come before group 2 in the file."""
        x = y = Input(8, 6, 3)
        for _ in range(12):
            y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same")(y)
            y = layer("Activation", activation="elu")(layer("BatchNormalization")(y))
        self.compare(Model(x, read(y)))

    def test_versions(self):
        """Versions whose files differ in one thing from those of all other tests."""
        for spelling in VERSIONS:
            for inside in (False, True):
                x = Input(8, 6, 3)
                y = self.inner(self.inner(x)) if inside else self.blocks(x)
                self.compare(Model(x, read(y)), spellings=[spelling], keras=[spelling.keras],
                             label="%s, models inside: %s" % (spelling.name, inside))

    def blocks(self, y):
        """Returns what several layers of the same classes make of maps."""
        for _ in range(3):
            y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same")(y)
            y = layer("BatchNormalization")(layer("ReLU")(y))
        return y

    def inner(self, x):
        """Calls a new inner model with these layers."""
        z = Input(*x.shape)
        return Model(z, self.blocks(z))(x)

    def test_class_name_of_older_versions(self):
        """Before TensorFlow 2.4, a Functional model is a Model."""
        def change(description):
            description["class_name"] = "Model"

        self.compare(small(), (2,), HDF5, change)

    def test_sequential_without_an_input_layer(self):
        """The first layer has the shape of images."""
        def change(description):
            layers = description["config"]["layers"]
            shape = layers.pop(0)["config"]["batch_input_shape"]
            layers[0]["config"]["batch_input_shape"] = shape

        model = Sequential(Input(8, 6, 3), layer("Conv2D", filters=3, kernel_size=[3, 3]),
                           layer("Flatten"), layer("Dense", units=2))
        self.compare(model, (2,), HDF5, change)

        def bare(description):
            """Before Keras 2.2.3, the config is the list of layers."""
            change(description)
            description["config"] = description["config"]["layers"]

        self.compare(model, (2,), HDF5, bare, "a list")

    def test_tensors_by_name(self):
        """Keras 3 may pass the tensor as a named argument."""
        def change(description):
            for e in description["config"]["layers"]:
                for call in e["inbound_nodes"]:
                    call["kwargs"], call["args"] = {"inputs": call["args"][0]}, []

        self.compare(small(), (3,), change=change)

    def test_dtype_policies(self):
        for policy in ({"module": "keras", "class_name": "DTypePolicy", "registered_name": None,
                        "config": {"name": "float32"}}, "float32", None):
            self.compare(small(), change=setting("Conv2D", dtype=policy), label=str(policy))

    def test_regularizers(self):
        """What matters in training only changes nothing."""
        l2 = {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01},
              "registered_name": None}
        limit = {"module": "keras.constraints", "class_name": "MaxNorm",
                 "config": {"max_value": 2, "axis": 0}, "registered_name": None}
        self.compare(small(), change=setting(
            "Conv2D", kernel_regularizer=l2, activity_regularizer=l2, kernel_constraint=limit,
            trainable=False))

    def test_compiled(self):
        """The settings of the training stand beside the model."""
        def change(description):
            description["compile_config"] = {"optimizer": {"class_name": "Adam", "config": {}},
                                             "loss": "mse", "metrics": None}

        self.compare(small(), spellings=ARCHIVES, change=change)

    def test_scalars_as_lists(self):
        """Sizes may be numbers, too."""
        self.compare(small(), change=setting("Conv2D", kernel_size=3, strides=1))


class Refused(KerasTest):
    """Every refusal names the layer, and what of it is not supported."""

    def test_unknown_class(self):
        def change(description):
            entry(description, "ReLU")["class_name"] = "TimeWarp"

        self.refuse(small(), "'relu'", "TimeWarp", change=change)

    def test_class_of_a_user(self):
        def change(description):
            entry(description, "ReLU").update(module="mylab", registered_name="mylab>ReLU")

        self.refuse(small(), "'relu'", "mylab", spellings=ARCHIVES, change=change)

    def test_lambda(self):
        def change(description):
            entry(description, "ReLU").update(class_name="Lambda")

        self.refuse(small(), "'relu'", "Lambda", change=change)

    def test_unknown_keys(self):
        """A key that evoke does not know may change responses."""
        for kind, name in (("Conv2D", "conv"), ("MaxPooling2D", "pool"), ("ReLU", "relu"),
                           ("Flatten", "flat"), ("Dense", "out")):
            self.refuse(small(), "'%s'" % name, "wobble", change=setting(kind, wobble=0.5),
                        label=kind)

    def test_unknown_keys_that_are_off(self):
        for value in (None, False):
            self.compare(small(), change=setting("Conv2D", wobble=value), label=str(value))

    def test_unknown_keys_of_new_layers(self):
        for kind, config in (
                ("LeakyReLU", {}), ("PReLU", {}), ("Softmax", {}), ("LayerNormalization", {}),
                ("GroupNormalization", {"groups": 2}), ("UnitNormalization", {}),
                ("Rescaling", {"scale": 2.0}), ("Normalization", {}), ("UpSampling2D", {}),
                ("Resizing", {"height": 4, "width": 4}), ("Cropping2D", {}),
                ("GlobalMaxPooling2D", {}), ("Conv2DTranspose", {"filters": 2,
                                                                 "kernel_size": [2, 2]}),
                ("Reshape", {"target_shape": [-1]}), ("Permute", {"dims": [2, 1, 3]})):
            x, y = maps()
            y = layer(kind, name="it", **config)(y)
            self.refuse(Model(x, read(y)), "'it'", "wobble", change=setting(kind, wobble=0.5),
                        label=kind)

    def test_values_out_of_range(self):
        for kind, config, key, value in (
                ("Softmax", {}, "axis", 4), ("LayerNormalization", {}, "axis", 0),
                ("GroupNormalization", {"groups": 2}, "groups", 3),
                ("GroupNormalization", {"groups": 2}, "groups", 0),
                ("BatchNormalization", {}, "axis", 7), ("PReLU", {}, "shared_axes", [4]),
                ("Permute", {"dims": [2, 1, 3]}, "dims", [1, 1, 3]),
                ("Permute", {"dims": [2, 1, 3]}, "dims", [0, 1, 2]),
                ("Reshape", {"target_shape": [-1]}, "target_shape", [-1, -1]),
                ("Cropping2D", {}, "cropping", [[5, 5], [0, 0]]),
                ("Cropping2D", {}, "cropping", [[-1, 0], [0, 0]]),
                ("UpSampling2D", {}, "size", [0, 2]),
                ("UpSampling2D", {}, "interpolation", "cubist"),
                ("Resizing", {"height": 4, "width": 4}, "height", 0),
                ("LeakyReLU", {}, "negative_slope", "steep"),
                ("Conv2D", {"filters": 4, "kernel_size": [2, 2]}, "data_format", "sideways"),
                ("Conv2D", {"filters": 4, "kernel_size": [2, 2]}, "padding", "causal"),
                ("Activation", {"activation": "relu"}, "activation", "sine")):
            x, y = maps()
            y = layer(kind, name="it", **config)(y)
            self.refuse(Model(x, read(y)), "'it'", change=setting_of("it", **{key: value}),
                        label="%s %s %s" % (kind, key, value))

    def test_random_crop(self):
        """Versions of Keras differ in what RandomCrop does in prediction."""
        def change(description):
            e = entry(description, "RandomFlip")
            e["class_name"] = "RandomCrop"
            e["config"] = {"name": "crop", "height": 4, "width": 4, "seed": None}

        x, y = maps()
        self.refuse(Model(x, read(layer("RandomFlip", name="crop")(y))), "'crop'", "RandomCrop",
                    change=change)

    def test_operations(self):
        """Keras 3 writes `y + 0.5` as a class whose name is that of a layer."""
        def change(description):
            e = entry(description, "Add")
            e.update(module="keras.src.ops.numpy", registered_name="Add")
            tensor = e["inbound_nodes"][0]["args"][0][0]
            e["inbound_nodes"] = [{"args": [tensor, 0.5], "kwargs": {}}]

        x, y = maps()
        self.refuse(Model(x, read(layer("Add", name="sum")(y, y))), "'sum'",
                    spellings=[s for s in ARCHIVES if s.keras == 3], change=change)

    def test_half_precision(self):
        for dtype in ("mixed_float16", "float16", "bfloat16"):
            self.refuse(small(), "'conv'", dtype, change=setting("Conv2D", dtype=dtype),
                        label=dtype)

    def test_shared_layer(self):
        """A layer that is called twice shares its weights."""
        x, y = maps()
        conv = layer("Conv2D", filters=4, kernel_size=[3, 3], padding="same", name="twice")
        self.refuse(Model(x, read(conv(conv(y)))), "'twice'", "shared")

    def test_two_images(self):
        x, y = Input(8, 6, 3), Input(8, 6, 3, name="other")
        self.refuse(Model(x, read(layer("Add")(x, y))), "InputLayer")

    def test_wrong_weights(self):
        """Weights of another shape than the config says."""
        self.refuse(small(), "'conv'", change=setting("Conv2D", filters=5))
        self.refuse(small(), "'out'", change=setting("Dense", units=3))

    def test_bias_too_many(self):
        self.refuse(small(), "'conv'", change=setting("Conv2D", use_bias=False))

    def test_extra_layer(self):
        """A layer of the description has no weights in the file."""
        def change(description):
            layers = description["config"]["layers"]
            more = copy.deepcopy(entry(description, "Dense"))
            text = json.dumps(more["inbound_nodes"]).replace('"flat"', '"out"')
            more["inbound_nodes"] = json.loads(text)
            more["name"] = more["config"]["name"] = "more"
            layers.append(more)
            ends = description["config"]["output_layers"]
            (ends if isinstance(ends[0], str) else ends[0])[0] = "more"

        self.refuse(small(), "'more'", change=change)

    def test_not_finite_weights(self):
        model = small()
        model.layers[1].weights["kernel"][0, 0, 0, 0] = float("nan")
        self.refuse(model, "'conv'", "finite")


class Hdf5(KerasTest):
    def test_attribute_in_parts(self):
        """Keras splits lists of names that are too long for one attribute."""
        def rewrite(path):
            with h5py.File(path, "a") as f:
                group = f["model_weights/conv"]
                names = list(group.attrs["weight_names"])
                del group.attrs["weight_names"]
                for i, name in enumerate(names):
                    group.attrs["weight_names%d" % i] = [name]

        for spelling in HDF5:
            self.compare_rewritten(small(), spelling, rewrite)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Models inside models, as Keras keeps a trunk that was trained before."""
import copy

import h5py

from compare import SPELLINGS, Input, KerasTest, Model, Sequential, layer, main, read


def block(filters, trainable=True):
    """Returns a convolution, a batch norm and an activation."""
    return (layer("Conv2D", filters=filters, kernel_size=[3, 3], padding="same",
                  trainable=trainable),
            layer("BatchNormalization", trainable=trainable),
            layer("Activation", activation="elu"))


def trunk(*shape, sequential=False, trainable=True, **config):
    """Returns a model of two blocks of maps of a shape."""
    x = Input(*shape)
    parts = *block(4, **config), *block(5, **config)
    if sequential:
        return Sequential(x, *parts, trainable=trainable)
    y = x
    for part in parts:
        y = part(y)
    return Model(x, y, trainable=trainable)


class Nested(KerasTest):
    def test_sequential(self):
        """A Sequential model alone, without any inside."""
        self.compare(Sequential(Input(8, 6, 3), *block(4), layer("MaxPooling2D"), *block(3),
                                layer("Flatten"), layer("Dense", units=2)))

    def test_functional_in_functional(self):
        x = Input(8, 6, 3)
        self.compare(Model(x, read(trunk(8, 6, 3)(x))))

    def test_sequential_in_functional(self):
        x = Input(8, 6, 3)
        self.compare(Model(x, read(trunk(8, 6, 3, sequential=True)(x))))

    def test_functional_in_sequential(self):
        self.compare(Sequential(Input(8, 6, 3), trunk(8, 6, 3), layer("Flatten"),
                                layer("Dense", units=2)))

    def test_sequential_in_sequential(self):
        self.compare(Sequential(Input(8, 6, 3), trunk(8, 6, 3, sequential=True),
                                layer("Flatten"), layer("Dense", units=2)))

    def test_last(self):
        """The outputs of the whole are those of an inner model."""
        for kind in (Model, Sequential):
            x, z = Input(8, 6, 3), Input(8, 6, 4)
            flat, dense = layer("Flatten"), layer("Dense", units=2)
            head = (Sequential(z, flat, dense) if kind is Sequential else
                    Model(z, dense(flat(z))))
            y = layer("Conv2D", filters=4, kernel_size=[3, 3], padding="same")(x)
            self.compare(Model(x, head(y)), label=kind.__name__)

    def test_deferred(self):
        """The usual way to change images in training: a Sequential model without an input."""
        x = Input(8, 6, 3)
        changed = Sequential(Input(8, 6, 3), layer("RandomFlip", mode="horizontal"),
                             layer("RandomRotation", factor=0.1), layer("Rescaling", scale=0.5),
                             deferred=True)
        inner = Sequential(Input(8, 6, 3), *block(4), deferred=True)
        self.compare(Model(x, read(inner(changed(x)))))

    def test_deferred_whole(self):
        self.compare(Sequential(Input(8, 6, 3), *block(4), layer("Flatten"),
                                layer("Dense", units=2), deferred=True))

    def test_several(self):
        """Two inner models of one class, and layers before, between and behind them."""
        for sequential in (False, True):
            x = Input(8, 6, 3)
            first, second = (trunk(8, 6, n, sequential=sequential) for n in (4, 5))
            y = first(layer("Conv2D", filters=4, kernel_size=[3, 3], padding="same")(x))
            y = second(layer("BatchNormalization")(y))
            self.compare(Model(x, read(layer("Conv2D", filters=2, kernel_size=[3, 3])(y))),
                         label=str(sequential))

    def test_both_classes(self):
        x = Input(8, 6, 3)
        y = trunk(8, 6, 5, sequential=True)(trunk(8, 6, 3)(x))
        self.compare(Model(x, read(trunk(8, 6, 5)(y))))

    def test_two_levels(self):
        for outer in (False, True):
            for inner in (False, True):
                z = Input(8, 6, 3)
                deep = trunk(8, 6, 3, sequential=inner)
                conv = layer("Conv2D", filters=4, kernel_size=[2, 2])
                middle = Sequential(z, deep, conv) if outer else Model(z, conv(deep(z)))
                x = Input(8, 6, 3)
                self.compare(Model(x, read(layer("BatchNormalization")(middle(x)))),
                             label="Sequential: %s, %s" % (outer, inner))

    def test_three_levels(self):
        model = trunk(8, 6, 3)
        for _ in range(2):
            z = Input(8, 6, 3)
            y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same")(z)
            model = Model(z, layer("BatchNormalization")(model(y)))
        x = Input(8, 6, 3)
        self.compare(Model(x, read(model(x))))

    def test_only_an_inner_model(self):
        z = Input(8, 6, 3)
        inner = Model(z, read(z))
        x = Input(8, 6, 3)
        self.compare(Model(x, inner(x)))

    def test_branches_inside(self):
        z = Input(8, 6, 3)
        a, b = (layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same")(z) for _ in "ab")
        inner = Model(z, layer("Add")(a, layer("BatchNormalization")(b)))
        x = Input(8, 6, 3)
        self.compare(Model(x, read(layer("Concatenate")(inner(x), x))))

    def test_same_names(self):
        """Layers of an inner model may have the names of layers outside of it."""
        z = Input(8, 6, 3, name="image")
        inner = Model(z, layer("Conv2D", filters=4, kernel_size=[3, 3], name="conv")(z))
        x = Input(8, 6, 3, name="image")
        y = inner(layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same", name="conv")(x))
        self.compare(Model(x, read(y)))

    def test_open_size(self):
        """An inner model may take maps of any size, as trunks without a top do."""
        def change(description):
            for entry in description["config"]["layers"]:
                if entry["class_name"] == "Functional":
                    config = entry["config"]["layers"][0]["config"]
                    key = "batch_shape" if "batch_shape" in config else "batch_input_shape"
                    config[key] = [None, None, None, 3]

        x = Input(8, 6, 3)
        self.compare(Model(x, read(trunk(8, 6, 3)(x))), change=change)

    def test_channels_first(self):
        config = {"data_format": "channels_first"}
        z = Input(3, 8, 6)
        y = layer("Conv2D", filters=4, kernel_size=[3, 3], **config)(z)
        inner = Model(z, layer("BatchNormalization", axis=1)(y))
        x = Input(3, 8, 6)
        self.compare(Model(x, read(inner(x))))

    def test_odd_layers_inside(self):
        """Layers without weights, and those whose weights are never trained."""
        z = Input(8, 6, 3)
        y = layer("Rescaling", scale=0.7)(layer("Normalization")(z))
        y = layer("Conv2D", filters=4, kernel_size=[3, 3])(layer("Dropout", rate=0.5)(y))
        inner = Model(z, layer("PReLU", shared_axes=[1, 2])(layer("LayerNormalization")(y)))
        x = Input(8, 6, 3)
        self.compare(Model(x, read(inner(x))))


class Frozen(KerasTest):
    """An HDF5 file has the weights of an inner model in one list: first all that are trained."""

    def test_whole(self):
        for sequential in (False, True):
            x = Input(8, 6, 3)
            inner = trunk(8, 6, 3, sequential=sequential, trainable=False)
            self.compare(Model(x, read(inner(x))), label=str(sequential))

    def test_layers(self):
        """Some layers of an inner model are frozen, and it is not."""
        z = Input(8, 6, 3)
        y = z
        for filters, trainable in ((3, True), (4, False), (5, True)):
            for part in block(filters, trainable):
                y = part(y)
        inner = Model(z, y)
        x = Input(8, 6, 3)
        self.compare(Model(x, read(inner(x))))

    def test_batch_norms(self):
        """The usual way to go on with the training of a trunk."""
        z = Input(8, 6, 3)
        y = z
        for filters in (3, 4):
            y = layer("Conv2D", filters=filters, kernel_size=[3, 3], padding="same")(y)
            y = layer("BatchNormalization", trainable=False)(y)
        inner = Model(z, y)
        x = Input(8, 6, 3)
        self.compare(Model(x, read(inner(x))))

    def test_one_of_two_levels(self):
        for frozen in ("inner", "outer"):
            z = Input(8, 6, 3)
            deep = trunk(8, 6, 3, trainable=frozen != "inner")
            y = layer("BatchNormalization")(layer("Conv2D", filters=4, kernel_size=[3, 3])(deep(z)))
            middle = Model(z, y, trainable=frozen != "outer")
            x = Input(8, 6, 3)
            self.compare(Model(x, read(middle(x))), label=frozen)

    def test_whole_model(self):
        x = Input(8, 6, 3)
        self.compare(Model(x, read(trunk(8, 6, 3)(x)), trainable=False))

    def test_but_one(self):
        """The last layer of a frozen model is trained: versions of Keras list it differently."""
        z = Input(8, 6, 3)
        first, last = (layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same") for _ in "ab")
        inner = Model(z, last(first(z)), trainable=False)
        last.trainable = True
        x = Input(8, 6, 3)
        self.compare(Model(x, read(inner(x))))


class Inputs(KerasTest):
    """InputLayers of an inner model that no tensor goes into."""

    def check(self, change):
        z = Input(8, 6, 3)
        inner = Model(z, layer("Conv2D", filters=3, kernel_size=[3, 3])(z))
        x = Input(8, 6, 3)

        def changed(description):
            change(next(e["config"] for e in description["config"]["layers"]
                        if e["class_name"] == "Functional"))

        self.refuse(Model(x, read(inner(x))), "input of the model", "the inputs of the model",
                    change=changed, any_word=True)

    def test_not_listed(self):
        def change(config):
            more = copy.deepcopy(config["layers"][0])
            more["name"] = more["config"]["name"] = "more"
            config["layers"].append(more)

        self.check(change)

    def test_no_input_layer(self):
        def change(config):
            ends = config["input_layers"]
            (ends if isinstance(ends[0], str) else ends[0])[0] = config["layers"][1]["config"]["name"]

        self.check(change)


class VariableNames(KerasTest):
    """Keras gives an inner model its weights by their order, whatever their names are."""

    def check(self, renamed):
        """Compares files in which a function renames the weights of an inner model."""
        def rewrite(path):
            with h5py.File(path, "a") as f:
                group = f["model_weights/inner"]
                names = list(group.attrs["weight_names"].astype(str))
                arrays = [group[n][()] for n in names]
                for part in list(group):
                    del group[part]
                group.attrs["weight_names"] = [renamed(n).encode() for n in names]
                for name, values in zip(names, arrays):
                    group.create_dataset(renamed(name), data=values)

        for spelling in (s for s in SPELLINGS if s.h5):
            y = z = Input(8, 6, 3)
            for name in ("one", "two"):
                y = layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same", name=name)(y)
                y = layer("BatchNormalization", name="norm_" + name)(y)
            x = Input(8, 6, 3)
            model = Model(x, read(Model(z, y, name="inner")(x)))
            self.compare_rewritten(model, spelling, rewrite)

    def test_numbered(self):
        """TensorFlow numbers the variables of layers that were made before."""
        self.check(lambda name: name.replace("/", "_1/"))

    def test_exchanged(self):
        """Layers may have been renamed after they were made."""
        other = {"one": "two", "two": "one", "norm_one": "norm_two", "norm_two": "norm_one"}
        self.check(lambda name: "/".join([other[name.split("/")[0]], name.split("/")[1]]))


class Calls(KerasTest):
    """How models call inner models."""

    def test_training_false(self):
        """base(x, training=False) is how trunks are called whose batch norms must not learn."""
        x = Input(8, 6, 3)
        self.compare(Model(x, read(trunk(8, 6, 3)(x, training=False))))

    def test_training_true(self):
        """The model would use the statistics of its batch, and dropout would drop."""
        x = Input(8, 6, 3)
        inner = trunk(8, 6, 3)
        self.refuse(Model(x, read(inner(x, training=True))), inner.name, "training")

    def test_null_mask(self):
        x = Input(8, 6, 3)
        y = layer("Conv2D", filters=3, kernel_size=[3, 3])(x)
        y = layer("BatchNormalization")(y, mask=None)
        self.compare(Model(x, read(y)))

    def test_several_outputs(self):
        """Inner models have one output."""
        for used in (0, 1):
            z = Input(8, 6, 3)
            y = layer("Conv2D", filters=4, kernel_size=[3, 3])(z)
            inner = Model(z, y, layer("MaxPooling2D")(y))
            x = Input(8, 6, 3)
            self.refuse(Model(x, read(inner(x)[used])), inner.name, "output", label=str(used))

    def test_called_twice(self):
        """An inner model that is used twice shares its weights, which is not supported."""
        x = Input(8, 6, 3)
        z = Input(8, 6, 3)
        inner = Model(z, layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same")(z))
        self.refuse(Model(x, read(layer("Add")(inner(x), inner(inner(x))))), inner.name, "shared")


if __name__ == "__main__":
    main()

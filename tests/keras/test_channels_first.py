# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of Keras whose images and maps have the channels before rows and columns."""
from compare import Input, KerasTest, Model, layer, main, maps, read

FIRST = {"data_format": "channels_first"}


class ChannelsFirst(KerasTest):
    def check(self, kind, keras=(2, 3), count=4, **config):
        """Compares a layer of maps of (count, 8, 6), whose values are read in Keras' order."""
        x, y = maps(count, **FIRST)
        self.compare(Model(x, read(layer(kind, **config)(y))), keras,
                     label="%s %s" % (kind, config))

    def test_conv2d(self):
        for config in ({}, {"padding": "same", "strides": [2, 1]}, {"dilation_rate": [2, 1]},
                       {"groups": 2, "activation": "relu"}, {"use_bias": False}):
            self.check("Conv2D", filters=6, kernel_size=[3, 2], **FIRST, **config)

    def test_conv2d_transpose(self):
        for config in ({}, {"padding": "same", "strides": [2, 2]}):
            self.check("Conv2DTranspose", filters=3, kernel_size=[3, 2], **FIRST, **config)

    def test_depthwise(self):
        for config in ({}, {"padding": "same", "depth_multiplier": 2, "strides": [2, 2]}):
            self.check("DepthwiseConv2D", kernel_size=[3, 2], **FIRST, **config)

    def test_separable(self):
        self.check("SeparableConv2D", filters=3, kernel_size=[3, 2], depth_multiplier=2, **FIRST)

    def test_softmax_of_a_convolution(self):
        """An activation counts axes as the tensor has them: the last one is of columns."""
        for name in ("softmax", "log_softmax"):
            self.check("Conv2D", filters=3, kernel_size=[2, 2], activation=name, **FIRST)
            self.check("Activation", activation=name)

    def test_pools(self):
        for kind in ("MaxPooling2D", "AveragePooling2D"):
            for config in ({"pool_size": [3, 2]}, {"pool_size": [3, 3], "strides": [2, 1],
                                                   "padding": "same"}):
                self.check(kind, **FIRST, **config)

    def test_global_pools(self):
        for kind in ("GlobalMaxPooling2D", "GlobalAveragePooling2D"):
            for keep in (False, True):
                self.check(kind, keepdims=keep, **FIRST)

    def test_shapes(self):
        self.check("ZeroPadding2D", padding=[[1, 2], [0, 3]], **FIRST)
        self.check("Cropping2D", cropping=[[1, 2], [0, 3]], **FIRST)
        self.check("UpSampling2D", size=[2, 3], **FIRST)
        self.check("UpSampling2D", size=[2, 3], interpolation="bilinear", **FIRST)

    def test_resizing(self):
        """Keras 2 takes the data format of Resizing from its settings, which no file has."""
        self.check("Resizing", keras=(3,), height=5, width=9, **FIRST)

    def test_batch_normalization(self):
        for axis in (1, -3, 3, -1, 2):
            self.check("BatchNormalization", axis=axis)

    def test_other_normalisations(self):
        for axis in (1, -1, [1], [1, 2, 3], [2, 3]):
            self.check("LayerNormalization", axis=axis)
        for axis, groups in ((1, 2), (1, -1), (-1, 3)):
            self.check("GroupNormalization", axis=axis, groups=groups)
        for axis in (1, -1, [2, 3]):
            self.check("UnitNormalization", axis=axis)
        for axis in ([1], [-1], None):
            self.check("Normalization", axis=axis)

    def test_activations(self):
        for axes in ([2, 3], [1], None):
            self.check("PReLU", shared_axes=axes)
        for axis in (1, -1, [2, 3]):
            self.check("Softmax", axis=axis)
        self.check("LeakyReLU")

    def test_rescaling(self):
        self.check("Rescaling", scale=0.5, offset=-0.1)

    def test_dense_of_maps(self):
        """A dense layer acts on the last axis, that of columns."""
        self.check("Dense", units=3, activation="tanh")

    def test_flatten(self):
        """Flatten moves the channels behind all other axes only if it is told to."""
        for config in ({}, {"data_format": "channels_last"}, FIRST):
            x, y = maps(**FIRST)
            self.compare(Model(x, read(y, **config)), label=str(config))

    def test_reshape_and_permute(self):
        for shape in ([8, 6, 4], [6, 32], [-1], [2, 2, -1]):
            self.check("Reshape", target_shape=shape)
        for dims in ([2, 3, 1], [1, 3, 2], [3, 1, 2]):
            self.check("Permute", dims=dims)

    def test_permuted_image(self):
        """A model may permute its image, and then has either format in its layers."""
        x = Input(3, 8, 6)
        y = layer("Conv2D", filters=4, kernel_size=[3, 2])(layer("Permute", dims=[2, 3, 1])(x))
        self.compare(Model(x, read(y)))
        x = Input(8, 6, 3)
        y = layer("Conv2D", filters=4, kernel_size=[3, 2], **FIRST)(
            layer("Permute", dims=[3, 1, 2])(x))
        self.compare(Model(x, read(y)))

    def test_merges(self):
        for kind in ("Add", "Multiply", "Concatenate"):
            x, y = maps(**FIRST)
            z = layer("Conv2D", filters=4, kernel_size=[1, 1], **FIRST)(y)
            config = {"axis": 1} if kind == "Concatenate" else {}
            self.compare(Model(x, read(layer(kind, **config)(y, z))), label=kind)

    def test_concatenate_axes(self):
        for axis in (1, 2, 3, -1, -3):
            x, y = maps(**FIRST)
            size = {1: [1, 1], 2: [3, 1], 3: [1, 2]}[axis % 4]
            z = layer("Conv2D", filters=3 if axis % 4 == 1 else 4, kernel_size=size, **FIRST)(y)
            self.compare(Model(x, read(layer("Concatenate", axis=axis)(y, z))), label=str(axis))

    def test_squeeze_and_excite(self):
        x, y = maps(4, **FIRST)
        s = layer("GlobalAveragePooling2D", **FIRST)(y)
        s = layer("Dense", units=4, activation="sigmoid")(s)
        s = layer("Reshape", target_shape=[4, 1, 1])(s)
        self.compare(Model(x, read(layer("Multiply")(y, s))))

    def test_gray(self):
        x = Input(1, 9, 7)
        y = layer("Conv2D", filters=3, kernel_size=[3, 2], **FIRST)(x)
        self.compare(Model(x, read(layer("BatchNormalization", axis=1)(y))))

    def test_network(self):
        """A small network of the usual kind, all of it with the channels first."""
        x = Input(3, 12, 10)
        y = layer("Rescaling", scale=0.5, offset=0.1)(x)
        for filters in (4, 6):
            y = layer("Conv2D", filters=filters, kernel_size=[3, 3], padding="same", **FIRST)(y)
            y = layer("BatchNormalization", axis=1)(y)
            y = layer("Activation", activation="elu")(y)
            y = layer("MaxPooling2D", **FIRST)(y)
        self.compare(Model(x, read(y, 3, **FIRST)))


if __name__ == "__main__":
    main()

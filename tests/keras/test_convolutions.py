# SPDX-License-Identifier: GPL-3.0-or-later
"""Convolutions, dense layers and pools of Keras."""
from compare import Input, KerasTest, Model, layer, main, maps, read, through


class Convolutions(KerasTest):
    def check(self, kind, count=4, **config):
        self.compare(through(layer(kind, **config), count=count), label="%s %s" % (kind, config))

    def test_conv2d(self):
        for config in ({"kernel_size": [3, 2]}, {"kernel_size": [2, 3], "padding": "same"},
                       {"kernel_size": [3, 3], "strides": [2, 1], "padding": "same"},
                       {"kernel_size": [4, 3], "strides": [2, 2]},
                       {"kernel_size": [3, 2], "dilation_rate": [2, 3]},
                       {"kernel_size": [3, 3], "dilation_rate": [2, 1], "padding": "same"},
                       {"kernel_size": [1, 1], "use_bias": False}):
            self.check("Conv2D", filters=3, **config)

    def test_conv2d_groups(self):
        for groups in (2, 3, 6):
            self.check("Conv2D", count=6, filters=6, kernel_size=[3, 3], groups=groups,
                       padding="same")
        self.check("Conv2D", count=6, filters=9, kernel_size=[2, 3], groups=3, strides=[2, 1],
                   use_bias=False)

    def test_conv2d_transpose(self):
        for size in ([3, 3], [2, 4], [1, 5]):
            for strides in ([1, 1], [2, 2], [3, 2]):
                for padding in ("valid", "same"):
                    self.check("Conv2DTranspose", filters=3, kernel_size=size, strides=strides,
                               padding=padding)

    def test_conv2d_transpose_output_padding(self):
        for padding in ("valid", "same"):
            for more in ([0, 0], [1, 1], [1, 0]):
                self.check("Conv2DTranspose", filters=2, kernel_size=[3, 5], strides=[2, 2],
                           padding=padding, output_padding=more)
        self.check("Conv2DTranspose", filters=2, kernel_size=[4, 4], strides=[2, 2],
                   padding="same", output_padding=[1, 1])

    def test_conv2d_transpose_rest(self):
        self.check("Conv2DTranspose", filters=3, kernel_size=[3, 2], use_bias=False,
                   activation="relu", strides=[1, 2])
        for padding in ("valid", "same"):
            self.check("Conv2DTranspose", filters=2, kernel_size=[3, 3], dilation_rate=[2, 2],
                       padding=padding)

    def test_depthwise(self):
        self.check("DepthwiseConv2D", kernel_size=[3, 2])
        self.check("DepthwiseConv2D", kernel_size=[3, 3], padding="same", strides=[2, 2],
                   depth_multiplier=2, activation="relu")
        self.check("DepthwiseConv2D", kernel_size=[2, 3], dilation_rate=[2, 2], use_bias=False)

    def test_separable(self):
        self.check("SeparableConv2D", filters=3, kernel_size=[3, 2])
        self.check("SeparableConv2D", filters=5, kernel_size=[3, 3], padding="same",
                   strides=[2, 2], depth_multiplier=2, activation="tanh", use_bias=False)

    def test_dense(self):
        x, y = maps()
        y = layer("Dense", units=3, activation="relu")(layer("Flatten")(y))
        self.compare(Model(x, layer("Dense", units=2, use_bias=False)(y)))

    def test_dense_of_maps(self):
        """A dense layer acts on the last axis, at every pixel."""
        self.check("Dense", units=3, activation="tanh")
        self.check("Dense", units=2, use_bias=False)

    def test_pools(self):
        for kind in ("MaxPooling2D", "AveragePooling2D"):
            for config in ({}, {"pool_size": [3, 2], "strides": [2, 1]},
                           {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"},
                           {"pool_size": [2, 3], "padding": "same"}):
                self.check(kind, **config)

    def test_global_pools(self):
        for kind in ("GlobalMaxPooling2D", "GlobalAveragePooling2D"):
            for config in ({}, {"keepdims": True}):
                self.check(kind, **config)

    def test_one_channel(self):
        x = Input(7, 9, 1)
        y = layer("Conv2D", filters=2, kernel_size=[3, 3], activation="relu")(x)
        self.compare(Model(x, read(y)))


if __name__ == "__main__":
    main()

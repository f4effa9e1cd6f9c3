# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers of Keras that give maps another shape."""
from compare import KerasTest, Model, layer, main, maps, read, through


class Shapes(KerasTest):
    def check(self, kind, keras=(2, 3), rows=8, columns=6, **config):
        self.compare(through(layer(kind, **config), rows=rows, columns=columns), keras,
                     label="%s %s" % (kind, config))

    def test_cropping(self):
        for cropping in ([[1, 2], [0, 3]], [[0, 0], [1, 1]], [[2, 0], [0, 0]], 1, [2, 1]):
            self.check("Cropping2D", cropping=cropping)
        self.check("Cropping2D")

    def test_padding(self):
        for padding in ([[1, 2], [0, 3]], [[0, 0], [1, 0]], 2, [2, 1]):
            self.check("ZeroPadding2D", padding=padding)
        self.check("ZeroPadding2D")

    def test_flatten(self):
        x, y = maps()
        self.compare(Model(x, layer("Dense", units=2)(layer("Flatten")(y))))

    def test_flatten_a_vector(self):
        x, y = maps()
        y = layer("Flatten")(layer("GlobalAveragePooling2D")(y))
        self.compare(Model(x, layer("Dense", units=2)(y)))

    def test_permute(self):
        for dims in ([1, 2, 3], [2, 1, 3], [3, 1, 2], [2, 3, 1], [1, 3, 2], [3, 2, 1]):
            self.check("Permute", dims=dims)

    def test_permute_and_go_on(self):
        """Convolutions after a permutation see other rows, columns and channels."""
        for dims in ([2, 1, 3], [3, 1, 2], [1, 3, 2]):
            x, y = maps()
            y = layer("Conv2D", filters=3, kernel_size=[2, 3])(layer("Permute", dims=dims)(y))
            self.compare(Model(x, read(y)), label=str(dims))


class Reshapes(KerasTest):
    def check(self, shape, go_on=True):
        """Compares maps of 8 x 6 x 4 in another shape, and a convolution of it."""
        x, y = maps()
        y = layer("Reshape", target_shape=shape)(y)
        if go_on:
            y = layer("Conv2D", filters=2, kernel_size=[2, 1])(y)
        self.compare(Model(x, read(y)), label=str(shape))

    def test_maps(self):
        for shape in ([6, 8, 4], [4, 12, 4], [2, 2, 48], [8, 24, 1], [-1, 6, 8], [4, -1, 16],
                      [16, 3, -1], [8, 6, 4]):
            self.check(shape)

    def test_to_a_vector(self):
        for shape in ([192], [-1]):
            self.check(shape, go_on=False)

    def test_of_a_vector(self):
        for shape in ([2, 3, 4], [-1, 2, 2], [1, 1, 24], [1, 1, -1]):
            x, y = maps()
            y = layer("Dense", units=24)(layer("Flatten")(y))
            y = layer("Reshape", target_shape=shape)(y)
            self.compare(Model(x, read(layer("Conv2D", filters=2, kernel_size=[1, 1])(y))),
                         label=str(shape))

    def test_there_and_back(self):
        """Three axes may become two on the way."""
        x, y = maps()
        y = layer("Reshape", target_shape=[48, 4])(y)
        y = layer("Permute", dims=[2, 1])(y)
        y = layer("Reshape", target_shape=[4, 8, 6])(y)
        self.compare(Model(x, read(layer("Conv2D", filters=2, kernel_size=[3, 1])(y))))

    def test_two_axes(self):
        """Dense, normalisations and activations act on the last of two axes."""
        for kind, config in (("Dense", {"units": 3}), ("LayerNormalization", {}),
                             ("Softmax", {}), ("Softmax", {"axis": 1}), ("Flatten", {})):
            x, y = maps()
            y = layer(kind, **config)(layer("Reshape", target_shape=[-1, 4])(y))
            self.compare(Model(x, read(y)), label="%s %s" % (kind, config))

    def test_wrong_size(self):
        def change(description):
            description["config"]["layers"][2]["config"]["target_shape"] = [7, 5, 2]

        self.refuse(through(layer("Reshape", target_shape=[4, 12, 4])), "l1_reshape",
                    change=change)


class Resizes(KerasTest):
    def check(self, kind, keras=(2, 3), rows=8, columns=6, **config):
        self.compare(through(layer(kind, **config), rows=rows, columns=columns), keras,
                     label="%s %s" % (kind, config))

    def test_upsampling(self):
        for interpolation in ("nearest", "bilinear"):
            for size in ([2, 2], [3, 1], [1, 4], [2, 3]):
                self.check("UpSampling2D", size=size, interpolation=interpolation)
        self.check("UpSampling2D")

    def test_resizing(self):
        """Images may become larger or smaller along each axis, by any factor."""
        for interpolation in ("nearest", "bilinear"):
            for height, width in ((16, 12), (4, 3), (5, 9), (11, 4), (8, 6), (1, 1), (3, 13)):
                self.check("Resizing", height=height, width=width, interpolation=interpolation)
        self.check("Resizing", height=5, width=7)

    def test_bicubic(self):
        """At factors for which TensorFlow's table of weights is exact."""
        for height, width in ((16, 12), (8, 24), (32, 6)):
            self.check("Resizing", height=height, width=width, interpolation="bicubic")
        self.check("UpSampling2D", size=[2, 4], interpolation="bicubic")

    def test_crop_to_aspect_ratio(self):
        for height, width in ((4, 4), (3, 6), (12, 5), (4, 3)):
            self.check("Resizing", height=height, width=width, crop_to_aspect_ratio=True)

    def test_pad_to_aspect_ratio(self):
        for height, width in ((4, 4), (3, 6), (12, 5), (4, 3)):
            for value in (0.0, 0.7):
                self.check("Resizing", keras=(3,), height=height, width=width,
                           pad_to_aspect_ratio=True, fill_value=value)

    def test_others(self):
        """Interpolations that evoke does not have."""
        for kind, config in (("Resizing", {"height": 4, "width": 4}), ("UpSampling2D", {})):
            def change(description):
                entry = description["config"]["layers"][2]
                entry["config"]["interpolation"] = "lanczos3"

            self.refuse(through(layer(kind, **config)), "lanczos3", change=change, label=kind)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Units inside models of Keras: values of a layer's map, whichever way the map lies in memory."""
import os
import re

from compare import (MEAN, RESPONSES, SCALE, SPELLINGS, KerasTest, Model, Oracle, archive, evoke,
                     layer, main, maps, np, pictures, read)

FOLDER = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(FOLDER, "..", "..", "src", "model", "keras", "classes.def")
FIRST = {"data_format": "channels_first"}


class Units(KerasTest):
    def check(self, kind, form="channels_last", **config):
        """Compares two values and a mean of a layer's map with the oracle's map."""
        x, y = maps(data_format=form)
        y = layer(kind, name="unit", **config)(y)
        path = self.path("model.keras")
        archive.write(path, Model(x, read(y)), SPELLINGS[-1])
        whole = Oracle(Model(x, y), 3)
        images = pictures(whole.shape)
        found = whole.responses(images).reshape(len(images), *y.shape)
        if form == "channels_first":
            found = np.moveaxis(found, 1, 3)
        want = np.stack([found[:, 2, 3, 1], found[:, 0, 4, 0], found[..., 2].mean((1, 2))], 1)
        with self.subTest("%s %s" % (kind, form)), evoke.open(
                path, mean=MEAN, scale=SCALE,
                channels=["unit:1@2,3", "unit:0@0,4", "unit:2@mean"]) as opened:
            np.testing.assert_allclose(opened.predict(images), want, rtol=RESPONSES,
                                       atol=RESPONSES)

    def test_layers(self):
        for data_format, axis in (("channels_last", -1), ("channels_first", 1)):
            self.check("LayerNormalization", data_format, axis=axis)
            self.check("GroupNormalization", data_format, axis=axis, groups=2)
            self.check("UnitNormalization", data_format, axis=axis)
            self.check("Rescaling", data_format, scale=2.0)
        for more in ({}, FIRST):
            form = more.get("data_format", "channels_last")
            for interpolation in ("nearest", "bilinear"):
                self.check("UpSampling2D", form, size=[2, 3], interpolation=interpolation, **more)
            self.check("Conv2D", form, filters=4, kernel_size=[3, 2], groups=2, **more)
            self.check("Conv2DTranspose", form, filters=4, kernel_size=[3, 2], **more)
            self.check("Cropping2D", form, cropping=[[1, 0], [1, 0]], **more)


class Table(KerasTest):
    def test_every_class(self):
        """Every class that evoke knows stands in one of these tests."""
        with open(TABLE, encoding="utf-8") as f:
            classes = re.findall(r"^EVK_KERAS\((\w+),", f.read(), re.MULTILINE)
        self.assertGreater(len(classes), 50)
        texts = ""
        for name in os.listdir(FOLDER):
            if re.fullmatch(r"test_\w+\.py", name):
                with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
                    texts += f.read()
        made = ("InputLayer", "Functional", "Model", "Sequential")  # compare.py makes these
        self.assertEqual([c for c in classes if c not in made and '"%s"' % c not in texts], [])


if __name__ == "__main__":
    main()

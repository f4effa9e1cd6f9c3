# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses and gradients: the program's numbers to the last digit; differences of responses."""
import csv
import os

from common import MODELS, TINY, Test, embedded, evoke, main, noise, np, run


def table(*arguments):
    """Returns the responses that `evoke predict` prints, (images, neurons) texts."""
    rows = list(csv.reader(run("predict", *arguments).splitlines()))
    return [row[1:] for row in rows[1:]]


def texts(responses):
    """Returns float32 responses as `evoke predict` prints them."""
    return [["%.9g" % r if np.isfinite(r) else "n/a" for r in row] for row in responses.tolist()]


class Predict(Test):
    def photos(self, shape, count=5):
        """Writes images of noise into files; returns the images and the folder."""
        os.mkdir(self.path("photos"))
        images = noise((count,) + shape)
        for i, image in enumerate(images):
            evoke.write_image(self.path("photos", "%02d.png" % i), image)
        return images, self.path("photos")

    def test_embedded_models_as_the_program(self):
        names = sorted(n for n in os.listdir(MODELS) if n.endswith(".keras"))
        self.assertGreater(len(names), 10)
        images, folder = self.photos((112, 112, 3))
        for name in names:
            with self.subTest(name), evoke.open(os.path.join(MODELS, name)) as m:
                self.assertEqual(texts(m.predict(images)),
                                 table("--images", folder, os.path.join(MODELS, name)))

    def test_several_neurons_as_the_program(self):
        images, folder = self.photos((9, 8, 3))
        for options, arguments in (({}, []), ({"mean": 100, "scale": [2, 4, 8]},
                                              ["--mean", "100", "--scale", "2,4,8"])):
            with evoke.open(TINY, **options) as m:
                want = table("--images", folder, *arguments, TINY)
                self.assertEqual([row[3] for row in want], ["n/a"] * 5)
                self.assertEqual(texts(m.predict(images)), want)

    def test_units_and_names_as_the_program(self):
        images, folder = self.photos((112, 112, 3))
        with open(self.path("names.txt"), "w", encoding="utf-8") as f:
            f.write("left/rate:0\nright\n")
        units = ["layer2_conv:0@10,12", "Beta"]
        with evoke.open(embedded("gabor"), channels=units, after_activation=True,
                        names=self.path("names.txt")) as m:
            self.assertEqual(m.neurons, ("left/rate:0", "right"))
            want = table("--images", folder, "--channel", units[0], "--channel", units[1],
                         "--after-activation", embedded("gabor"))
            self.assertEqual(texts(m.predict(images)), want)

    def test_ensemble_as_the_program(self):
        members = [embedded("gabor_member%d" % i) for i in range(3)]
        images, folder = self.photos((112, 112, 3))
        with evoke.open_ensemble("e", members) as m:
            self.assertEqual(m.members, ("gabor_member0", "gabor_member1", "gabor_member2"))
            want = table("--images", folder, "--ensemble", "e=" + ",".join(members))
            self.assertEqual(texts(m.predict(images)), want)

    def test_one_image_many_types_and_threads(self):
        images = noise((7, 9, 8, 3))
        with evoke.open(TINY) as m:
            want = m.predict(images)
            self.assertEqual((want.shape, want.dtype), ((7, m.outputs), np.float32))
            for threads in (1, 2, 5):
                self.assert_same(m.predict(images, threads=threads), want)
            for kind in (np.float16, np.float32, np.float64, np.longdouble):
                self.assert_same(m.predict(images.astype(kind)), want)
            self.assert_same(m.predict(np.asfortranarray(images)), want)
            self.assert_same(m.predict(images[::-2]), want[::-2])
            self.assert_same(m.predict(images.tolist() + 0.0 * images), want)
            self.assert_same(m.predict(images[3]), want[3])
            self.assertEqual(m.predict(images[:0]).shape, (0, m.outputs))

    def test_description(self):
        with evoke.open(TINY) as m:
            self.assertEqual((m.name, m.format, m.shape), ("tiny", "keras", (9, 8, 3)))
            self.assertIn(m.sha256, run("info", "--neurons", "0", TINY))
            self.assertEqual(m.neurons, tuple(str(i) for i in range(m.outputs)))
            self.assertEqual((m.mean, m.scale), ((0, 0, 0), (1, 1, 1)))
            self.assertEqual((m.preprocessing, m.members), ("unknown", ("tiny",)))
        with evoke.open(TINY, mean=[1, 2, 3], scale=2) as m:
            self.assertEqual((m.mean, m.scale, m.preprocessing), ((1, 2, 3), (2, 2, 2), "given"))


class Gradient(Test):
    """Differences of a response along a direction, which is the gradient itself or random."""

    def check(self, model, neuron, image, step, tolerance):
        gradient = model.gradient(image, neuron)
        self.assertEqual((gradient.shape, gradient.dtype), (image.shape, np.float32))
        rng = np.random.default_rng(2)
        for direction in (gradient, rng.standard_normal(image.shape)):
            direction = direction / np.abs(direction).max()
            two = model.predict(np.stack([image + step * direction, image - step * direction]))
            difference = (float(two[0, neuron]) - float(two[1, neuron])) / (2 * step)
            expected = float((gradient.astype(np.float64) * direction).sum())
            size = float(np.abs(gradient.astype(np.float64) * direction).sum())
            self.assertLess(abs(difference - expected), tolerance * size)

    def test_embedded(self):
        image = noise((112, 112, 3)).astype(np.float64)
        for name in ("gabor", "complex", "dot", "red_green", "curvature"):
            with self.subTest(name), evoke.open(embedded(name)) as m:
                best = evoke.synthesize(m, steps=5).values  # where the neuron is not silent
                self.assertGreater(np.abs(m.gradient(best)).max(), 0)
                self.check(m, 0, (best + 0.05 * image).astype(np.float64), 0.25, 0.01)

    def test_each_neuron_has_its_own(self):
        image = noise((9, 8, 3)).astype(np.float64)
        with evoke.open(TINY) as m:
            for neuron in (0, 1):
                self.check(m, neuron, image, 0.25, 0.01)
            self.assertFalse(m.gradient(image, 2).any())  # a neuron that never responds
            self.assert_same(m.gradient(image, "1"), m.gradient(image, 1))

    def test_many_images_and_threads(self):
        images = noise((6, 9, 8, 3))
        with evoke.open(TINY) as m:
            want = np.stack([m.gradient(image, 1) for image in images])
            for threads in (0, 1, 4):
                self.assert_same(m.gradient(images, 1, threads=threads), want)
            self.assertEqual(m.gradient(images[:0], 1).shape, (0, 9, 8, 3))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Published models on photographs: the program's responses and images; differences of responses."""
import csv
import os
import zipfile

from common import TOP, Test, evoke, main, np, published, run

COMPACT = published("compact", "keras", "compact_model_190923_neuron0.keras")
SHARED = published("shared_compact", "shared_compact_model_25filters.keras")
PHOTOS = published("images", "images_190923.zip")


def texts(responses):
    """Returns responses as `evoke predict` prints them."""
    return [["%.9g" % r for r in row] for row in responses.tolist()]


class Published(Test):
    def photographs(self, count):
        """Unpacks photographs; returns them and their folder."""
        with zipfile.ZipFile(PHOTOS) as archive:
            names = sorted(n for n in archive.namelist() if n.endswith(".jpg"))[:count]
            archive.extractall(self.folder, names)
        images = np.stack([evoke.read_image(self.path(name)) for name in names])
        return images, os.path.dirname(self.path(names[0]))

    def test_responses(self):
        images, folder = self.photographs(8)
        for path in (COMPACT, SHARED):
            with evoke.open(path) as m:
                self.assertEqual(m.preprocessing, "published")
                rows = list(csv.reader(run("predict", "--images", folder, path).splitlines()))
                self.assertEqual(texts(m.predict(images)), [row[1:] for row in rows[1:]])

    def test_card(self):
        """An ensemble of eight networks with 219 neurons, by its card."""
        card, weights = os.path.join(TOP, "models", "v4_shared.json"), os.path.dirname(SHARED)
        images, folder = self.photographs(2)
        with evoke.open(card, weights=weights) as m:
            self.assertEqual((m.outputs, len(m.members)), (219, 8))
            printed = run("predict", "--images", folder, "--weights", weights, card).splitlines()
            rows = [row[1:] for row in csv.reader(printed)]
            self.assertEqual(texts(m.predict(images)), rows[1:])

    def test_gradient(self):
        """Along the gradient, responses change as the gradient says."""
        image = self.photographs(1)[0][0].astype(np.float64)
        for path, neuron in ((COMPACT, 0), (SHARED, 7)):
            with evoke.open(path) as m:
                gradient = m.gradient(image, neuron).astype(np.float64)
                step = gradient / np.abs(gradient).max() * 0.02
                ends = m.predict(np.stack([image + step, image - step]))[:, neuron].astype(float)
                expected = 2 * (gradient * step).sum()
                self.assertGreater(expected, 0)
                self.assertLess(abs(ends[0] - ends[1] - expected), 0.02 * expected)

    def test_image(self):
        run("maximize", "-o", self.path("set"), "--starts", "2", "--steps", "10", COMPACT)
        with evoke.open(COMPACT) as m, evoke.read_set(self.path("set")) as stimuli:
            for image, row in zip(stimuli.images, stimuli):
                if row["present"]:
                    self.assert_same(evoke.synthesize(m, 0, row["start"], steps=10).image, image)


if __name__ == "__main__":
    main()

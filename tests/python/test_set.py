# SPDX-License-Identifier: GPL-3.0-or-later
"""Stimulus sets as tables: every cell and every image against the files of the set."""
import csv
import json
import os
from concurrent.futures import ThreadPoolExecutor

from common import TINY, Test, embedded, evoke, main, np, run


class Set(Test):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scratch = Test("path")
        cls.scratch.setUp()
        cls.addClassCleanup(cls.scratch.doCleanups)
        cls.set = cls.scratch.path("set")
        run("maximize", "-o", cls.set, "--starts", "3", "--keep", "1", "--steps", "4",
            "--neurons", "0,1", TINY)
        table = os.path.join(cls.set, "stimuli", "stimuli.tsv")
        with open(table, encoding="utf-8", newline="") as file:
            cls.table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    def setUp(self):
        super().setUp()
        self.stimuli = evoke.read_set(self.set)
        self.addCleanup(self.stimuli.close)

    def test_columns(self):
        self.assertEqual(list(self.stimuli.columns), list(self.table[0]))
        self.assertEqual(len(self.stimuli), 6)
        for name in self.stimuli.columns:
            cells = [row[name] for row in self.table]
            with self.subTest(name):
                values = self.stimuli[name]
                self.assertEqual(values.shape, (6,))
                self.assertIn(values.dtype, (np.int64, np.float64, bool, object))
                for value, cell in zip(values.tolist(), cells):
                    self.check_cell(value, cell)

    def check_cell(self, value, cell):
        if cell == "n/a":
            self.assertTrue(value is None or np.isnan(value))
        elif isinstance(value, bool):
            self.assertEqual(str(value).lower(), cell)
        elif isinstance(value, float):
            self.assertEqual("%.9g" % value, "%.9g" % float(cell))
        else:
            self.assertEqual(str(value), cell)

    def test_types(self):
        s = self.stimuli
        self.assertEqual([s[n].dtype for n in ("stim_code", "response_pred", "present", "dropped")],
                         [np.int64, np.float64, bool, object])
        self.assertEqual((s["rank"].dtype, s["own_z"].dtype), (np.float64, np.float64))
        self.assertTrue(np.isnan(s["rank"]).all())
        self.assertEqual(sorted(s["present"]), [False] * 4 + [True] * 2)
        self.assertEqual(s["start"].tolist(), [0, 1, 2] * 2)

    def test_columns_are_those_of_the_sidecar(self):
        with open(os.path.join(self.set, "stimuli", "stimuli.json"), encoding="utf-8") as file:
            sidecar = json.load(file)
        for name in self.stimuli.columns:
            text = self.stimuli.describe(name)
            self.assertTrue(text.startswith(sidecar[name]["LongName"]))
            self.assertTrue(text.endswith(sidecar[name]["Description"]))
            self.assertIn(sidecar[name].get("Units", ""), text)

    def test_rows(self):
        rows = list(self.stimuli)
        self.assertEqual(len(rows), 6)
        self.assertEqual(rows[2], self.stimuli[2])
        self.assertEqual(rows[-1], self.stimuli[-1])
        self.assertEqual(rows[1:3], self.stimuli[1:3])
        self.assertEqual(list(rows[0]), list(self.stimuli.columns))
        for row, cells in zip(rows, self.table):
            for name, value in row.items():
                self.assertEqual(value is None, cells[name] == "n/a")
                self.check_cell(value, cells[name])
        self.assertRaises(IndexError, lambda: self.stimuli[6])

    def test_images(self):
        images = self.stimuli.images
        self.assertEqual(len(images), 6)
        for image, row in zip(images, self.stimuli):
            self.assertEqual(image is not None, row["present"])
            if image is None:
                continue
            self.assertEqual((image.shape, image.dtype), ((9, 8, 3), np.uint8))
            file = os.path.join(self.set, "stimuli", row["filename"])
            self.assert_same(image, evoke.read_image(file))
            self.assertAlmostEqual(float(image.std((0, 1), ddof=1).mean()), row["channel_sd"], 5)
        self.assertEqual([i is None for i in images[:]], [not p for p in self.stimuli["present"]])
        self.assertRaises(IndexError, lambda: images[6])

    def test_responses_are_those_of_the_images(self):
        with evoke.open(TINY) as m:
            for image, row in zip(self.stimuli.images, self.stimuli):
                if image is not None:
                    response = m.predict(image)[int(row["target_output"])]
                    self.assertEqual(np.float32(row["response_pred"]), response)

    def test_threads(self):
        rows, images = list(self.stimuli), list(self.stimuli.images)
        for _ in range(10):
            with evoke.read_set(self.set) as fresh, ThreadPoolExecutor(4) as pool:
                got = list(pool.map(fresh.__getitem__, list(range(6)) * 4))
                seen = list(pool.map(fresh.images.__getitem__, list(range(6)) * 4))
            self.assertEqual(got, rows * 4)
            for a, b in zip(seen, images * 4):
                self.assertTrue(a is b is None or (a == b).all())

    def test_find(self):
        for i, name in enumerate(self.stimuli["stimulus_id"]):
            self.assertEqual(self.stimuli.find(name), i)
        with self.assertRaisesRegex(LookupError, "no stimulus nothing"):
            self.stimuli.find("nothing")

    def test_pandas(self):
        try:
            import pandas
        except ImportError:
            with self.assertRaisesRegex(ImportError, "needs pandas; type"):
                self.stimuli.to_pandas()
        else:
            frame = self.stimuli.to_pandas()
            self.assertIsInstance(frame, pandas.DataFrame)
            self.assertEqual(list(frame.columns), list(self.stimuli.columns))
            self.assert_same(frame["response_pred"].to_numpy(), self.stimuli["response_pred"])

    def test_wrong(self):
        with self.assertRaisesRegex(LookupError, "has no column depth, expected one of stim"):
            self.stimuli["depth"]
        with self.assertRaisesRegex(FileNotFoundError, "does not exist"):
            evoke.read_set("nowhere")
        with self.assertRaisesRegex(ValueError, "set") as caught:
            evoke.read_set(self.folder)
        self.assertIsInstance(caught.exception, evoke.ArgumentError)

    def other(self):
        """Makes a set of one image in the scratch folder."""
        run("maximize", "-o", self.path("other"), "--starts", "1", "--steps", "1", "--neurons", "0",
            TINY)

    def test_altered_table(self):
        self.other()
        with evoke.read_set(self.path("other")) as stimuli:
            os.truncate(self.path("other", "stimuli", "stimuli.tsv"), 10)
            with self.assertRaisesRegex(OSError, "altered"):
                stimuli["response_pred"]

    def test_damaged_image(self):
        self.other()
        with evoke.read_set(self.path("other")) as stimuli:
            os.truncate(self.path("other", "stimuli", stimuli[0]["filename"]), 60)
            with self.assertRaises(evoke.FormatError):
                stimuli.images[0]

    def test_other_kinds_of_sets(self):
        run("leaves", "--count", "3", "--size", "9x8", "-o", self.path("leaves"))
        with evoke.read_set(self.path("leaves")) as stimuli:
            self.assertEqual(set(stimuli["set_type"]), {"natural"})
            self.assertTrue(np.isnan(stimuli["response_pred"]).all())
            self.assertEqual([i.shape for i in stimuli.images], [(9, 8, 3)] * 3)
        run("maximize", "-o", self.path("blank"), "--starts", "1", "--steps", "1",
            "--controls", "blank", embedded("gabor"))
        with evoke.read_set(self.path("blank")) as stimuli:
            self.assertIn("blank", stimuli["set_type"].tolist())
            self.assertEqual({i.shape for i in stimuli.images}, {(112, 112, 3)})


if __name__ == "__main__":
    main()

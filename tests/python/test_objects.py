# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong inputs, closed objects, several threads, and image files."""
import gc
import os
import threading
import time
import weakref

from common import TINY, TOP, Test, embedded, evoke, main, noise, np


class Wrong(Test):
    def check(self, error, sentence, function, *arguments, **options):
        with self.assertRaisesRegex(error, sentence) as caught:
            function(*arguments, **options)
        self.assertIsInstance(caught.exception, evoke.Error)
        self.assertLess(caught.exception.code, 0)

    def test_images(self):
        with evoke.open(TINY) as m:
            for image, sentence in (
                    (noise((8, 9, 3)), r"is \(8, 9, 3\), expected \(9, 8, 3\) or \(N, 9, 8, 3\)"),
                    (noise((9, 8)), r"is \(9, 8\)"),
                    (noise((2, 2, 9, 8, 3)), r"is \(2, 2, 9, 8, 3\)"),
                    (noise((3, 9, 8)), r"is \(3, 9, 8\)"),
                    (noise((9, 8, 3)).astype(int), "is int64, expected uint8 or a float"),
                    (noise((9, 8, 3)) > 9, "is bool"),
                    (noise((9, 8, 3)) * 1j, "is complex128"),
                    ("photo.png", "is <U9"),
                    (None, "is object"),
                    (np.full((9, 8, 3), np.nan), "not a finite number"),
                    (np.full((9, 8, 3), -np.inf), "not a finite number"),
                    (np.full((9, 8, 3), 1e39), "not a finite number")):
                for function in (m.predict, lambda i: m.gradient(i, 0)):
                    self.check(ValueError, sentence, function, image)

    def test_neurons(self):
        with evoke.open(TINY) as m:
            image = noise((9, 8, 3))
            self.check(ValueError, "expected one of them: 0, 1, 2, 3", m.gradient, image)
            self.check(ValueError, "is 4, expected 0 to 3", m.gradient, image, 4)
            self.check(ValueError, "is -1", m.gradient, image, -1)
            self.check(ValueError, "is 1.0, expected a whole number", m.gradient, image, 1.0)
            self.check(ValueError, "v4", m.gradient, image, "v4")
        with evoke.open(embedded("gabor")) as m:
            image = noise(m.shape)
            self.assert_same(m.gradient(image), m.gradient(image, 0))
            self.assert_same(m.gradient(image), m.gradient(image, "0"))

    def test_threads(self):
        with evoke.open(TINY) as m:
            image = noise(m.shape)
            self.check(ValueError, "threads is -1, expected 0 to 256", m.predict, image, -1)
            self.check(ValueError, "threads is 257", m.gradient, image, 0, 257)
            self.check(ValueError, "threads is 'two'", m.predict, image, "two")

    def test_files(self):
        self.check(FileNotFoundError, "nothing.keras: does not exist", evoke.open, "nothing.keras")
        self.check(FileNotFoundError, "x.png: does not exist", evoke.read_image, "x.png")
        self.check(FileNotFoundError, "none: does not exist", evoke.open, TINY, weights="none")
        self.check(ValueError, "README.md", evoke.open, os.path.join(TOP, "README.md"))
        self.check(ValueError, "README.md", evoke.read_image, os.path.join(TOP, "README.md"))
        self.check(evoke.UnsupportedError, "README.md", evoke.open, os.path.join(TOP, "README.md"))
        self.check(OSError, "no/x.png", evoke.write_image, "no/x.png", noise((2, 2, 3)))
        self.check(FileNotFoundError, "a.keras", evoke.open_ensemble, "e", ["a.keras", "b.keras"])
        self.check(ValueError, "has a comma", evoke.open_ensemble, "e", ["a,b.keras"])

    def test_options(self):
        self.check(ValueError, "mean", evoke.open, TINY, mean=[1, 2])
        self.check(ValueError, "scale", evoke.open, TINY, scale=0)
        self.check(ValueError, "mean is 'x', expected a number", evoke.open, TINY, mean="x")
        self.check(ValueError, "the height is -1", evoke.open, TINY, size=-1)
        self.check(ValueError, "", evoke.open, TINY, size=(10, 10))

    def test_sentences_have_the_program_s_words(self):
        with self.assertRaises(evoke.Error) as caught:
            evoke.open(os.path.join(TOP, "README.md"))
        self.assertRegex(str(caught.exception), "^[^\n]*README.md: [^\n]+[^.\n]$")


class Closed(Test):
    def test_use_after_close(self):
        m = evoke.open(TINY)
        m.close()
        m.close()
        for use in (lambda: m.predict(noise(m.shape)), lambda: m.gradient(noise(m.shape), 0),
                    lambda: m.gradient(noise(m.shape), "0"), lambda: evoke.synthesize(m, 0)):
            with self.assertRaisesRegex(evoke.ArgumentError, "tiny: has been closed"):
                use()
        self.assertEqual(m.shape, (9, 8, 3))

    def test_with(self):
        with evoke.open(TINY) as m:
            m.predict(noise(m.shape))
        self.assertRaises(evoke.ArgumentError, m.predict, noise(m.shape))

    def test_close_in_a_callback_waits_for_the_call(self):
        m = evoke.open(TINY)
        want = evoke.synthesize(m, 0, steps=5).values
        made = evoke.synthesize(m, 0, steps=5, callback=lambda step: m.close())
        self.assert_same(made.values, want)
        self.assertRaises(evoke.ArgumentError, m.predict, noise(m.shape))

    def test_dropped_objects_are_freed(self):
        m = evoke.open(TINY)
        freed, gone = m._free, weakref.ref(m)
        del m
        self.assertIsNone(gone())
        self.assertFalse(freed.alive)


class Threads(Test):
    def work(self, functions):
        """Calls functions at the same time; returns their results."""
        results, together = [None] * len(functions), threading.Barrier(len(functions))

        def one(i):
            together.wait()
            try:
                results[i] = functions[i]()
            except BaseException as e:
                results[i] = e

        threads = [threading.Thread(target=one, args=(i,)) for i in range(len(functions))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for r in results:
            if isinstance(r, BaseException):
                raise r
        return results

    def test_one_model(self):
        images = noise((40, 9, 8, 3))
        with evoke.open(TINY) as m:
            want, slope = m.predict(images), m.gradient(images, 1)
            best = evoke.synthesize(m, 0, steps=20).values
            predict, gradient = lambda: m.predict(images), lambda: m.gradient(images, 1)
            ascend = lambda: evoke.synthesize(m, 0, steps=20).values  # noqa: E731
            for _ in range(5):
                got = self.work([predict, gradient, ascend] * 2)
                for a, b in zip(got, [want, slope, best] * 2):
                    self.assert_same(a, b)

    def test_models_are_opened_at_once(self):
        paths = [TINY, embedded("gabor"), embedded("complex"), embedded("dot")] * 2
        models = self.work([lambda p=p: evoke.open(p) for p in paths])
        self.assertEqual([m.name for m in models], ["tiny", "gabor", "complex", "dot"] * 2)
        for m in models:
            m.close()

    def test_other_threads_run_while_c_works(self):
        """A thread of Python notes the time; the later half of a long call is spent within C."""
        times, ends = [], threading.Event()

        def note():
            while not ends.wait(0.001):
                times.append(time.perf_counter())

        with evoke.open(embedded("complex")) as m:
            images, other = np.full((200,) + m.shape, 99, np.float32), threading.Thread(target=note)
            other.start()
            begin = time.perf_counter()
            m.predict(images, threads=1)
            end = time.perf_counter()
            ends.set()
            other.join()
        self.assertGreater(sum((begin + end) / 2 < t < end for t in times), 5)

    def test_close_waits_for_other_threads(self):
        for _ in range(20):
            m = evoke.open(TINY)
            images = noise((200, 9, 8, 3))
            want = m.predict(images)
            begun = threading.Event()

            def predict(m=m, images=images, begun=begun):
                begun.set()
                try:
                    return m.predict(images)
                except evoke.ArgumentError:
                    return None

            def close(m=m, begun=begun):
                begun.wait()
                m.close()

            got = self.work([predict, close])[0]
            if got is not None:
                self.assert_same(got, want)


class Files(Test):
    def test_write_and_read(self):
        for shape in ((5, 7, 3), (1, 1, 3)):
            image = noise(shape)
            evoke.write_image(self.path("x.png"), image)
            self.assert_same(evoke.read_image(self.path("x.png")), image)
        gray = noise((4, 3, 1))
        evoke.write_image(self.path("x.png"), gray)
        self.assert_same(evoke.read_image(self.path("x.png")), gray.repeat(3, axis=2))

    def test_rounding(self):
        values = np.array([-3, -0.4, 0.49, 0.5, 1.5, 2.5, 254.4, 254.5, 255.2, 300], np.float64)
        evoke.write_image(self.path("x.png"), values.reshape(1, 10, 1))
        got = evoke.read_image(self.path("x.png"))[0, :, 0].tolist()
        self.assertEqual(got[:3] + got[6:], [0, 0, 0, 254, 255, 255, 255])
        self.assertTrue(all(abs(g - v) == 0.5 for g, v in zip(got[3:6], (0.5, 1.5, 2.5))))

    def test_other_readers_agree(self):
        from PIL import Image
        image = noise((5, 7, 3))
        evoke.write_image(self.path("x.png"), image, description="an image of noise")
        with Image.open(self.path("x.png")) as other:
            self.assert_same(np.asarray(other), image)
            self.assertIn("an image of noise", other.text.values())
        evoke.write_image(self.path("y.png"), image)
        with Image.open(self.path("y.png")) as other:
            self.assertNotIn("Description", other.text)

    def test_photographs(self):
        data = os.path.join(TOP, "tests", "data")
        self.assertEqual(evoke.read_image(os.path.join(data, "gray_8x8.png")).shape, (8, 8, 1))
        self.assertEqual(evoke.read_image(os.path.join(data, "rgb_8x8.jpg")).shape, (8, 8, 3))
        with self.assertRaises(evoke.UnsupportedError):
            evoke.read_image(os.path.join(data, "cmyk_8x8.jpg"))

    def test_wrong(self):
        for image, sentence in ((noise((5, 7)), r"is \(5, 7\)"), (noise((5, 7, 2)), "expected"),
                                (noise((0, 7, 3)), "expected"),
                                (np.full((1, 1, 3), np.nan), "finite")):
            with self.assertRaisesRegex(ValueError, sentence):
                evoke.write_image(self.path("x.png"), image)
        self.assertFalse(os.path.exists(self.path("x.png")))


if __name__ == "__main__":
    gc.disable()  # objects are freed by their last reference, not by chance
    main()

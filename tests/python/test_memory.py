# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand calls of every function leave the memory of the C library as it was.

The bytes in use are those that malloc counts, over all threads.  A call that leaks anything leaks
32 bytes at least, the smallest block that malloc gives: 32,000 bytes in a thousand calls.  What
Python itself keeps meanwhile is below a tenth of that, in most cases nothing.  Threads must have no
caches of free blocks (tcache), which malloc would count as in use.
"""
import ctypes
import gc
import os
import sys

from common import TINY, Test, evoke, main, noise, np, run

CALLS, LEAK = 1000, 32
TUNABLES = "glibc.malloc.tcache_count=0"


class Mallinfo2(ctypes.Structure):
    """struct mallinfo2 of glibc"""

    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]


libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Mallinfo2
libc.malloc.restype = ctypes.c_void_p


def in_use():
    """Returns the bytes that malloc has given out and not got back."""
    gc.collect()
    info = libc.mallinfo2()
    return info.uordblks + info.hblkhd


def growth(function):
    """Returns by how much a thousand calls make the memory grow, after some that fill caches."""
    for _ in range(50):
        function()
    before = in_use()
    for _ in range(CALLS):
        function()
    return in_use() - before


class Memory(Test):
    def check(self, function):
        self.assertLess(growth(function), CALLS * LEAK // 10)

    def test_a_leak_is_seen(self):
        self.assertGreaterEqual(growth(lambda: libc.malloc(1)), CALLS * LEAK)

    def test_models(self):
        def models():
            evoke.open_ensemble("e", [TINY]).close()
            evoke.open(TINY, mean=[1, 2, 3], scale=2)  # which nobody closes

        self.check(models)

    def test_predict_and_gradient(self):
        images = noise((3, 9, 8, 3))
        with evoke.open(TINY) as m:
            self.check(lambda: m.predict(images, threads=1))
            self.check(lambda: m.predict(images, threads=2))
            self.check(lambda: m.gradient(images, 1, threads=1))
            self.check(lambda: m.gradient(images, "1", threads=2))

    def test_synthesize(self):
        image = noise((9, 8, 3))
        with evoke.open(TINY) as m:
            self.check(lambda: evoke.synthesize(m, 0, steps=1))
            self.check(lambda: evoke.synthesize(m, 0, steps=1, method="mei", prior=["tv:off"],
                                                callback=lambda step: True))
            self.check(lambda: evoke.synthesize(m, 0, steps=1, image=image, others=[image, image]))

    def test_images(self):
        image, path = noise((9, 8, 3)), self.path("x.png")
        evoke.write_image(path, image)
        self.check(lambda: evoke.write_image(path, image, description="noise"))
        self.check(lambda: evoke.read_image(path))

    def test_sets(self):
        run("maximize", "-o", self.path("set"), "--starts", "2", "--keep", "1", "--steps", "1",
            "--neurons", "0", TINY)

        def read():
            with evoke.read_set(self.path("set")) as stimuli:
                stimuli["response_pred"], stimuli[0], list(stimuli.images)

        self.check(read)
        self.check(lambda: evoke.read_set(self.path("set")))

    def test_failures(self):
        def fails(function):
            try:
                function()
            except (evoke.Error, ZeroDivisionError):
                return
            raise AssertionError("it did not fail")

        with evoke.open(TINY) as m:
            damaged = self.path("damaged.keras")
            with open(TINY, "rb") as a, open(damaged, "wb") as b:
                b.write(a.read()[:-200])
            for function in (lambda: evoke.open(damaged), lambda: evoke.read_image(damaged),
                             lambda: evoke.read_set(self.folder),
                             lambda: m.predict(noise((1, 1, 3))),
                             lambda: m.gradient(noise(m.shape), "none"),
                             lambda: evoke.synthesize(m, 0, steps="none"),
                             lambda: evoke.synthesize(m, 0, method="none"),
                             lambda: evoke.synthesize(m, 0, callback=lambda step: False),
                             lambda: evoke.synthesize(m, 0, callback=lambda step: 1 / 0),
                             lambda: evoke.write_image(self.folder, np.zeros((1, 1, 3)))):
                self.check(lambda function=function: fails(function))


if __name__ == "__main__":
    if os.environ.get("GLIBC_TUNABLES") != TUNABLES:
        os.environ["GLIBC_TUNABLES"] = TUNABLES
        os.execv(sys.executable, [sys.executable, *sys.argv])
    main()

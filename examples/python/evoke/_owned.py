# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of the C library that Python owns."""
import threading
import weakref
from contextlib import contextmanager

from ._library import ArgumentError


class Owned:
    """An object of the C library, freed once: when it is closed and no call uses it any more."""

    def __init__(self, pointer, free, name):
        self._pointer, self._label = pointer, name
        self._users, self._closed, self._lock = 0, False, threading.Lock()
        self._free = weakref.finalize(self, free, pointer)
        self._free.atexit = False  # when the program ends, a thread may still be at work

    @contextmanager
    def _use(self):
        """Gives the pointer, and keeps the object from being freed meanwhile."""
        with self._lock:
            if self._closed:
                raise ArgumentError("%s: has been closed" % self._label)
            self._users += 1
        try:
            yield self._pointer
        finally:
            self._drop(1)

    def _drop(self, users):
        """Ends the use by this many callers, and frees the object where it was the last use."""
        with self._lock:
            self._users -= users
            if self._closed and self._users == 0:
                self._free()

    def close(self):
        """Frees the memory, as soon as calls that are under way in other threads have ended.

        Every later use raises evoke.ArgumentError; closing twice does no harm.  Without a call of
        close, the memory is freed when Python drops the object.
        """
        self._closed = True
        self._drop(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

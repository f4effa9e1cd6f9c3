# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished stimulus sets: their table and their images."""
import ctypes
import itertools
import os
from collections.abc import Sequence

import numpy as np

from ._arrays import existing, taken
from ._library import CColumn, CImage, FileError, NotFoundError, call, library, new
from ._owned import Owned


def _table_of_columns():
    """Returns {name: evk_column} of all columns that stimuli.tsv can have."""
    columns, i, column = {}, 0, CColumn()
    while library.evk_column_info(i, ctypes.byref(column)):
        columns[column.name.decode()] = column
        i, column = i + 1, CColumn()
    return columns


_COLUMNS = _table_of_columns()
_VALUES = {"integer": int, "real": float, "boolean": lambda cell: cell == "true", "text": str}


def _value(name, cell):
    """Returns a cell as the value of Python that its column has; None for n/a."""
    return None if cell == "n/a" else _VALUES[_COLUMNS[name].kind.decode()](cell)


def _array(name, values):
    """Returns the values of a column as an array; StimulusSet says of which type."""
    kind = _COLUMNS[name].kind.decode()
    if kind == "real" or (kind == "integer" and None in values):
        return np.array([np.nan if v is None else v for v in values], np.float64)
    if kind == "text" or None in values:
        out = np.empty(len(values), object)
        out[:] = values
        return out
    return np.array(values, np.int64 if kind == "integer" else bool)


def _names_of_columns(stimuli):
    """Returns the names of the columns that a set has, in the order of its table."""
    number = itertools.count()
    names = iter(lambda: library.evk_set_column(stimuli, next(number)), None)
    return tuple(name.decode() for name in names)


def read_set(folder):
    """Opens a finished stimulus set, a folder that evoke has written; returns a StimulusSet."""
    path = existing(folder)
    return StimulusSet(new("evk_set_open", path), os.fsdecode(path))


class StimulusSet(Owned):
    """A finished stimulus set, which evoke.read_set returns: a table with a row for each stimulus.

    len(s)                 number of stimuli
    s.columns              names of the columns of stimuli/stimuli.tsv
    s["response_pred"]     a column as a NumPy array with an element for each row
    s[0]                   a row as a dict {column: value}; s[:5] is a list of rows, and a loop over
                           s gives all rows in their order
    s.images[0]            the image of a row, (height, width, 3) uint8; None where the set has no
                           image, as for a start that was dropped or failed
    s.find("stim-max000001")   number of the row of a stimulus_id
    s.describe("own_z")    what a column means
    s.to_pandas()          the whole table as a pandas.DataFrame

    Columns of real numbers are float64, with NaN for n/a.  Columns of whole numbers are int64, or
    float64 with NaN where a cell is n/a.  Columns of true and false are bool, or object with None
    where a cell is n/a.  Columns of text are object, with None for n/a.  In rows, n/a is None.

    Images are read from their files when they are asked for.  Gray images have three equal
    channels, as in their files.  A with statement closes the set.  Several threads may read a set
    at once.
    """

    def __init__(self, stimuli, folder):
        super().__init__(stimuli, library.evk_set_free, folder)
        self.folder, self._count = folder, library.evk_set_count(stimuli)
        self.columns = _names_of_columns(stimuli)

    def __repr__(self):
        return "<evoke.StimulusSet %s: %d stimuli>" % (self.folder, self._count)

    def __len__(self):
        return self._count

    def __getitem__(self, key):
        if isinstance(key, str):
            return _array(key, self._cells(key, range(self._count)))
        rows = range(self._count)[key]
        if isinstance(key, slice):
            return [self[row] for row in rows]
        return {name: self._cells(name, [rows])[0] for name in self.columns}

    def __iter__(self):
        return (self[i] for i in range(self._count))

    @property
    def images(self):
        """The images of all rows, as a sequence."""
        return _Images(self)

    def _cells(self, name, rows):
        """Returns the values of a column in some rows."""
        if name not in self.columns:
            raise NotFoundError("%s: has no column %s, expected one of %s" %
                                (self.folder, name, ", ".join(self.columns)))
        with self._use() as stimuli:
            cells = [library.evk_set_cell(stimuli, row, name.encode()) for row in rows]
        if None in cells:
            raise FileError("%s: its table was altered after the set was opened" % self.folder)
        return [_value(name, cell.decode()) for cell in cells]

    def _image(self, row):
        """Returns the image of a row, or None."""
        image = ctypes.POINTER(CImage)()
        try:
            with self._use() as stimuli:
                call("evk_set_image", stimuli, row, ctypes.byref(image))
        except NotFoundError:
            return None
        return taken(image)

    def find(self, stimulus_id):
        """Returns the number of the row that has a stimulus_id."""
        with self._use() as stimuli:
            row = library.evk_set_find(stimuli, stimulus_id.encode())
        if row < 0:
            raise NotFoundError("%s: has no stimulus %s" % (self.folder, stimulus_id))
        return row

    def describe(self, column):
        """Returns a sentence on what a column means, with its unit."""
        c = _COLUMNS[column]
        unit = " [%s]" % c.units.decode() if c.units else ""
        return "%s%s: %s" % (c.title.decode(), unit, c.description.decode())

    def to_pandas(self):
        """Returns the table as a pandas.DataFrame with the columns that the set has."""
        try:
            import pandas
        except ImportError:
            raise ImportError("to_pandas needs pandas; type 'pip install pandas' or "
                              "'sudo apt install python3-pandas'") from None
        return pandas.DataFrame({name: self[name] for name in self.columns})


class _Images(Sequence):
    """The images of a set as a sequence, each of which is read when it is asked for."""

    def __init__(self, stimuli):
        self._set = stimuli

    def __len__(self):
        return len(self._set)

    def __getitem__(self, i):
        rows = range(len(self))[i]
        if isinstance(i, slice):
            return [self._set._image(row) for row in rows]
        return self._set._image(rows)

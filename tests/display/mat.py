"""Compare the images of display_ex.mat, as SciPy reads them, with the PNGs of the session."""
import csv
import os
import sys

import numpy as np
import scipy
import scipy.io
from PIL import Image

folder = sys.argv[1]
mov = scipy.io.loadmat(os.path.join(folder, "display_ex.mat"))["mov"]
with open(os.path.join(folder, "stimuli", "stimuli.tsv"), encoding="utf-8") as f:
    rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
assert mov.shape == (1, len(rows)), mov.shape
for k, row in enumerate(rows):
    wanted = np.array(Image.open(os.path.join(folder, "stimuli", row["filename"])))
    found = mov[0, k]
    assert int(row["stim_code"]) == k + 1 and found.dtype == np.uint8
    assert np.array_equal(found, wanted), row["filename"]
print("display_ex.mat: %d images, every pixel as in the PNG (SciPy %s)" % (len(rows), scipy.__version__))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Are the images of a series those of their sources, at the contrast of their rows?

contrasts.py SET [window]

Reads PNG files with zlib alone, and computes g + c (x - g) in double.  With "window", square images
are seen through the prior aperture with the defaults of its parameters.
"""
import csv
import math
import struct
import sys
import zlib


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def read(path):
    """Returns the bytes of an 8-bit RGB image, row by row, and its number of pixels."""
    data, at, packed = open(path, "rb").read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 2), (depth, colour)
        if kind == b"IDAT":
            packed += body
        at += size + 12
    raw, rows, before = zlib.decompress(packed), [], [0] * (3 * width)
    for y in range(height):
        filtered = raw[y * (3 * width + 1)]
        row = list(raw[y * (3 * width + 1) + 1:(y + 1) * (3 * width + 1)])
        for i in range(3 * width):
            left = row[i - 3] if i > 2 else 0
            corner = before[i - 3] if i > 2 else 0
            row[i] = (row[i] + [0, left, before[i], (left + before[i]) // 2,
                                paeth(left, before[i], corner)][filtered]) % 256
        rows.append(row)
        before = row
    return [v for row in rows for v in row], width * height


def single(v):
    return struct.unpack("f", struct.pack("f", v))[0]


def aperture(side):
    """Returns the weight of each pixel, and its part of the background."""
    window, radius, edge = [], side / 2, 0.1 * side
    for y in range(side):
        for x in range(side):
            into = radius - math.hypot(x + 0.5 - radius, y + 0.5 - radius)
            w = 0 if into <= 0 else 1 if into >= edge else (1 - math.cos(math.pi * into / edge)) / 2
            window.append((single(w), single((1 - w) * 128)))
    return window


def main():
    folder, through = sys.argv[1], len(sys.argv) > 2
    rows = list(csv.DictReader(open(folder + "/stimuli/stimuli.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE))
    files = {r["stimulus_id"]: folder + "/stimuli/" + r["filename"] for r in rows}
    checked = differ = 0
    for row in rows:
        if row["control"] != "contrast" or row["present"] != "true":
            continue
        x, n = read(files[row["source_id"]])
        y, _ = read(files[row["stimulus_id"]])
        c = float(row["contrast"])
        for channel in range(3):
            seen = aperture(math.isqrt(n)) if through else [(1.0, 0.0)] * n
            total = mean = 0.0
            for i in range(n):
                mean += seen[i][0] * x[3 * i + channel]
                total += seen[i][0]
            mean /= total
            for i in range(n):
                g = seen[i][0] * mean + seen[i][1]
                want = math.floor(g + c * (x[3 * i + channel] - g) + 0.5)
                differ += want != y[3 * i + channel]
        checked += 1
    print(checked, "images,", differ, "values differ")


main()

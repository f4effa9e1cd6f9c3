#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""photograph.py FOLDER - PNGs of every kind into FOLDER, then what PIL makes of all images in it

A line each: NAME HEIGHT WIDTH CHANNELS SHAPE SCALE FILE, with the pixels in FILE; HEIGHT and WIDTH 0 are
the image's own.  For test_photograph.c, which compares; needs Debian's python3-numpy and python3-pil.
"""
import os
import struct
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

warnings.simplefilter('ignore')  # of palettes with tRNS
folder = sys.argv[1]
GROUND = (10, 200, 90)
SIZES = [(0, 0), (112, 112), (5, 7), (1, 1), (64, 33), (150, 20)]
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of PNG's colour types
random = np.random.RandomState(7)
plain = {}  # what PIL reads otherwise: its 16 bits are cut off, not rounded


def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def packed(values, bits):
    """rows of a pass, each with its filter"""
    h, w, c = values.shape
    if bits == 16:
        rows = np.stack([values >> 8, values & 255], -1).astype(np.uint8).reshape(h, -1)
    else:
        flat = values.reshape(h, w * c, 1)
        rows = np.packbits((flat >> np.arange(bits - 1, -1, -1) & 1).reshape(h, -1).astype(np.uint8), axis=1)
    return b''.join(b'\0' + r.tobytes() for r in rows)


def exif(orientation, order):
    e = '<' if order == b'II' else '>'
    return order + struct.pack(e + 'HIHHHIHHI', 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def write_png(name, values, colour, bits, interlaced=False, orientation=0, extra=b'', late=False):
    h, w, _ = values.shape
    data = (b''.join(packed(values[y::dy, x::dx], bits) for y, x, dy, dx in PASSES
                     if values[y::dy, x::dx].size) if interlaced else packed(values, bits))
    turned = chunk(b'eXIf', exif(orientation, b'MM' if late else b'II')) if orientation else b''
    with open(os.path.join(folder, name), 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, bits, colour, 0, 0, interlaced))
                + extra + (b'' if late else turned) + chunk(b'IDAT', zlib.compress(data)) + (turned if late else b'')
                + chunk(b'IEND', b''))


def content(h, w, c, bits, kind):
    """smooth, noisy, or black and white: the last is where filters overshoot"""
    y, x = np.mgrid[0:h, 0:w]
    z = np.stack([np.sin(x / 9 + k) + np.cos(y / (7 + k)) for k in range(c)], -1) / 4 + 0.5
    noise = random.rand(h, w, c)
    z = [z, 0.7 * z + 0.3 * noise, (z + 0.2 * noise > 0.6) * 1.0][kind]
    return np.clip(np.floor(z * 2 ** bits), 0, 2 ** bits - 1).astype(np.int64)


def make_pngs():
    shapes = [(1, 1), (1, 37), (41, 1), (3, 200), (211, 5), (97, 131), (128, 96), (61, 61), (480, 331)]
    kinds = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 4), (3, 8), (4, 8), (6, 8), (6, 16)]
    for i in range(78):
        colour, bits = kinds[i % len(kinds)]
        h, w = shapes[i % len(shapes)]
        v = content(h, w, CHANNELS[colour], bits, i % 3)
        extra = b''
        if colour in (4, 6):
            v[:, :, -1] = 2 ** bits - 1
        if colour == 3:
            extra = chunk(b'PLTE', random.randint(0, 256, 3 << bits).astype(np.uint8).tobytes())
            extra += chunk(b'tRNS', b'\xff' * (1 << bits)) if i % 2 else b''
        name = f'{i:02}_{colour}_{bits}.png'
        write_png(name, v, colour, bits, i % 5 == 2, i // 2 % 9, extra, i % 4 == 1)
        if bits == 16:
            v = (v * 255 + 32767) // 65535
            plain[name] = Image.fromarray(v[:, :, :3].astype(np.uint8) if colour & 2 else v[:, :, 0].astype(np.uint8))


def rounded(a, b, c):
    return max(1, (2 * a * b + c) // (2 * c))


def box(height, width, h, w):
    """the largest part of the shape of h x w, about the centre"""
    if height * w > width * h:
        height, old = rounded(width, h, w), height
        return 0, (old - height) // 2, width, (old - height) // 2 + height
    width, old = rounded(height, w, h), width
    return (old - width) // 2, 0, (old - width) // 2 + width, height


def opened(name):
    image = Image.open(os.path.join(folder, name))
    tag = image.getexif().get(0x0112, 1)
    if name in plain:
        exif_of, image = image.getexif(), plain[name]
        image.info['exif'] = exif_of.tobytes()
    return image, tag


def prepared(name, h, w, channels, shape):
    image, tag = opened(name)
    scale = 1
    swapped = 5 <= tag <= 8
    height, width = image.size if swapped else image.size[::-1]
    inner = h, w
    other = height * w != width * h
    if h and other and shape == 'pad':
        left, top, right, bottom = box(h, w, height, width)
        inner = bottom - top, right - left
    if h and name.endswith('.jpg'):
        before = image.size
        image.draft(image.mode, [2 * n for n in (inner if swapped else inner[::-1])])
        scale = next(s for s in (1, 2, 4, 8) if image.size == tuple(-(-n // s) for n in before))
    image = ImageOps.exif_transpose(image) if tag != 1 else image
    grey = {'1': True, 'L': True, 'LA': True, 'I': True, 'I;16': True}.get(image.mode, False)
    image = image.convert('RGB' if channels == 3 or (channels == 0 and not grey) else 'L')
    if h and other and shape == 'crop':
        image = image.crop(box(image.size[1], image.size[0], h, w))
    if not h:
        return image, scale
    image = image.resize(inner[::-1], Image.BICUBIC)
    if other and shape == 'pad':
        whole = Image.new('RGB', (w, h), GROUND).convert(image.mode)
        whole.paste(image, ((w - inner[1]) // 2, (h - inner[0]) // 2))
        image = whole
    return image, scale


make_pngs()
for name in sorted(n for n in os.listdir(folder) if n.endswith(('.png', '.jpg'))):
    for h, w in SIZES:
        for channels in (0, 1, 3):
            for shape in ('crop', 'squash', 'pad') if h else ('crop',):
                image, scale = prepared(name, h, w, channels, shape)
                path = os.path.join(folder, f'{name}_{h}_{w}_{channels}_{shape}')
                with open(path, 'wb') as f:
                    f.write(image.tobytes())
                print(name, h, w, channels, shape, scale, path)

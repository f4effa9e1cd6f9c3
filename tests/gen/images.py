#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""images.py - makes the images and archives of tests/data; the tests run without it

    apt-get install python3-numpy python3-pil
    tests/gen/images.py tests/data
"""
import io
import sys
import zipfile

import numpy as np
from PIL import Image

folder = sys.argv[1]
y, x = np.mgrid[0:8, 0:8]
rgb = np.stack([x * 32, y * 32, (x + y) * 16], -1).astype(np.uint8)
Image.fromarray(rgb).save(f'{folder}/rgb_8x8.png')
Image.fromarray(rgb[:, :, 0]).save(f'{folder}/gray_8x8.png')
Image.fromarray((rgb[:, :, 0].astype(np.uint16) * 257)).save(f'{folder}/gray16_8x8.png')
Image.fromarray(np.dstack([rgb, 255 - rgb[:, :, 0]])).save(f'{folder}/rgba_8x8.png')
Image.fromarray(rgb).convert('CMYK').save(f'{folder}/cmyk_8x8.jpg')
Image.fromarray(rgb).save(f'{folder}/rgb_8x8.jpg', quality=90)


def big(seed):
    """a 112x112 JPEG of smooth noise"""
    noise = np.random.RandomState(seed).randint(0, 256, (7, 7, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((112, 112), Image.BICUBIC).save(out, 'JPEG', quality=75)
    return out.getvalue()


with zipfile.ZipFile(f'{folder}/images.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    for name, seed in (('set/b.jpg', 1), ('set/a.jpg', 2), ('set/more/c.jpg', 3), ('set/more/a.jpg', 4)):
        z.writestr(zipfile.ZipInfo(name), big(seed))
    for name in ('set/', 'set/more/'):
        z.writestr(zipfile.ZipInfo(name), b'')
    z.writestr(zipfile.ZipInfo('__MACOSX/set/._a.jpg'), b'resource fork')
    z.writestr(zipfile.ZipInfo('set/notes.txt'), b'not an image')
with zipfile.ZipFile(f'{folder}/no_config.keras', 'w') as z:
    z.writestr(zipfile.ZipInfo('metadata.json'), b'{"keras_version": "3.1.1"}')

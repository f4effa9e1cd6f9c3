#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""shown.py FOLDER - resize images by PIL, for test_shown.c, which compares

Each line of FOLDER/cases is NAME HEIGHT WIDTH CHANNELS TO_HEIGHT TO_WIDTH.  The pixels are in FOLDER/NAME, and those
of PIL come to FOLDER/NAME.bicubic and FOLDER/NAME.nearest.  Needs Debian's python3-pil.
"""
import os
import sys

from PIL import Image

folder = sys.argv[1]
for line in open(os.path.join(folder, 'cases')):
    name, *numbers = line.split()
    height, width, channels, to_height, to_width = map(int, numbers)
    path = os.path.join(folder, name)
    with open(path, 'rb') as f:
        image = Image.frombytes('L' if channels == 1 else 'RGB', (width, height), f.read())
    for kind, by in (('bicubic', Image.BICUBIC), ('nearest', Image.NEAREST)):
        with open(f'{path}.{kind}', 'wb') as f:
            f.write(image.resize((to_width, to_height), by).tobytes())

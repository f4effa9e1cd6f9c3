#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# links.sh - what pages link to is there
[ -x /usr/bin/python3 ] || { echo "no /usr/bin/python3, which reads the pages"; exit 77; }
git ls-files -z '*.md' | PYTHONDONTWRITEBYTECODE=1 xargs -0 /usr/bin/python3 tests/pages/links.py

# SPDX-License-Identifier: GPL-3.0-or-later
# SciPy reads Ex' MAT-file: every pixel is that of the PNG.
. "$EVOKE_TOP/tests/display/session"
/usr/bin/python3 -B "$EVOKE_TOP/tests/display/mat.py" night

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gaudy.sh EVOKE FOLDER - dead leaves, and what becomes of them: FOLDER/leaves, FOLDER/gaudy
set -eu
"$1" leaves --count 6 -o "$2/leaves"
"$1" gaudy --images "$2/leaves/stimuli" -o "$2/gaudy"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# words.sh - no file that git would track names a folder of one machine
set -eu
pattern='(^|[^a-zA-Z0-9_.~-])/(wo''rk|ho''me|ro''ot|Us''ers|mnt)/'
hits=$(git ls-files -co --exclude-standard -z | xargs -0 grep -InE "$pattern" -- || true)
[ -z "$hits" ] || { printf '%s\n  ^ a path of one machine\n' "$hits"; exit 1; }

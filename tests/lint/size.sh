#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# size.sh - no source file outgrows a reader's patience
set -eu
limit=500
find src include models examples tests -name '*.[ch]' | xargs wc -l | awk -v limit=$limit '
    $2 != "total" && $1 > limit { print $2 ": " $1 " lines, limit " limit; bad = 1 }
    END { exit bad }'

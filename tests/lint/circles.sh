#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# circles.sh - no circle of includes among the modules of src/, where x.c and x.h are one module
set -eu
edges=$(find src -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
    FNR == 1 { own = FILENAME; sub(/^src\//, "", own); sub(/\.[a-z]+$/, "", own) }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, part, "\""); dep = part[2]; sub(/\.[a-z]+$/, "", dep)
        if (dep != own && dep !~ /^evoke\//) print own, dep
    }' | sort -u)
[ -n "$edges" ] || { echo "src/: no includes found"; exit 1; }
# tsort names the modules of each circle on its standard error, and fails.
loops=$(printf '%s\n' "$edges" | tsort 2>&1 >/dev/null) || {
    printf '%s\n' "$loops" |
        sed -e 's/^tsort: //' -e 's/^-: input contains a loop:/these include each other in a circle:/'
    exit 1
}

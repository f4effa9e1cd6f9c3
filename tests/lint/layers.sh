#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh - every #include in src/ against layers.txt
set -eu
find src -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
    FILENAME ~ /layers\.txt$/ {
        if ($0 ~ /^#/ || NF == 0) next
        own = $1; sub(/:$/, "", own); known[own] = 1; may[own, own] = 1
        for (i = 2; i <= NF; i++) may[own, $i] = 1
        next
    }
    FNR == 1 {
        split(FILENAME, part, "/"); own = part[2]
        if (!(own in known)) { print FILENAME ": folder missing from layers.txt"; bad = 1 }
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, inc, /["\/]/); dep = inc[2]
        if (dep != "evoke" && !((own, dep) in may)) {
            print FILENAME ":" FNR ": " own "/ may not include \"" dep "/...\""; bad = 1
        }
    }
    END { exit bad }
' tests/lint/layers.txt

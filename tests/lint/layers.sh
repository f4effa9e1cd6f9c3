#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh - every #include in src/ against layers.txt
set -eu
find src -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
    # Of "src/stimset/record/row.c", skip 1: "stimset/record" where there is such a line, else "stimset".
    function room_of(path, skip,    part, room) {
        split(path, part, "/")
        room = part[skip + 1] "/" part[skip + 2]
        return room in known ? room : part[skip + 1]
    }
    # Of a file in stimset/sets/, the kind of set.
    function kind_of(path) { return match(path, /stimset\/sets\/[a-z_]+\//) ? substr(path, RSTART, RLENGTH) : "" }
    FILENAME ~ /layers\.txt$/ {
        if ($0 ~ /^#/ || NF == 0) next
        own = $1; sub(/:$/, "", own); known[own] = 1; may[own, own] = 1
        for (i = 2; i <= NF; i++) may[own, $i] = 1
        next
    }
    FNR == 1 {
        own = room_of(FILENAME, 1)
        if (!(own in known)) { print FILENAME ": folder missing from layers.txt"; bad = 1 }
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, inc, "\""); dep = room_of(inc[2], 0)
        if (dep != "evoke" && !((own, dep) in may)) {
            print FILENAME ":" FNR ": " own "/ may not include \"" dep "/...\""; bad = 1
        }
        if (kind_of(FILENAME) && kind_of(inc[2]) && kind_of(FILENAME) != kind_of(inc[2])) {
            print FILENAME ":" FNR ": a kind of set may not include another one"; bad = 1
        }
    }
    END { exit bad }
' tests/lint/layers.txt

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# symbols.sh [FOLDER] - every name the linker can see starts with evk_; the shared library shows
# what the public headers declare, no more and no less
set -eu
folder=${1:-build/release}
names=$(nm -g --defined-only "$folder/libevoke.a" | awk 'NF == 3 { print $3 }')
[ -n "$names" ] || { echo "$folder/libevoke.a: no symbols"; exit 1; }
bad=$(printf '%s\n' "$names" | grep -vE '^(evk_|__)' || true)
[ -z "$bad" ] || { printf 'external names without evk_:\n%s\n' "$bad"; exit 1; }

declared=$(cat include/evoke/*.h | tr '\n' ' ' | grep -o 'EVK_API [^;(#]*evk_[a-z0-9_]*(' |
    grep -o 'evk_[a-z0-9_]*($' | tr -d '(' | sort)
for library in "$folder"/libevoke.so.*; do
    shown=$(nm -D --defined-only "$library" | awk '{ print $3 }' | sort)
    [ "$shown" = "$declared" ] || {
        printf '%s shows %s names, the headers declare %s with EVK_API; in one only:\n' "$library" \
            "$(printf '%s\n' "$shown" | wc -l)" "$(printf '%s\n' "$declared" | wc -l)"
        printf '%s\n%s\n' "$shown" "$declared" | sort | uniq -u
        exit 1
    }
done

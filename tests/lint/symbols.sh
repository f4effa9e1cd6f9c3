#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# symbols.sh [FOLDER] - every name the linker can see starts with evk_, but for those of the reader
# that protobuf-c makes (onnx__); the headers declare, the map lists and the shared library shows the
# same functions
set -eu
folder=${1:-build/release}
names=$(nm -g --defined-only "$folder/libevoke.a" | awk 'NF == 3 { print $3 }')
[ -n "$names" ] || { echo "$folder/libevoke.a: no symbols"; exit 1; }
bad=$(printf '%s\n' "$names" | grep -vE '^(evk_|onnx__|__)' || true)
[ -z "$bad" ] || { printf 'external names without evk_:\n%s\n' "$bad"; exit 1; }

status=0
declared=$(cat include/evoke/*.h | tr '\n' ' ' | grep -o 'EVK_API [^;(#]*evk_[a-z0-9_]*(' |
    grep -o 'evk_[a-z0-9_]*($' | tr -d '(' | LC_ALL=C sort)
same() { # WHO NAMES: are they those that the headers declare?
    [ "$2" != "$declared" ] || return 0
    printf '%s, but not as include/evoke does with EVK_API; in one only:\n' "$1"
    printf '%s\n%s\n' "$2" "$declared" | LC_ALL=C sort | uniq -u
    status=1
}

# The version of a function in the library, such as EVOKE_1, has the number of the soname.
map=src/evoke.map
same "$map lists functions" "$(sed -n 's/^    \(evk_[a-z0-9_]*\);$/\1/p' "$map" | LC_ALL=C sort)"
for library in "$folder"/libevoke.so.*; do
    number=$(readelf -d "$library" | sed -n 's/.*soname: \[libevoke\.so\.\(.*\)\]/\1/p')
    same "$library shows functions of version EVOKE_$number" "$(nm -D --defined-only "$library" |
        sed -n "s/.* T \(.*\)@@EVOKE_$number\$/\1/p" | LC_ALL=C sort)"
    others=$(nm -D --defined-only "$library" | grep -v " T evk_.*@@\| A EVOKE_$number" || true)
    [ -z "$others" ] || { printf '%s shows other names:\n%s\n' "$library" "$others"; status=1; }
done
exit $status

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# spdx.sh - every source file states the licence, once, on its first lines
set -eu
tag='SPDX-License''-Identifier:'
status=0
files=$(find src include models examples tests \( -name '*.[ch]' -o -name '*.sh' \) \
    ! -path 'tests/cli/*.sh')
for f in Makefile deps.sh .ci/run tests/run tests/cli/run tests/mutants/run tests/pages/run \
    tests/pages/prepare $files; do
    [ -f "$f" ] || continue
    n=$(grep -c "$tag GPL-3.0-or-later" "$f" || true)
    all=$(grep -c "$tag" "$f" || true)
    head=$(head -n 2 "$f" | grep -c "$tag" || true)
    [ "$n $all $head" = "1 1 1" ] || { echo "$f: $all SPDX lines, expected one at the top"; status=1; }
done
exit $status

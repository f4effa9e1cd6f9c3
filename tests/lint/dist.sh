#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dist.sh - make dist writes the files of the last commit, in a folder of its name, always the same
set -eu
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git ls-tree -r --name-only HEAD | sort > "$folder/tracked"
for name in one two; do
    make -s dist DIST="$folder/$name" > /dev/null
done
cmp "$folder/one/evoke-$version.tar.gz" "$folder/two/evoke-$version.tar.gz"
tar -xzf "$folder/one/evoke-$version.tar.gz" -C "$folder"
(cd "$folder/evoke-$version" && find . ! -type d | cut -c 3- | sort) | diff "$folder/tracked" -

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# version.sh - the version and its date are the same in the Makefile, in CITATION.cff and in CHANGELOG.md
set -eu
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
date=$(sed -n 's/^RELEASED *:= *//p' Makefile)
cited=$(sed -n 's/^version: //p; s/^date-released: //p' CITATION.cff | xargs)
changed=$(sed -n 's/^## //p' CHANGELOG.md | head -n 1)
[ "$cited" = "$version $date" ] || { echo "CITATION.cff: $cited, the Makefile: $version $date"; exit 1; }
[ "$changed" = "$version" ] || { echo "CHANGELOG.md begins with $changed, not with $version"; exit 1; }

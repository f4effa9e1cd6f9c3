#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# symbols.sh [LIBRARY] - every name the linker can see starts with evk_
set -eu
library=${1:-build/release/libevoke.a}
names=$(nm -g --defined-only "$library" | awk 'NF == 3 { print $3 }')
[ -n "$names" ] || { echo "$library: no symbols"; exit 1; }
bad=$(printf '%s\n' "$names" | grep -vE '^(evk_|__)' || true)
[ -z "$bad" ] || { printf 'external names without evk_:\n%s\n' "$bad"; exit 1; }

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh [FOLDER [LISTS]] - programs that were built with a release must run with this library, or
# be told by the loader that they cannot, since the number in the library's name is another one
#
# LISTS has the interface of each release, VERSION.txt.  src/README.md says what may change.
set -eu
here=tests/interface
folder=${1:-build/release} lists=${2:-$here}

# Structs that the library makes one at a time, and callers only read: they may grow at their end.
grows='evk_adversarial_neuron evk_contrast evk_model_info evk_neuron_report evk_progress evk_step'

library=$(ls "$folder"/libevoke.so.*)
soname=$(readelf -d "$library" | sed -n 's/.*soname: \[\(.*\)\]/\1/p')
now=$(mktemp)
trap 'rm -f "$now"' EXIT
sh "$here/list.sh" "$soname" now > "$now"
status=0
for list in "$lists"/*.txt; do
    [ "$(head -n 1 "$list" | cut -d ' ' -f 2)" = "$soname," ] || continue
    awk -v grows="$grows" -f "$here/compare.awk" "$list" "$now" && continue
    status=1
    echo "  ^ programs built with evoke $(basename "$list" .txt) load $soname, too, and would break:" \
        'undo this, or raise INTERFACE in the Makefile and the number of EVOKE_ in src/evoke.map'
done
exit $status

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# methods.sh EVOKE PHOTOGRAPHS FOLDER MODEL... - a set of each method and of the natural images that
# each neuron likes best, and FOLDER/methods.png with all of them side by side
set -eu
evoke=$1 photographs=$2 folder=$3
shift 3
mkdir -p "$folder"
"$evoke" naturals -o "$folder/max-natural" --keep 1 --images "$photographs" -- "$@"
for method in published mei v4-mei npc lucid robust; do
    # Status 1: an image is flagged, as one of mei whose response ends below its start.
    "$evoke" maximize --method $method --starts 1 --keep 0 --start noise -o "$folder/$method" "$@" || [ $? = 1 ]
done
"$evoke" maximize --starts 1 --keep 0 --reference "$photographs" -o "$folder/robust-natural" -- "$@"
cd "$folder"
"$evoke" sheet -o methods.png max-natural published mei v4-mei npc lucid robust robust-natural

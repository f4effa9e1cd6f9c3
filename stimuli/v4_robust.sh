#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# v4_robust.sh EVOKE FOLDER MODEL... - what robust makes of each model from noise, three images a
# neuron where they differ: the set FOLDER/v4_robust, and its contact sheet FOLDER/v4_robust.png
set -eu
evoke=$1 folder=$2
shift 2
mkdir -p "$folder"
"$evoke" maximize --starts 4 --keep 3 -o "$folder/v4_robust" "$@"
cp "$folder/v4_robust/sheet.png" "$folder/v4_robust.png"

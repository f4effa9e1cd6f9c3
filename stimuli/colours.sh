#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# colours.sh EVOKE FOLDER MODEL... - what robust makes of each model from noise, with its settings of
# version 0.8.0 and with today's, and FOLDER/colours.png with both side by side
set -eu
evoke=$1 folder=$2
shift 2
mkdir -p "$folder"
"$evoke" maximize --starts 1 --keep 0 --prior chroma:off --prior tv:weight=0.1 --step-size 13 \
    --start-slope 0 --start-contrast 50 -o "$folder/version-0.8" "$@" || [ $? = 1 ]
"$evoke" maximize --starts 1 --keep 0 -o "$folder/version-0.9" "$@" || [ $? = 1 ]
cd "$folder"
"$evoke" sheet -o colours.png version-0.8 version-0.9

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# session.sh EVOKE EVENING FOLDER - pictures of what examples/evening.sh made in EVENING: its sets,
# FOLDER/session.png, and an image on a small screen, FOLDER/session_screen.png
set -eu
evoke=$(realpath "$(command -v "$1")") folder=$(cd "$3" && pwd)
cd "$2"
"$evoke" sheet -o "$folder/session.png" max perturbed
cat > small.json << END
{"width_px": 800, "height_px": 450, "width_cm": 28, "distance_cm": 57, "refresh_hz": 120}
END
"$evoke" session -o small --repeats 1 --display small.json --degrees 4 --at 2,-3 --edge 0.25 \
    --canvas full --photodiode bottom-left --photodiode-px 24 max
cp small/stimuli/stim-000005_image.png "$folder/session_screen.png"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# session.sh EVOKE BROWSER EVENING FOLDER - pictures of what examples/evening.sh made in EVENING: the
# page of its sets in a browser such as chromium, FOLDER/session_look.png, and an image on a small
# screen, FOLDER/session_screen.png
set -eu
evoke=$(realpath "$(command -v "$1")") browser=$2 folder=$(cd "$4" && pwd)
cd "$3"
"$browser" --headless --no-sandbox --hide-scrollbars --window-size=960,645 \
    --screenshot="$folder/session_look.png" "file://$PWD/look.html"
cat > small.json << END
{"width_px": 800, "height_px": 450, "width_cm": 28, "distance_cm": 57, "refresh_hz": 120}
END
"$evoke" session -o small --repeats 1 --display small.json --degrees 4 --at 2,-3 --edge 0.25 \
    --canvas full --photodiode bottom-left --photodiode-px 24 max
cp small/stimuli/stim-000005_image.png "$folder/session_screen.png"

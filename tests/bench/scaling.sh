#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scaling.sh EVOKE - what twice the images, starts, steps, pixels, channels, neurons, threads cost
#
# Two tables in Markdown. Of time: what, how many, seconds of the whole process (the median of five
# runs, all rows in turn), and the cost relative to the row before, without the start-up, which is a
# set of one image of one step, or for images the responses to one. Of memory: the most that the
# process had. Channels are those of the layers of shared models, of which one output climbs; pixels
# are those of the maps of a core that sees its whole image, from 70 x 70. Without published models:
# the embedded ones, and no pixels, channels and neurons. ROUNDS=5 says how many runs.
set -euo pipefail
evoke=$1
root=${EVOKE_PUBLISHED:-../shared/published}
compact=$root/compact/keras/compact_model_201025_neuron58.keras
shared=$root/shared_compact/shared_compact_model_100filters.keras
core=$root/macaque_v1/monkey_model3.pt
images=$root/images/images_201025.zip
if [ ! -f "$compact" ]; then
    compact=build/release/models/gabor.keras
    shared= core= # embedded models have one neuron each, and one size
    images=$(ls -d stimuli/embedded/stimuli/*.png | head -1)
fi
one=stimuli/embedded/stimuli/$(ls stimuli/embedded/stimuli | grep -m 1 'png$')
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

maximize() { # model, options
    rm -rf "$tmp/set"
    "$evoke" maximize --method published -o "$tmp/set" "${@:2}" "$1" > /dev/null 2>&1
}

card() { # rows, columns: a card for the core, of images of this size
    printf '{"card": 1, "name": "core", "weights": "%s", "core": {"hidden-dilation": 2,
        "stack": "last"}, "input": {"height": %s, "width": %s, "mean": 114.5, "scale": 64.1}}' \
        "${core##*/}" "$1" "$2" > "$tmp/core$1x$2.json"
}

pixels() { # how many times 70 x 70 the map has, steps
    local rows=$((23 + 70 * (1 + $1 / 4))) columns=$((23 + 70 * (1 + ($1 > 1))))
    card $rows $columns
    maximize "$tmp/core${rows}x$columns.json" --weights "${core%/*}" --neurons 3639406161189:11 \
        --starts 2 --steps "$2" --threads 1
}

predict() { # times that the images are read
    local list=()
    for ((i = 0; i < $1; i++)); do list+=(--images "$images"); done
    "$evoke" predict "${list[@]}" --threads 1 "$compact" > /dev/null
}

run() { # a row's name and number
    case $1 in
        "start-up, a set") maximize "$compact" --starts 1 --steps 1 --threads 1 ;;
        "start-up, responses")
            "$evoke" predict --images "$one" --threads 1 "$compact" > /dev/null 2>&1
            ;;
        "start-up, a core") pixels 1 1 ;;
        images) predict "$2" ;;
        starts) maximize "$compact" --starts "$2" --steps 100 --threads 1 ;;
        steps) maximize "$compact" --starts 2 --steps "$2" --threads 1 ;;
        pixels) pixels "$2" 20 ;;
        channels) maximize "${shared/100filters/$2filters}" --neurons 0 --starts 2 --steps 50 \
            --threads 1 ;;
        neurons) maximize "$shared" --neurons "0-$(($2 - 1))" --starts 2 --steps 20 --threads 1 ;;
        threads) maximize "$compact" --starts 8 --steps 100 --threads "$2" ;;
    esac
}

rows=("start-up, a set:1" "start-up, responses:1" images:1 images:2 images:4 starts:2 starts:4
    starts:8 steps:100 steps:200 steps:400)
if [ "$shared" ]; then
    rows+=(channels:25 channels:50 channels:100 channels:200 neurons:1 neurons:2 neurons:4)
fi
if [ -f "$core" ]; then rows+=("start-up, a core:1" pixels:1 pixels:2 pixels:4); fi
for ((t = 1; t <= $(nproc); t *= 2)); do rows+=("threads:$t"); done
for round in $(seq "${ROUNDS:-5}"); do
    for row in "${rows[@]}"; do
        before=$(date +%s%N)
        run "${row%:*}" "${row#*:}"
        echo "$row $(($(date +%s%N) - before))" >> "$tmp/times"
    done
done
printf '| of | number | seconds | times the row before |\n|---|---|---|---|\n'
middle=$(((${ROUNDS:-5} + 1) / 2))
for row in "${rows[@]}"; do
    echo "$row:$(grep "^$row " "$tmp/times" | sed 's/.* //' | sort -n | sed -n "${middle}p")"
done | awk -F: '{
    seconds = $3 * 1e-9
    if ($1 ~ /^start-up/) { idle[$1] = seconds; ratio = "" }
    else {
        of = "start-up, " ($1 == "images" ? "responses" : $1 == "pixels" ? "a core" : "a set")
        ratio = $1 == last ? sprintf("%.2f", (seconds - idle[of]) / (before - idle[of])) : ""
    }
    printf "| %s | %s | %.3f | %s |\n", $1, $2, seconds, ratio
    last = $1; before = seconds
}'

[ -x /usr/bin/time ] || { echo "scaling.sh: no /usr/bin/time, so no memory" >&2; exit; }
peak() { # what, command: the most memory of the command
    rm -rf "$tmp/set"
    /usr/bin/time -f %M -o "$tmp/peak" "${@:2}" > "$tmp/out" 2>&1
    printf '| %s | %.0f |\n' "$1" "$(awk '{print $1 * 1024 / 1e6}' "$tmp/peak")"
}
printf '\n| of a compact model, two threads | MB |\n|---|---|\n'
for steps in 10 100; do
    peak "\`maximize --starts 8 --steps $steps\`" "$evoke" maximize -o "$tmp/set" --starts 8 \
        --steps $steps --threads 2 "$compact"
done
peak '`predict`, 1,200 photographs' "$evoke" predict --images "$images" --threads 2 "$compact"

#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# scaling.sh EVOKE - what twice as many images, starts, neurons, steps and threads cost
#
# Tab-separated: what, how many, seconds of the whole process (the median of five runs, all rows in
# turn), and the cost relative to the row before, without the start-up, which is a set of one image
# of one step, or for images the responses to one. Without published models: the embedded ones.
set -euo pipefail
evoke=$1
root=${EVOKE_PUBLISHED:-../shared/published}
compact=$root/compact/keras/compact_model_201025_neuron58.keras
shared=$root/shared_compact/shared_compact_model_100filters.keras
images=$root/images/images_201025.zip
if [ ! -f "$compact" ]; then
    compact=build/release/models/gabor.keras
    shared= # embedded models have one neuron each
    images=$(ls -d stimuli/embedded/stimuli/*.png | head -1)
fi
one=stimuli/embedded/stimuli/$(ls stimuli/embedded/stimuli | grep -m 1 'png$')
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

maximize() { # model, options
    rm -rf "$tmp/set"
    "$evoke" maximize --method published -o "$tmp/set" "${@:2}" "$1" > /dev/null 2>&1
}

predict() { # times that the images are read
    local list=()
    for ((i = 0; i < $1; i++)); do list+=(--images "$images"); done
    "$evoke" predict "${list[@]}" --threads 1 "$compact" > /dev/null
}

run() { # a row's name and number
    case $1 in
        "start-up, a set") maximize "$compact" --starts 1 --steps 1 --threads 1 ;;
        "start-up, responses") "$evoke" predict --images "$one" --threads 1 "$compact" > /dev/null 2>&1 ;;
        images) predict "$2" ;;
        starts) maximize "$compact" --starts "$2" --steps 100 --threads 1 ;;
        steps) maximize "$compact" --starts 2 --steps "$2" --threads 1 ;;
        neurons) maximize "$shared" --neurons "0-$(($2 - 1))" --starts 2 --steps 20 --threads 1 ;;
        threads) maximize "$compact" --starts 8 --steps 100 --threads "$2" ;;
    esac
}

rows=("start-up, a set:1" "start-up, responses:1" images:1 images:2 images:4 starts:2 starts:4
    starts:8 steps:100 steps:200 steps:400)
if [ "$shared" ]; then rows+=(neurons:1 neurons:2 neurons:4); fi
for ((t = 1; t <= $(nproc); t *= 2)); do rows+=("threads:$t"); done
for round in 1 2 3 4 5; do
    for row in "${rows[@]}"; do
        before=$(date +%s%N)
        run "${row%:*}" "${row#*:}"
        echo "$row $(($(date +%s%N) - before))" >> "$tmp/times"
    done
done
printf 'of\tnumber\tseconds\ttimes the row before\n'
for row in "${rows[@]}"; do
    echo "$row:$(grep "^$row " "$tmp/times" | sed 's/.* //' | sort -n | sed -n 3p)"
done | awk -F: '{
    seconds = $3 * 1e-9
    if ($1 ~ /^start-up/) { idle[$1] = seconds; ratio = "" }
    else {
        of = $1 == "images" ? "start-up, responses" : "start-up, a set"
        ratio = $1 == last ? sprintf("%.2f", (seconds - idle[of]) / (before - idle[of])) : ""
    }
    printf "%s\t%s\t%.3f\t%s\n", $1, $2, seconds, ratio
    last = $1; before = seconds
}'

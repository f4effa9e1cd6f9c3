#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# peer.sh EVOKE [MODEL] - evoke against the published ascent in PyTorch, run alternately
#
# Same model, steps, starts and threads. evoke: wall time of the whole process, loading and writing
# included; the peer: its own ms_per_step_image, without loading. "published" is one start after the
# other; "batched" the faster of one run with all threads and of a run with one thread for each, at
# the same time. A pair whose peer takes over twice its own fastest is repeated, at the end.
# Looks for torch_ascent.py in $EVOKE_PEER, then in ../shared/peer.
set -euo pipefail
evoke=$1
peer=${EVOKE_PEER:-../shared/peer}/torch_ascent.py
root=${EVOKE_PUBLISHED:-../shared/published}/compact/keras
model=${2:-$root/compact_model_201025_neuron58.keras}
[ -f "$model" ] || model=build/release/models/gabor.keras
steps=${STEPS:-100} starts=${STARTS:-8} threads=${THREADS:-$(nproc)} pairs=5
[ -f "$peer" ] || { echo "peer.sh: $peer is not there, expected the peer in \$EVOKE_PEER" >&2; exit 2; }
python=/usr/bin/python3
$python -c 'import torch, h5py, scipy' 2> /dev/null || {
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get install -y --no-install-recommends python3-torch python3-h5py python3-scipy
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

ours() {
    local before after
    rm -rf "$tmp/set"
    before=$(date +%s%N)
    "$evoke" maximize --method published -o "$tmp/set" --steps "$steps" --starts "$starts" \
        --threads "$threads" "$model" > "$tmp/out" 2>&1 || { cat "$tmp/out" >&2; exit 1; }
    after=$(date +%s%N)
    awk "BEGIN {printf \"%.3f\", ($after - $before) / 1e6 / $steps / $starts}"
}
field() { sed -n 's/.*"ms_per_step_image": \([0-9.]*\).*/\1/p'; }
theirs() { $python "$peer" "$model" --steps "$steps" --starts "$1" --threads "$2" "${@:3}" | field; }
published() { theirs "$starts" "$threads"; }
# Simultaneous runs: each does its share of the starts, so an image's time is divided by their number.
simultaneous() {
    for t in $(seq "$threads"); do
        theirs $((starts / threads)) 1 --batch > "$tmp/peer$t" &
    done
    wait
    cat "$tmp"/peer? | awk -v n="$threads" '$1 > most {most = $1} END {print most / n}'
}
batched() {
    { theirs "$starts" "$threads" --batch; simultaneous; } | sort -g | head -n 1
}

printf 'form\tevoke, ms a step and image\tpeer\tratio\n'
for form in published batched; do
    : > "$tmp/pairs"
    for try in $(seq $((2 * pairs))); do
        a=$(ours) b=$($form)
        printf '%s\t%s\t%s\n' "$form" "$a" "$b" >> "$tmp/pairs"
        fastest=$(cut -f 3 "$tmp/pairs" | sort -g | head -n 1)
        awk -F '\t' -v f="$fastest" '$3 <= 2 * f' "$tmp/pairs" > "$tmp/kept"
        [ "$(wc -l < "$tmp/kept")" -lt $pairs ] || break
    done
    awk -F '\t' '{printf "%s\t%s\t%s\t%.2f\n", $1, $2, $3, $3 / $2}' "$tmp/kept" | tee "$tmp/ratios"
    cut -f 4 "$tmp/ratios" | sort -g |
        awk -v f=$form '{r[NR] = $1} END {printf "%s\tmedian\t\t%.2f\n", f, r[int((NR + 1) / 2)]}'
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# doses.sh EVOKE FOLDER MODEL JUDGE... - how the responses of 20 neurons change with the budget of a
# perturbation, as MODEL and the JUDGEs predict it: FOLDER/doses.png
#
# The models are published shared models of V4, whose outputs are the same neurons.  SDs are those of
# the responses to 500 dead leaves, and the first 20 of these are the base images.
set -eu
evoke=$1 folder=$2 model=$3
shift 3
neurons=35,36,40,43,48,51,56,58,67,74,79,85,91,94,100,103,108,113,2,17
for judge; do
    set -- "$@" --judge "$judge:$neurons"
    shift
done
"$evoke" leaves --count 20 -o "$folder/bases"
"$evoke" leaves --count 500 -o "$folder/leaves"
"$evoke" adversarial --images "$folder/bases/stimuli" --budget 2,5,10 --steps 30 \
    --neurons "$neurons" "$@" --reference "$folder/leaves/stimuli" -o "$folder/doses" "$model"
"$evoke" sheet --dose-response -o "$folder/doses.png" "$folder/doses"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# evening.sh EVOKE PUBLISHED FOLDER [STEPS] - the evening before a recording, from models to a folder
# for the display computer: FOLDER/session
#
# PUBLISHED has the published models and photographs (tests/README.md).  12 units of the published
# session 201025 get 4 or 2 images each, with their best photographs and five other controls; 3 of
# them get perturbed photographs, and 200 photographs become gaudy.  STEPS, 100, are those of an
# ascent.  With fewer, and with other PHOTOGRAPHS and a smaller number GAUDY in the environment, the
# script is tried quickly.
set -eu
evoke=$(realpath "$(command -v "$1")") published=$(cd "$2" && pwd) top=$(cd "$(dirname "$0")/.." && pwd) steps=${4:-100}
models=$published/compact/keras judge=$top/models/v4_vgg19_taught.json
photographs=${PHOTOGRAPHS:-$published/pool/images_210224.zip}
mkdir -p "$3"
cd "$3"

# The units that are held tonight, with the number of their images, and a judge of each.
cat > units.csv << END
unit,model,images,judge,judge_output
V4-2,$models/compact_model_201025_neuron2.keras,4,$judge,35
V4-4,$models/compact_model_201025_neuron4.keras,4,$judge,37
V4-10,$models/compact_model_201025_neuron10.keras,4,$judge,43
V4-15,$models/compact_model_201025_neuron15.keras,4,$judge,48
V4-20,$models/compact_model_201025_neuron20.keras,4,$judge,53
V4-24,$models/compact_model_201025_neuron24.keras,4,$judge,57
V4-31,$models/compact_model_201025_neuron31.keras,2,$judge,64
V4-40,$models/compact_model_201025_neuron40.keras,2,$judge,73
V4-47,$models/compact_model_201025_neuron47.keras,2,$judge,80
V4-52,$models/compact_model_201025_neuron52.keras,2,$judge,85
V4-63,$models/compact_model_201025_neuron63.keras,2,$judge,96
V4-71,$models/compact_model_201025_neuron71.keras,2,$judge,104
END
cat > perturbed.csv << END
unit,model,judge,judge_output
V4-2,$models/compact_model_201025_neuron2.keras,$judge,35
V4-4,$models/compact_model_201025_neuron4.keras,$judge,37
V4-10,$models/compact_model_201025_neuron10.keras,$judge,43
END

# The rig: a screen of 24 inches, 57 cm away, which the display program linearises.
cat > rig.json << END
{"name": "rig 2", "width_px": 1920, "height_px": 1080, "width_cm": 53.1, "distance_cm": 57,
 "refresh_hz": 120, "background": 128, "shown_as": "linear"}
END

# The sets.  Status 1 says that an image is flagged: look at it.
"$evoke" maximize --units units.csv --weights "$published/judges" --reference "$photographs" \
    --starts 4 --steps "$steps" --controls natural,scrambled,matched,start,neuron,blank -o max || [ $? = 1 ]
set --
for i in 01 02 03 04 05 06 07 08 09 10; do
    set -- "$@" "$photographs/image00$i.jpg"
done
"$evoke" adversarial --images "$@" --units perturbed.csv --weights "$published/judges" --budget 5 \
    --steps "$steps" --reference "$photographs" -o perturbed
"$evoke" gaudy --images "$photographs" --random "${GAUDY:-200}" -o gaudy

# One page to look at, where a click vetoes an image; here is what it saves.
"$evoke" sheet max perturbed gaudy -o look.html
printf 'set\tstimulus_id\treason\ngaudy\tstim-gaudy000002\ta face\n' > veto.tsv

# How long would it take?  Then the session itself, as the screen shows it.
"$evoke" session --plan --veto veto.tsv --display rig.json --degrees 4 --at 2,-3 --edge 0.25 \
    --catch 5% --minutes 60 max perturbed gaudy
"$evoke" session -o session --veto veto.tsv --display rig.json --degrees 4 --at 2,-3 --edge 0.25 \
    --catch 5% --minutes 60 max perturbed gaudy
for program in psychopy psychtoolbox monkeylogic mworks ex csv; do
    "$evoke" export session --to $program
done
"$evoke" verify session --from max perturbed gaudy

# A copy, verified without evoke, as on the display computer.
rm -rf stick
mkdir stick
cp -r session stick
(cd stick/session && sha256sum --quiet -c manifest-sha256.txt && python3 verify_copy.py)

# During the session two units are lost; trial 40 was the last one that was shown.
"$evoke" session session --drop V4-31 V4-63 --after 40
"$evoke" verify session --from max perturbed gaudy

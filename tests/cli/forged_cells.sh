# Cells, options and neighbours that no set has, with all hashes made right: verify says which.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
cp tiny.keras two.keras
"$EVOKE" leaves --count 4 --size 8 -o leaves > /dev/null 2>&1
"$EVOKE" maximize --mean 110 --steps 2 --starts 2 --neurons 0-1 --controls scrambled -o ascents tiny.keras > /dev/null 2>&1
"$EVOKE" naturals --mean 110 --keep 1 --neurons 0-1 --images leaves/stimuli -o best tiny.keras > /dev/null 2>&1
"$EVOKE" adversarial --resize --mean 110 --budget 8 --steps 2 --neurons 0-1 --images leaves/stimuli -o changed tiny.keras > /dev/null 2>&1
"$EVOKE" gaudy --mean 110 --images leaves/stimuli --keep 2 --neurons 1 -o chosen tiny.keras > /dev/null 2>&1
"$EVOKE" gaudy --mean 110 --images leaves/stimuli --keep 2 --neurons 0-1 -o spread tiny.keras > /dev/null 2>&1
"$EVOKE" gaudy --images leaves/stimuli -o plain > /dev/null 2>&1
"$EVOKE" gaudy --images leaves/stimuli --keep 2 -o gaudiest > /dev/null 2>&1
"$EVOKE" match --images leaves/stimuli -o alike > /dev/null 2>&1
"$EVOKE" maximize --mean 110 --steps 2 --keep 0 --neurons 0 -o twice tiny.keras > /dev/null 2>&1
"$EVOKE" maximize --mean 110 --steps 2 --keep 0 --neurons 1 -o twice two.keras > /dev/null 2>&1

. "$EVOKE_TOP/tests/cli/forging"
unforged leaves ascents best changed chosen spread plain gaudiest alike twice
for set in ascents best changed chosen spread twice; do
    "$EVOKE" verify $set --models tiny.keras
done
description=dataset_description.json

echo '---- neurons'
# with_model WHAT: verify the copy once more, with its model.
with_model() {
    echo "-- $1, with its model"
    "$EVOKE" verify copy --models tiny.keras 2>&1 | cut -c 1-200
}
# every COLUMN VALUE: all rows.
every() {
    rows=$(wc -l < copy/stimuli/stimuli.tsv)
    for row in $(seq $((rows - 1))); do edit "$row" "$1" "$2"; done
}
targets() { lines "/TargetOutputs/,/]/s/$1/$2/" $description; }
forged best 'another neuron' edit 1 target_output 1
forged best 'a neuron that was not asked for' edit 1 target_output 7
with_model 'a neuron that was not asked for'
forged best 'a neuron without rows' targets 0 7
with_model 'a neuron without rows'
forged changed 'a neuron of a base image' edit 1 target_output 1
forged changed 'no neuron' edit 5 target_output n/a
forged changed 'a neuron without rows' targets 0 7
forged chosen 'another neuron' every target_output 0
# Only the model knows that it has no such neuron.
fresh chosen
every target_output 99
targets 1 99
seal
with_model 'a neuron that there is not'
forged spread 'a neuron of several' edit 1 target_output 1
forged twice 'the model of another name' edit 1 target_model three

echo '---- files that a description names'
echo secret > secret
cp changed/stimuli/stim-natural000001_image.png mask.png
"$EVOKE" maximize --mean 110 --steps 2 --starts 1 --neurons 0 --prior mask:mask.png -o masked tiny.keras > /dev/null 2>&1
unforged masked
forged masked 'another file of a prior' lines '/"File"/s/mask.png/secret/' $description
"$EVOKE" again copy stim-max000001 tiny.keras
# Another file of the prior, too: it is as if the mask were gone.
fresh masked
lines 's/mask.png/secret/' $description
seal
"$EVOKE" again copy stim-max000001 tiny.keras
# Nothing is said of what is in a file that a description chose.
"$EVOKE" verify copy | grep -c "$(digest secret | cut -c 1-12)"
mv mask.png seen.png
ln -s seen.png mask.png
"$EVOKE" verify masked
"$EVOKE" again masked stim-max000001 tiny.keras
rm mask.png
mkfifo mask.png
"$EVOKE" verify masked
rm mask.png
truncate -s 80M mask.png
"$EVOKE" verify masked

echo '---- files that no set has'
# Nothing is read of a file that is too large: it would take minutes.
for file in README stimuli/stimuli.tsv stimuli/stim-natural000001_image.png; do
    fresh leaves
    truncate -s 300G copy/$file
    echo "-- $file"
    timeout 20 "$EVOKE" verify copy | cut -c 1-200
done
timeout 20 "$EVOKE" leaves --count 4 --size 8 -o copy 2>&1 | cut -c 1-200

echo '---- spelling'
cell() { sed -n "$(($1 + 1))p" copy/stimuli/stimuli.tsv | cut -f "$(column "$2")"; }
# spelt COLUMN SED: another spelling of the first cell of the column.
spelt() { edit 1 "$1" "$(cell 1 "$1" | sed "$2")"; }
forged ascents 'a sign' spelt start 's/^/+/'
forged ascents 'a zero before' spelt seed 's/^/0/'
forged ascents 'a zero behind' spelt gray_mean 's/$/0/'
forged ascents 'a power of ten' edit 1 bytes 1e2
forged ascents 'minus nothing' edit 1 start -0
forged ascents 'no text' edit 1 license ''

echo '---- working files'
fresh ascents
touch copy/writing.lock
seen 'a lock that stayed behind'
(flock -n 9 && seen 'a lock that is held') 9>> copy/writing.lock
fresh ascents
sort copy/manifest-sha256.txt > new
mv new copy/manifest-sha256.txt
seen 'a manifest in another order'

echo '---- cells'
forged ascents 'a dead image' edit 1 dead true
forged ascents 'a dropped image' edit 1 dropped rank
forged ascents 'a member' edit 1 response_members '1;2'
forged ascents 'the SD of members' edit 1 response_sd 2
forged ascents 'a change of no photograph' edit 1 source_changes luma
forged ascents 'the hash of a start' edit 1 start_sha256 "$(printf 'A%.0s' $(seq 64))"
forged ascents 'a start' edit 1 start_image mine.png
forged best 'the best image' edit 1 natural_file mine.png
forged best 'better than itself' edit 1 beats_natural true
forged best 'made from another' edit 1 source_id stim-natural000002
forged best 'a seed' edit 1 seed 0
forged best 'a change that there is not' edit 1 source_changes polished
forged best 'another shape' edit 1 source_changes pad
forged best 'changes in another order' edit 1 source_changes luma,bits16
forged plain 'a rank' edit 1 rank 1
forged chosen 'an objective' edit 1 objective max
forged changed 'a model of a base image' edit 1 response_pred 1

echo '---- members of the description'
told() { forged "$1" "$2" lines "$3" $description; }
told leaves 'another height' '/"height"/s/8/9/'
told plain 'a width' '/"width"/s/0/9/'
told alike 'a height' '/"height"/s/0/9/'
told best 'another height of a model' '/"Height"/s/9/7/'
told plain 'JPEG' '/"jpeg"/s/false/true/'
told plain 'a flag that is none' '/"jpeg"/s/false/[]/'
told plain 'a number that is none' '/"random"/s/0/"x"/'
told plain 'a choice of none' 's/"random"/"by": "response", "random"/'
told chosen 'a choice by nothing' '/"by"/s/response/beauty/'
told chosen 'no rounding' '/"Rounding"/d'
told leaves 'no encoding' '/"seed"/{n;s/,//};/"PixelEncoding"/d'
told leaves 'another type' '/"SetType"/s/natural/neutral/'
told alike 'another method' '/"Method"/s/match/watch/'
told alike 'a colour that there is not' '/"colour"/s/luminance/beauty/'
told alike 'what there is not to match' '/"what"/s/luminance/beauty/'
told alike 'another shape' '/"Shape"/s/crop/drop/'
told alike 'a mean that is none' '/"Mean"/{n;s/[0-9.]*$/null/}'
told best 'a hash that is none' '/"PixelSHA256"/s/: "./: "/'
told best 'no number of images' '/"Images"/s/4/-4/'
told best 'a format that is none' '/"Format"/s/"keras"/7/'
told best 'two means' '/"Mean"/{n;d}'
told best 'another preprocessing' '/"Preprocessing"/s/given/taken/'
told ascents 'other controls' '/"controls"/s/scrambled/scribbled/'
told ascents 'another start' '/"start"/s/noise/mine.png/'
for version in '"0.3.x"' '""' null '[]'; do
    told ascents "version $version" "/\"Version\"/s/: .*,/: $version,/"
done
told ascents 'another maker' '/"Name": "evoke"/s/evoke/me/'
told spread 'an output that is none' '/"TargetOutputs"/{n;s/0/null/}'
told spread 'no outputs' '/"TargetOutputs"/{N;N;N;s/.*/        "TargetOutputs": []/}'

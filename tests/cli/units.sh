# Units inside a model as its neurons, in every command that opens models.
cp "$MODELS/gabor.keras" .
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
quick() { "$EVOKE" maximize --method published --steps 10 --starts 1 "$@" > out 2> err || cat err; }
# What predict says of the files is in the table: is it, for each unit of the set?
agrees() { # SET MODEL OPTION...
    set=$1
    shift
    "$EVOKE" predict --images "$set/stimuli" "$@" gabor.keras 2> /dev/null > predicted
    cells "$set" filename target_output response_pred > written
    awk 'NR == FNR {n = split($0, c, ","); if (FNR == 1) {for (i = 1; i <= n; i++) name[i] = c[i]; next}
        for (i = 2; i <= n; i++) {key = name[i]; sub(/^gabor:/, "", key); want[c[1] " " key] = c[i]}; next}
        {rows++; if (want[$1 " " $2] != $3) bad++} END {print rows, bad ? "differ" : "agree"}' predicted written
}
"$EVOKE" info --channel layer0_conv --channel layer2_act:0@3,4 --channel Beta:0 gabor.keras | sed -n '/neuron  rows/,$p'
"$EVOKE" info --selftest --channel all --channel layer3_act:0@mean gabor.keras | sed 's/within .*/within/'
# A set of the filters of all layers in order of depth, and units at other places.
quick -o set --threads 2 --channel all --channel layer3_act:0@10,12 --channel layer4_bn@mean gabor.keras
cells set stimulus_id target_output objective
quick -o one --threads 1 --channel all --channel layer3_act:0@10,12 --channel layer4_bn@mean gabor.keras
diff -r set one && echo same bytes
agrees set --channel all --channel layer3_act:0@10,12 --channel layer4_bn@mean
sed -n '/"Units"/,/\]/p' set/dataset_description.json
"$EVOKE" verify set --models gabor.keras
"$EVOKE" again set stim-max000006
"$EVOKE" sheet set -o sheet.png && cmp sheet.png set/sheet.png && echo same sheet
# Some of the units, by their names; and the values behind activations.
quick -o some --channel all --neurons layer1_conv:0,layer3_conv:0 gabor.keras
cells some target_output
"$EVOKE" maximize -o none --channel all --neurons layer1_conv:1 gabor.keras
quick -o after --after-activation --channel layer1_act:0 --channel layer4_conv:0@mean gabor.keras
grep AfterActivation after/dataset_description.json
agrees after --after-activation --channel layer1_act:0 --channel layer4_conv:0@mean
"$EVOKE" verify after --models gabor.keras && "$EVOKE" again after stim-max000001
# Photographs that drive units most, and photographs changed for them.
"$EVOKE" leaves --count 4 --size 112 -o leaves > out 2>&1
mkdir photos && cp leaves/stimuli/*.png photos
"$EVOKE" naturals --images photos --keep 1 --channel layer2_conv:0 -o naturals gabor.keras > out 2> err || cat err
"$EVOKE" verify naturals --reference photos --models gabor.keras
"$EVOKE" adversarial --images photos/*1_image.png --budget 4 --steps 10 --channel layer2_conv:0 --channel Beta -o perturbed \
    --neurons layer2_conv:0 --hold Beta:0 --tolerance 0.1 gabor.keras > out 2> err || cat err
cells perturbed set_type target_output objective
"$EVOKE" verify perturbed --models gabor.keras
"$EVOKE" again perturbed stim-adversarial000002
# Another unit in the description than in the table, and one that the model does not have.
exec 2>&1
. "$EVOKE_TOP/tests/harness/forge.sh"
cp -r set wrong && sed -i 's/"layer3_act:0@10,12"/"layer3_act:0@10,99"/' wrong/dataset_description.json
cells 0 < set/stimuli/stimuli.tsv | table wrong
"$EVOKE" verify wrong --models gabor.keras 2>&1 | sed 's/[0-9a-f]\{12\}\.\.\./HASH/g'
# Mistakes: one sentence each.
for text in layer9_conv:0 layr0_conv:0 layer0_conv:1 layer0_conv:0@112,0 Beta:0@1,1 layer0_conv:x '' layer0_conv:0,0; do
    "$EVOKE" predict --images photos --channel "$text" gabor.keras
    echo "status $?"
done

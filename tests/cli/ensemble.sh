# Ensembles, model cards and their weights, scaling of members: the set, its copy, and one image again.
cp "$MODELS"/gabor_member[0-4].keras "$MODELS"/dot.keras "$MODELS"/corner.keras .
mkdir photos
for i in 1 4 7 10; do
    cp "$EVOKE_TOP/stimuli/embedded/stimuli/$(printf 'stim-max%06d_image.png' $i)" photos
done
cells() {
    awk -v wanted="$2" 'BEGIN {FS = "\t"; n = split(wanted, names, " ")}
        NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        {for (i = 1; i <= n; i++) printf "%s%s", $at[names[i]], i < n ? " " : "\n"}' \
        "$1/stimuli/stimuli.tsv"
}
make() { "$EVOKE" maximize --steps 3 --starts 2 "$@" 2> err || cat err; }
verify() { "$EVOKE" verify "$@" 2>&1 | sed 's/[0-9a-f]\{12\}\.\.\./HASH/g'; }

echo '- ensemble'
make -o set --ensemble g=gabor_member0.keras,gabor_member1.keras:0 --objective mean-0.5*sd |
    cut -f 1
cells set 'stimulus_id target_model target_output objective'
# response_pred is the mean of its members, objective_pred what was climbed.
cells set 'response_pred response_sd objective_pred response_members' | tr ';' ' ' |
    awk '{m = ($4 + $5) / 2; d = $4 - $5; s = (d < 0 ? -d : d) / sqrt(2)
          print ($1 - m)^2 < 1e-10, ($2 - s)^2 < 1e-10, ($3 - m + s / 2)^2 < 1e-10}'
verify set --models gabor_member0.keras gabor_member1.keras
verify set --models gabor_member0.keras
"$EVOKE" again set stim-max000002 gabor_member0.keras gabor_member1.keras

echo '- card'
mkdir weights
mv gabor_member2.keras gabor_member3.keras weights
cat > pair.json <<'END'
{"card": 1, "members": ["gabor_member2.keras", "gabor_member3.keras"],
 "neurons": ["left"], "options": {"objective": "min", "steps": 2}}
END
make -o card --weights weights pair.json | cut -f 1
cells card 'target_model target_output objective n_steps'
verify card --models pair.json --weights weights
verify card --models pair.json
verify card --models weights/*.keras
"$EVOKE" again card stim-max000001 weights/*.keras

echo '- scaling'
for scaling in raw z sd; do
    make -o scaled-$scaling --ensemble "g=gabor_member0.keras,dot.keras" \
        --member-scaling $scaling --reference photos > out
    cells scaled-$scaling 'model_sha256' | sort -u >> hashes
    verify scaled-$scaling --models gabor_member0.keras dot.keras
done
sort -u hashes | wc -l
make -o scaled-none --reference photos --ensemble "g=gabor_member0.keras,dot.keras" > out
diff -r scaled-none scaled-raw && echo same bytes

echo '- judges'
make -o judged --judge dot.keras:0 --judge corner.keras:0 --judge gabor_member0.keras:0 \
    --reference photos gabor_member0.keras | cut -f 1
cells judged 'judges judge_roles'
cells judged 'heldout_z percentile_natural judge_z judge_percentile' | tr ';' ' ' |
    awk '{print ($1 - ($3 + $4) / 2)^2 < 1e-10, ($2 - ($6 + $7) / 2)^2 < 1e-10}'
grep -c PixelSHA256 judged/dataset_description.json
verify judged
verify judged --models gabor_member0.keras --reference photos
verify judged --models gabor_member0.keras dot.keras corner.keras
verify judged --reference photos --models ./*.keras
verify judged --reference photos/stim-max000001_image.png --models ./*.keras
verify set --reference photos
# Finished already: the same call changes nothing; another judge is another set.
make -o judged --judge dot.keras:0 --judge corner.keras:0 --judge gabor_member0.keras:0 \
    --reference photos gabor_member0.keras > out
cat err | head -n 1
make -o judged --judge dot.keras:0 --reference photos gabor_member0.keras
mkdir few && cp photos/*1_image.png photos/*4_image.png few
make -o judged --judge dot.keras:0 --judge corner.keras:0 --judge gabor_member0.keras:0 \
    --reference few gabor_member0.keras | sed 's/"[0-9a-f]\{9,\}[^ ]*/HASH/g'

echo '- pairs'
# Judges of one file name, each with a name; the outputs of a judge in the order of the neurons.
mkdir teacher1 teacher2
cp corner.keras teacher1/judge.keras && cp gabor_member4.keras teacher2/judge.keras
printf '{"card": 1, "members": [{"weights": "dot.keras", "outputs": [0, 0, 0]}]}' > three.json
pairs() { make -o paired --controls blank --reference photos "$@" | cut -f 1; }
pairs --judge one=teacher1/judge.keras:0 --judge two=teacher2/judge.keras:0 --judge three.json:2 gabor_member0.keras
pairs --judge one=teacher1/judge.keras:0,0 --judge two=teacher2/judge.keras:0,0 --judge three.json:2,1 \
    gabor_member0.keras gabor_member1.keras
cells paired 'target_model set_type judges' | sort | uniq -c | sed 's/^ *//'
verify paired --reference photos --models ./*.keras teacher?/judge.keras
pairs --judge one=teacher1/judge.keras:0 --judge two=teacher2/judge.keras:0 --judge three.json:1 gabor_member0.keras
# A name that a judge and a model have in common; verify and the table know the output.
printf '{"card": 1, "weights": "gabor_member0.keras", "neurons": ["a1"]}' > cell.json
printf '{"card": 1, "members": [{"weights": "dot.keras", "outputs": [0, 0]}], "neurons": ["b1", "a1"]}' > bench.json
make -o named --judge bench.json --reference photos cell.json | cut -f 1
cells named 'judges'
verify named --reference photos --models cell.json bench.json

echo '- refused'
cp "$EVOKE_TOP/tests/data/tiny.keras" .
refuse() {
    "$EVOKE" maximize --steps 1 --starts 1 -o refused "$@" 2>&1
    echo "status $?"
}
printf '{"card": 1, "weights": "missing.pth"}' > lacks.json
printf '{"card": 1, "weights": "dot.keras", "nonesuch": 1}' > odd.json
refuse --ensemble g=dot.keras,tiny.keras
refuse --ensemble g=dot.keras,tiny.keras:0
refuse --ensemble dot.keras,corner.keras
refuse --ensemble g=dot.keras,nowhere.keras
refuse --ensemble g=dot.keras:KEY:1,corner.keras
refuse --neurons KEY:0 dot.keras
refuse --objective sd dot.keras
refuse --objective most --ensemble g=dot.keras,corner.keras
refuse lacks.json
refuse --weights weights lacks.json
refuse odd.json
refuse --judge tiny.keras dot.keras
refuse --judge corner.keras:1 dot.keras
refuse --judge nowhere.keras dot.keras
refuse --judge corner.keras dot.keras
refuse --judge corner.keras dot.keras gabor_member0.keras
refuse --judge corner.keras:0 dot.keras gabor_member0.keras
refuse --judge corner.keras:0,0 dot.keras
refuse --judge bench.json dot.keras
refuse --judge corner.keras:0- dot.keras
refuse --judge teacher1/judge.keras:0 --judge teacher2/judge.keras:0 dot.keras
refuse --judge corner.keras:0 --judge again=corner.keras:0 dot.keras
refuse --judge =corner.keras:0 dot.keras
refuse --judge 'a;b=corner.keras:0' dot.keras
refuse --judge a:b=corner.keras:0 dot.keras
refuse --member-scaling z --ensemble g=dot.keras,corner.keras
refuse --member-scaling most --ensemble g=dot.keras,corner.keras
refuse --member-scaling z --reference photos dot.keras
refuse --judge corner.keras:0 --reference photos/stim-max000001_image.png dot.keras
cp corner.keras "cor,ner.keras"
refuse --judge "cor,ner.keras:0" dot.keras
refuse --grayscale --fix-sd 1 dot.keras
verify card --models lacks.json
ls -d refused 2> /dev/null
true

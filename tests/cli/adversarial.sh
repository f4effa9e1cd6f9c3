# Photographs changed within budgets so that predicted responses rise and fall, and their controls.
cp "$MODELS/gabor.keras" "$MODELS/corner.keras" .
"$EVOKE" leaves --count 3 --size 112 -o leaves > out 2>&1
mkdir photos
cp leaves/stimuli/*1_image.png leaves/stimuli/*2_image.png photos
make() { "$EVOKE" adversarial --steps 10 "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make --images photos --budget 10,4 --controls scrambled,opposite,neuron,blank -o set gabor.keras corner.keras > out 2> err
cut -f 1,2,8- out
cut -f 3,5 out | awk 'NR > 1 {print ($1 > 0 && $2 < 0) ? "up and down" : "not so"}'
cat err
cells set stimulus_id target_model objective source_id budget control control_of
# Budgets are kept on the files, and more is no worse.
cells set set_type budget rms_delta | awk '$1 == "adversarial" || $1 == "control" {n++; if ($3 > $2 || $3 < 0.99 * $2) bad = 1} END {print n, bad ? "beyond or below" : "within"}'
cells set set_type budget delta_z | awk '$1 == "adversarial" {z = $3 < 0 ? -$3 : $3; if ($2 == 4) less = z; else {n++; if (z < less) bad = 1}} END {print n, bad ? "worse" : "better"}'
# What predict says of the files is in the table.
"$EVOKE" predict --images set/stimuli gabor.keras 2> /dev/null | tail -n +2 | sort > predicted
cells set filename target_model response_pred | awk '$2 == "gabor" {print $1 "," $3}' | sort > written
join -t , predicted written | awk -F , '$2 != $3 {bad = 1} END {print NR, bad ? "differ" : "agree"}'
"$EVOKE" verify set --models gabor.keras corner.keras
for id in adversarial000004 control000005 control000011 blank000027; do "$EVOKE" again set "stim-$id"; done
"$EVOKE" again set stim-natural000001 --reference photos
"$EVOKE" again set stim-natural000001
"$EVOKE" sheet set -o sheet.png && cmp sheet.png set/sheet.png
make --images photos --budget 10,4 --controls scrambled,opposite,neuron,blank --threads 1 -o one gabor.keras corner.keras > out 2>&1
diff -r set one && echo same bytes
# A response to reach; judges; other images of another size.
make --images leaves/stimuli --target 0.8 --budget 5 --judge corner.keras:0 --reference leaves -o target gabor.keras 2>&1 | grep -v '^look' | cut -f 1,2,10-
cells target stimulus_id objective reached judge_roles
make --images photos --method smoothing --budget 20 --controls discs -o discs gabor.keras 2> /dev/null | cut -f 1,2,11
# What cannot be.
mkdir empty broken mixed
head -c 300 photos/stim-natural000001_image.png > broken/torn.png
"$EVOKE" leaves --count 1 --size 64 -o small > out 2>&1
cp photos/stim-natural000001_image.png mixed
cp small/stimuli/*.png mixed/z.png
no() { make "$@" -o none gabor.keras 2>&1; echo "status $?"; }
no --images empty
no --images broken
no --images mixed
no --images photos --budget 0
no --images photos --budget 300
no --images photos --budget much
no --images photos --norm l7
no --images photos --target 1 --increase
no --images photos --hold 4
no --images photos --hold 0
no --images photos --controls nonesuch
no --images photos --controls neuron
no --images photos --budget 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33
"$EVOKE" leaves --count 800 --size 8 -o many > out 2>&1
no --images many/stimuli --resize --budget 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22
no --images photos --judge corner.keras
no --images photos --judge corner.keras:0,0
no
ls -d none 2> /dev/null
make --images mixed --resize --budget 5 -o mixed-set gabor.keras 2> /dev/null | cut -f 1,2,11
"$EVOKE" adversarial --images photos --budget 3 -o set gabor.keras corner.keras 2>&1
"$EVOKE" adversarial --images photos --steps 10 --budget 4,10.0 --controls blank,neuron,opposite,scrambled -o set gabor.keras corner.keras 2>&1 > out | grep already
# Dose-response: a figure of a set with perturbed images, by itself.
"$EVOKE" sheet --dose-response -o doses.png set && "$EVOKE" sheet --dose-response -o again.png set && cmp doses.png again.png && echo drawn
"$EVOKE" sheet --dose-response -o doses.svg set && grep -c '<path' doses.svg | sed 's/^[1-9][0-9]*$/curves/'
"$EVOKE" sheet --dose-response -o x.png photos 2>&1; echo "status $?"
"$EVOKE" sheet --dose-response -o x.png set set 2>&1; echo "status $?"

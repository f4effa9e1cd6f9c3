# Each kept image again at lower contrasts: exact bytes, rows, forged ones, resumed, extended, scored.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --steps 5 --reference photos --contrasts 1,.25,0.5 "$@" > out 2> err; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
# exact SET [WINDOW]: are the bytes of the series m + c (x - m), in double?  WINDOW: sees only a disc.
exact() { python3 "$EVOKE_TOP/tests/cli/contrasts.py" "$@"; }
make --starts 3 --keep 2 --controls scrambled,natural -o set gabor.keras dot.keras
cells set stimulus_id set_type start method source_id control control_of contrast dropped
"$EVOKE" verify set --reference photos --models gabor.keras dot.keras 2>&1
exact set
for id in $(cells set stimulus_id contrast | sed -n '/ 1$/d; /n\/a$/d; s/ .*//p'); do
    "$EVOKE" again set "$id" --reference photos 2>&1
done
"$EVOKE" sheet set --reference photos -o sheet.png && cmp sheet.png set/sheet.png && echo the same sheet
"$EVOKE" sheet set -o page.html && grep -o '"control":"contrast [^"]*"' page.html | sort | uniq -c | sed 's/^ *//'
make --starts 3 --keep 2 --controls scrambled,natural --threads 1 -o one gabor.keras dot.keras
diff -r set one && echo same bytes
echo == through a window
make --starts 1 --keep 1 --prior aperture --controls natural -o round gabor.keras
"$EVOKE" verify round 2>&1
exact round window
"$EVOKE" again round stim-max000005 2>&1
"$EVOKE" again round stim-control000003 2>&1
"$EVOKE" maximize --starts 1 --steps 2 --minimize --contrasts .5 -o low gabor.keras > out 2> err
cells low stimulus_id set_type contrast
"$EVOKE" maximize --starts 1 --steps 2 --contrasts 1 -o alone gabor.keras > out 2> err
cells alone stimulus_id contrast
"$EVOKE" verify low 2>&1
"$EVOKE" verify alone 2>&1
echo == extended and resumed
make --starts 1 --keep 0 -o grown gabor.keras
make --starts 2 --keep 0 -o grown gabor.keras
make --starts 2 --keep 0 -o grown gabor.keras dot.keras
cells grown stimulus_id start contrast
"$EVOKE" verify grown --reference photos --models gabor.keras dot.keras 2>&1
rm grown/stimuli/stim-max000002_image.png
make --starts 2 --keep 0 -o grown gabor.keras dot.keras
"$EVOKE" verify grown 2>&1
"$EVOKE" maximize --steps 5 --reference photos --starts 2 --keep 0 --contrasts .5 -o grown gabor.keras 2>&1
# Killed at any moment, and each time the same command again.
make --starts 6 --keep 3 -o whole dot.keras
for k in 1 2 4 6 8 10; do
    rm -rf torn
    for try in 1 2 3 4 5; do
        "$EVOKE" maximize --steps 5 --reference photos --contrasts 1,.25,0.5 --starts 6 --keep 3 --threads 1 \
            -o torn dot.keras > out 2>&1 &
        pid=$!
        sleep "$(awk -v k=$k -v t=$try 'BEGIN {print 0.012 * k + 0.02 * (t - 1)}')"
        kill -KILL $pid 2> /dev/null
        wait $pid 2> /dev/null
    done
    make --starts 6 --keep 3 --threads 1 -o torn dot.keras
    diff -r whole torn > out || cat out
done 2> /dev/null
echo killed, and the same bytes
# Where time cut a call short, an image of the next call replaces one that had a series already.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
short() {
    "$EVOKE" maximize --method published --mean 110 --steps 150000 --seed 2 --starts 3 --keep 1 --neurons 0 \
        --contrasts .5 --threads 1 -o short "$@" tiny.keras > out 2>&1
}
short --for 0.2
cells short stimulus_id contrast dropped
short
cells short stimulus_id control_of contrast dropped
find short/stimuli -name '*.png' | sort
"$EVOKE" verify short --models tiny.keras 2>&1
"$EVOKE" again short stim-max000005 tiny.keras 2>&1
"$EVOKE" again short stim-max000004 tiny.keras 2>&1
echo == forged
. "$EVOKE_TOP/tests/cli/forging"
unforged set short
forged set 'another contrast' edit 11 contrast 0.75
forged set 'the contrast of its neighbour' edit 11 contrast 0.5
forged set 'full contrast' edit 11 contrast 1
forged set 'no contrast' edit 11 contrast n/a
forged set 'the contrast of an image' edit 1 contrast 0.5
forged set 'the contrast of a control' edit 7 contrast 0.5
forged set 'another source' edit 11 source_id stim-max000004
forged set 'of another neuron' edit 11 control_of stim-max000004
forged set 'of a control' edit 11 control_of stim-control000007
forged set 'another response of its source' edit 11 response_source 1
forged set 'no series' edit 11 control scrambled
forged set 'a flag' edit 11 flags ok
swap() { cp copy/stimuli/stim-max000001_image.png copy/stimuli/stim-max000011_image.png; }
forged set 'the image itself' swap
lists() { lines "s/\"1,.25,0.5\"/\"$1\"/" dataset_description.json; }
forged set 'other contrasts' lists .25,.75
forged set 'one contrast less' lists .25
forged set 'no contrasts' lists ''
forged set 'contrasts that are none' lists .25,2
forged set 'dropped' edit 11 dropped rank
forged set 'of a photograph, another contrast' edit 9 contrast 0.5
forged set 'of a photograph, of an image' edit 9 source_id stim-max000001
forged set 'of a photograph, another one' edit 9 source_file dot.png
forged set 'a photograph without contrast' edit 8 contrast n/a
forged short 'dropped for another reason' edit 4 dropped weak
exec 2> err
echo == a session
"$EVOKE" session set -o night 2> err
cut -f 1,3,4,7,8 night/roles.tsv
awk -F '\t' 'NR > 1 && $4 == "contrast" {n[$8]++} END {for (c in n) print c, n[c]}' night/roles.tsv | sort
"$EVOKE" verify night --from set 2>&1 | sed 's/, [0-9]* [a-z]* of the.*//' | head -n 2
echo == recorded
awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; print "stim_code,block,gabor,dot"; next}
    {for (k = 0; k < 4; k++) printf "%d,%d,%.9g,%.9g\n", $at["stim_code"], k,
        1 + 2 * $at["response_pred"] + k % 2 - .5, 1 + 2 * $at["response_pred"] + k % 2 - .5}' set/stimuli/stimuli.tsv > shown.csv
"$EVOKE" score set --responses shown.csv -o day 2> err | cut -f 1-3,5-7,15-17
awk -F '\t' 'NR > 1 {d = $14 - 2 * ($17 - $18); bad += d > 1e-6 || d < -1e-6}
    END {print NR - 1, bad ? "differ" : "as planted"}' day.tsv
echo == units
printf 'unit\tmodel\timages\na\tgabor.keras\t1\nb\tdot.keras\t2\n' > units.tsv
"$EVOKE" maximize --units units.tsv --starts 3 --steps 3 --contrasts .5 -o tabled > out 2> err
cells tabled stimulus_id target_model contrast present | sort -k 2
"$EVOKE" verify tabled 2>&1
echo == what cannot be
for list in 0 -.5 1.5 nan inf 0x1 .5,.5 '.5,' ',.5' '.5;1' ' .5' 1,1.0 half 1e-400 \
    .1,.2,.3,.4,.5,.6,.7,.8,.9,.11,.12,.13,.14,.15,.16,.17,.18; do
    "$EVOKE" maximize --contrasts "$list" -o none gabor.keras 2>&1
done
ls -d none 2> /dev/null
"$EVOKE" maximize --contrasts '' --starts 1 --steps 1 -o plain gabor.keras > out 2> err
cells plain contrast

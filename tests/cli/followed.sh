# Recorded responses to the stimuli of a set: planted gains, pairs, budgets, choices.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" leaves --count 8 --size 112x112 -o leaves 2> /dev/null
mkdir photos
cp leaves/stimuli/*.png photos
"$EVOKE" maximize --starts 2 --steps 10 --reference photos --controls natural,scrambled -o made \
    gabor.keras dot.keras > /dev/null 2>&1
# Of each image four presentations: the prediction of its own neuron times a gain, plus 1, plus noise
# of -.5, .5, -.5 and .5 that is not the same for all presentations of two images in a pair.
show() { # SET GAIN
    awk -F '\t' -v gain="$2" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; print "stim_code,block,gabor,dot"; next}
        {for (k = 0; k < 4; k++) printf "%d,%d,%.9g,%.9g\n", $at["stim_code"], k,
            1 + gain * $at["response_pred"] + k % 2 - .5, 1 + gain * $at["response_pred"] + k % 2 - .5}' "$1/stimuli/stimuli.tsv"
}
show made 2 > shown.csv
echo == followed
"$EVOKE" score made --responses shown.csv -o day 2> err | cut -f 1-10,16
cat err
# The difference is the gain times the difference of the predictions.
awk -F '\t' 'NR > 1 {d = $14 - 2 * ($17 - $18); bad += d > 1e-6 || d < -1e-6; bad += $15 > $14 || $16 < $14}
    END {print NR - 1, bad ? "differ" : "as planted"}' day.tsv
head -n 1 day.tsv
head -c 4 day.png | od -An -c | tr -d ' \n'; echo
echo == chosen on odd presentations, reported on even ones
"$EVOKE" score made --responses shown.csv --split 2> err | awk -F '\t' '$5 != "all"' | cut -f 1-8
tail -n 1 err
echo == models and units that have the same numbers, and units of a table
cp gabor.keras v7.keras
cp dot.keras v12.keras
"$EVOKE" maximize --starts 1 --steps 3 --controls scrambled -o numbered v7.keras v12.keras > /dev/null 2>&1
awk 'BEGIN {print "stim_code,12,7"; for (i = 1; i <= 4; i++) print i "," i * i "," 9 - i}' > numbers.csv
"$EVOKE" score numbered --responses numbers.csv 2> err | cut -f 1-3,6,9,10
head -n 1 err
printf 'unit\tmodel\nb\tv7.keras\na\tv12.keras\n' > units.tsv
"$EVOKE" maximize --units units.tsv --starts 1 --steps 3 --controls scrambled -o tabled > /dev/null 2>&1
sed '1s/12,7/a,b/' numbers.csv > named.csv
"$EVOKE" score tabled --responses named.csv 2> /dev/null | cut -f 1-3,6,9,10
sed '1s/12,7/12,8/' numbers.csv > other.csv
"$EVOKE" score numbered --responses other.csv 2>&1
echo == not followed
show made -1 > shown.csv
"$EVOKE" score made --responses shown.csv 2> /dev/null | cut -f 1-3,5,16
echo == one presentation has no interval, and no choice on others
awk -F , 'NR == 1 || $2 == 0' shown.csv > once.csv
"$EVOKE" score made --responses once.csv --split 2> /dev/null | cut -f 1-3,5-8,11-13 | head -n 5
echo == budgets
"$EVOKE" adversarial --increase --images photos/stim-natural000001_image.png \
    photos/stim-natural000002_image.png --budget 2,8 --controls noise -o bent gabor.keras > /dev/null 2>&1
# Bases have no prediction of their own: theirs is the response_source of the images made from them.
awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; print "stim_code\tgabor"; next}
    NR == FNR {if ($at["source_id"] != "n/a") source[$at["source_id"]] = $at["response_source"]; next}
    FNR > 1 {r = $at["response_pred"] == "n/a" ? source[$at["stimulus_id"]] : $at["response_pred"]
        for (k = 0; k < 3; k++) printf "%d\t%.9g\n", $at["stim_code"], 3 * r}' \
    bent/stimuli/stimuli.tsv bent/stimuli/stimuli.tsv > bent.tsv
"$EVOKE" score bent --responses bent.tsv -o dose.pdf 2> err | cut -f 1-8,16
cat err
awk -F '\t' 'NR > 1 {d = $14 - 3 * ($17 - $18); bad += d > 1e-6 || d < -1e-6 || $15 != $16}
    END {print NR - 1, bad ? "differ" : "as planted"}' dose.tsv
echo == what is refused
refuse() { "$EVOKE" score "$@" 2>&1; echo "status $?"; }
refuse made
sed '1s/gabor,dot/a,b/' shown.csv > other.csv
refuse made --responses other.csv
sed '2,$s/^/9/' shown.csv > other.csv
refuse made --responses other.csv
refuse photos --responses shown.csv
refuse made --responses shown.csv --rows 1-2
"$EVOKE" predict --images photos gabor.keras 2> /dev/null > image.csv
refuse made --responses image.csv

# How sure a fitted model is: in its card, in tables of predictions, scores and sets, and checked.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" leaves --count 120 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli images && rm images/*.tsv images/*.json
mkdir photographs && cp images/stim-natural0000[0-2]?_image.png photographs
"$EVOKE" predict --images images gabor.keras dot.keras > predicted.csv
# Two units: what a model predicts, and noise that repeats after 7 images, which is no feature.
awk -F, 'NR == 1 {print "image,unit0,unit1"; next}
    {noise = (NR * 3 % 7 - 3) / 3; print $1 "," $2 + noise "," $3 + noise}' predicted.csv > counts.csv
"$EVOKE" fit --images images --core gabor.keras --core dot.keras --responses counts.csv -o cells 2> /dev/null | cut -f 1-2
python3 - << 'END'
import json
card = json.load(open("cells.json"))
print(*card["calibration"])
print({len(v) for v in card["calibration"].values()}, set(card["calibration"]["images"]))
del card["calibration"]
card["name"] = "older"
json.dump(card, open("older.json", "w"))
END

echo == predictions
"$EVOKE" predict --intervals --images images cells.json > intervals.csv
head -n 1 intervals.csv
"$EVOKE" predict --images images cells.json | cut -d, -f 2,3 > plain
cut -d, -f 2,5 intervals.csv | cmp - plain && echo the same responses
awk -F, 'NR > 1 {n += $3 < $2 && $2 < $4; m += $6 < $5 && $5 < $7} END {print n, m, "responses are inside"}' intervals.csv
"$EVOKE" predict --intervals --images photographs/stim-natural000001_image.png cells.json older.json gabor.keras |
    tail -n 1 | tr , '\n' | grep -c -x n/a

echo == scores
"$EVOKE" score --images images --responses counts.csv cells.json 2> /dev/null |
    awk -F '\t' 'NR > 1 {$12 = ($12 > 0.9) ? "above 0.9" : $12} {print $1, $12}'
"$EVOKE" score --images images --responses counts.csv -o older older.json 2> /dev/null | cut -f 1,12
head -n 1 older.tsv | grep -o 'covered$'

echo == sets
# shown SET: columns of all images that have a neuron.
shown() {
    awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        {low = $at["response_low"]; high = $at["response_high"]; p = $at["p_beats_natural"]
         if (low != "n/a") low = (low + 0 < high + 0) ? "below" : "NOT BELOW"
         if (p != "n/a") p = (p > 0 && p < 1) ? "between" : "NOT BETWEEN"
         print $at["stimulus_id"], low, p, $at["control"]}' "$1/stimuli/stimuli.tsv"
}
make() {
    name=$1
    shift
    "$EVOKE" "$@" -o "$name" > out 2>&1 || cat out
    shown "$name"
}
make up maximize --steps 3 --starts 1 --reference photographs --controls natural,blank cells.json
make down maximize --minimize --steps 3 --starts 1 --reference photographs cells.json
make alone maximize --steps 3 --starts 1 cells.json
make best naturals --keep 2 --images photographs cells.json
make changed adversarial --neurons unit0 --budget 8 --steps 2 --reference photographs --images photographs/stim-natural000001_image.png cells.json
make old maximize --steps 3 --starts 1 --reference photographs older.json
make two maximize --steps 3 --starts 1 --reference photographs --ensemble both=cells.json,older.json
make scaled maximize --member-scaling z --steps 3 --starts 1 --reference photographs cells.json
for set in up down; do
    "$EVOKE" verify $set --models cells.json --reference photographs
done
for set in best changed; do
    "$EVOKE" verify $set --models cells.json --reference photographs
done
"$EVOKE" verify old --models older.json --reference photographs

echo == altered
. "$EVOKE_TOP/tests/cli/forging"
unforged up old
# altered SET COLUMN: a number in the first row, of a copy that is verified with its models.
altered() {
    fresh "$1"
    edit 1 "$2" 0.123
    seal
    echo "-- $2 of $1"
    "$EVOKE" verify copy --models cells.json older.json --reference photographs 2>&1 |
        grep '^stimuli' | sed 's/ says [0-9.-]*/ says NUMBER/' | cut -c 1-160
}
altered up response_low
altered up response_high
altered up p_beats_natural
altered old response_low
altered old p_beats_natural

echo == cards
# refused MEMBER VALUE: a card with this number for the first unit.
refused() {
    python3 - "$1" "$2" << 'END'
import json, sys
card = json.load(open("cells.json"))
card["calibration"][sys.argv[1]][0] = json.loads(sys.argv[2])
json.dump(card, open("bad.json", "w"))
END
    "$EVOKE" info bad.json > /dev/null
    echo "status $?"
}
refused sd 0
refused sd 1e99
refused largest -1000
refused low 0.5
refused slope -1
refused images 3
refused mean null
"$EVOKE" predict --intervals --images photographs/stim-natural000001_image.png bad.json | tail -n 1 | tr , '\n' | grep -c -x n/a
# A teacher was not recorded.
"$EVOKE" fit --images images --core gabor.keras --teacher dot.keras -o taught > /dev/null 2>&1
grep -c calibration taught.json

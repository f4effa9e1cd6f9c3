# What verify says of intervals without models, of images that were left out, and where photographs have new names.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" leaves --count 60 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli images && rm images/*.tsv images/*.json
mkdir photographs renamed
cp images/stim-natural00000?_image.png photographs
for file in photographs/*; do cp "$file" "renamed/new_${file##*/}"; done
"$EVOKE" predict --images images dot.keras |
    awk -F, 'NR == 1 {print "image,unit0"; next} {print $1 "," $2 + (NR * 3 % 7 - 3) / 3}' > counts.csv
"$EVOKE" fit --images images --core gabor.keras --responses counts.csv -o cells > /dev/null 2>&1
"$EVOKE" maximize --steps 3 --starts 3 --keep 1 --controls natural,scrambled --reference photographs -o set cells.json > /dev/null 2>&1
"$EVOKE" naturals --keep 2 --images photographs -o best cells.json > /dev/null 2>&1
# The same photographs, whatever their files are called today.
for set in set best; do
    "$EVOKE" verify $set --models cells.json --reference renamed 2>&1
done
. "$EVOKE_TOP/tests/cli/forging"
unforged set best
dropped=$(cut -f "$(column dropped)" set/stimuli/stimuli.tsv | tail -n +2 | grep -n -m 1 rank | cut -d : -f 1)
kept=$(cut -f "$(column present)" set/stimuli/stimuli.tsv | tail -n +2 | grep -n -m 1 true | cut -d : -f 1)
# wrong WHAT COLUMN VALUE [ROW]: one cell, where no model is given.
wrong() { forged set "$1" edit "${4:-$kept}" "$2" "$3" | sed 's/expected [0-9.-]*$/expected another number/'; }
wrong 'low' response_low 0.123
wrong 'no low' response_low n/a
wrong 'high' response_high 123
wrong 'low of an image that was left out' response_low 0.123 "$dropped"
wrong 'no probability' p_beats_natural 1.5
wrong 'below 0' p_beats_natural -0.01
wrong 'against beats_natural' p_beats_natural "$(awk -F '\t' -v row="$kept" -v c="$(column beats_natural)" 'NR == 1 + row {print $c == "true" ? 0.25 : 0.75}' set/stimuli/stimuli.tsv)"
echo '-- a card that is none'
for number in 0 '"x"' 1e99; do
    forged set "an SD of $number" lines "/\"sd\"/,/]/s/^\\( *\\)[0-9].*/\\1$number/" dataset_description.json
done

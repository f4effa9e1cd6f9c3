# A copy that is whole; then one with each kind of damage, on standard output a line a finding.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
"$EVOKE" maximize --mean 110 --steps 2 --starts 2 --neurons 0-1 -o set tiny.keras > /dev/null 2>&1
verify() {
    "$EVOKE" verify "$@" 2> err
    echo "status $?"
    sed 's/[0-9a-f]\{12\}\.\.\./HASH/g' err
}
verify set
verify set --models tiny.keras
verify --threads 1 --models tiny.keras -- set | head -n 1
cp "$MODELS/gabor.keras" .
verify set --models gabor.keras
fresh() { rm -rf copy && cp -r set copy; }
found() { verify copy | sed 's/[0-9a-f]\{12\}\.\.\./HASH/g'; }
fresh && echo >> copy/README && found
fresh && rm copy/stimuli/stim-max000003_image.png && found
fresh && echo mine > copy/stimuli/notes.txt && found
fresh && cp set/stimuli/stim-max000001_image.png copy/stimuli/stim-max000002_image.png &&
    found | grep -c -e 'stimuli/stim-max000002_image.png: is altered' \
        -e 'stimuli/stimuli.tsv: sha256 of stim-max000002'
# A response that was edited: in whose row?
fresh && awk 'BEGIN {FS = OFS = "\t"} NR == 4 {$19 = $19 + 1} {print}' \
    set/stimuli/stimuli.tsv > copy/stimuli/stimuli.tsv
found | grep 'row of'
fresh && rm copy/manifest-sha256.txt && found
fresh && touch copy/unfinished.tsv && found
# Names that are not for a terminal.
fresh && echo > "$(printf 'copy/a\033[31m')" && found
exec 2>&1
for arguments in nowhere tiny.keras else 'set set' ''; do
    mkdir -p else
    # shellcheck disable=SC2086 # words
    "$EVOKE" verify $arguments
    echo "status $?"
done
# sha256sum finds the same copy whole.
(cd set && sha256sum --quiet -c manifest-sha256.txt) && echo whole
# A set that may not be written to, or whose reader goes away.
"$EVOKE" verify copy > /dev/full
echo "status $?"
# Sets that grew: neurons with fewer starts than others, dead ones and failed ones, and starts that
# there was no time for.
grow() { "$EVOKE" maximize --mean 110 --keep 0 --steps 2 -o grown "$@" tiny.keras > /dev/null 2>&1; }
how() { "$EVOKE" verify grown --models tiny.keras 2>&1 | sed 's/.*; //'; }
grow --starts 3 --neurons 0
grow --starts 2 --neurons 1-3
grep -A 4 FewerStarts grown/dataset_description.json
how
grow --starts 4 --neurons 1-2 --for 0.001s
grep -A 4 FewerStarts grown/dataset_description.json
how

# A response that is no finite number: n/a in the table, a sentence, status 1.
# Output 3 of tiny responds to everything with infinity.
tiny=$EVOKE_TOP/tests/data/tiny.keras
cp "$tiny" .
mkdir photos && "$EVOKE" leaves --count 12 --size 9x8 -o leaves > out 2>&1 && cp leaves/stimuli/*.png photos
try() {
    "$EVOKE" "$@" > out 2> err
    status=$?
    grep -v "preprocessing is unknown\|beyond their" err | grep "finite\|no image\|left\|more of" |
        sed "3,9{/ to it is /d}" # some of them are enough
    echo "$1: status $status"
}
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
try predict --images photos tiny.keras
cut -d , -f 1,5 out | head -n 3
# One such image is enough.
mkdir one && cp "$(ls photos/*.png | head -n 1)" one && try predict --images one tiny.keras
cp tiny.keras other.keras && try predict --images photos photos photos tiny.keras other.keras
# The neuron alone is at fault.
try maximize --steps 2 --starts 1 --neurons 0,3 -o max tiny.keras
cells max present target_output response_pred
# z and ranks are of the responses to all reference images.
try naturals --images photos --keep 1 -o none tiny.keras
try maximize --steps 2 --reference photos -o none tiny.keras
try adversarial --images photos --budget 5 --steps 2 -o none tiny.keras
try maximize --steps 2 --neurons 0 --ensemble e=tiny.keras:3,tiny.keras:1 --member-scaling z --reference photos -o none
ls -d none 2> /dev/null
# A judge that says nothing.
try maximize --steps 2 --starts 2 --neurons 0 --judge tiny.keras:3 --reference photos -o judged tiny.keras
cells judged judges judge_responses judge_z judge_percentile heldout_z
try adversarial --images photos --budget 5 --increase --steps 2 --neurons 0 --judge tiny.keras:3 -o moved tiny.keras
# Images that are no neuron's stay.
try gaudy --images photos --neurons 0,3 -o gaudy tiny.keras
cells gaudy present response_pred | sort | uniq -c
try gaudy --images photos --neurons 3 --keep 2 -o none tiny.keras
for set in max judged moved gaudy; do
    "$EVOKE" verify "$set" --models tiny.keras > out 2>&1 || cat out
    grep -liw 'inf\|nan' -r "$set" --include=*.tsv --include=*.json
done
echo no set says inf or nan

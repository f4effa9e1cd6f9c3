# Names that strangers gave: no control character, invisible one or mark of direction reaches a
# terminal, a table, CSV or JSON; names that a table must have are refused with one sentence.
exec 2>&1
cp "$EVOKE_TOP/tests/data/tiny.keras" .
mkdir images
image=$EVOKE_TOP/tests/data/rgb_8x8.png
esc=$(printf '\033[31m') csi=$(printf '\302\23331m') turn=$(printf '\342\200\256gnp.exe')
zero=$(printf 'a\342\200\213b') line=$(printf 'a\342\200\250b') bytes=$(printf 'a\377')
for name in "$esc" "$csi" "$turn" "$zero" "$line" "$bytes" "$(printf 'a\nb')" 'a"b' '~plain' 'näive'; do
    cp "$image" "images/$name.png"
done
echo '-- predict'
"$EVOKE" predict --resize "$MODELS/gabor.keras" --images images | cut -d , -f 1
echo '-- gaudy'
"$EVOKE" gaudy --images images -o set
cut -f 18 set/stimuli/stimuli.tsv
"$EVOKE" verify set
echo '-- models'
card() { printf '{"card": 1, "weights": "tiny.keras", "input": {"mean": 110}%s}' "$1" > "$2"; }
for text in '\u009b31m' '\u202e' '\u200b' '\u2028' 'a,b' '\u001b'; do
    card ", \"name\": \"$text\"" card.json
    "$EVOKE" info card.json
    echo "status $?"
done
for text in '\u009b31m' '\u061c' 'a b'; do
    card ", \"neurons\": [\"$text\", \"b\", \"c\", \"d\"]" card.json
    "$EVOKE" info card.json
    echo "status $?"
done
card ', "description": "\u009b31m\u202e"' plain.json
"$EVOKE" info plain.json | head -n 4 | cut -c 1-60
card '' "$turn.json"
"$EVOKE" info "$turn.json"
echo '-- what was typed'
"$EVOKE" "$esc"
"$EVOKE" info "--$csi" tiny.keras
"$EVOKE" verify "$turn"
"$EVOKE" again set "$turn"
"$EVOKE" leaves "$esc"
"$EVOKE" info "$bytes"

echo '-- folders of sets'
selector=$(printf 'ma\357\270\217in')
"$EVOKE" leaves --count 3 --size 9x8 -o drawn 2> /dev/null
cp -r drawn/stimuli plain && rm plain/*.tsv && cp tiny.keras plain.keras
tell() { # what a command says of the folder that it is given
    "$EVOKE" "$@" > table 2> told
    echo "$1: status $?"
    grep -v '^neuron' table | awk -F '\t' '{print $NF}'
    grep 'look at\|images\? in\|is within' told
}
tell maximize -o "$turn/" --method published --starts 1 --steps 1 --neurons 0 --mean 110 plain.keras
tell naturals -o "$esc" --images plain --keep 1 --least 0 --neurons 0 --mean 110 plain.keras
tell adversarial -o "$selector" --images plain --budget 5 --neurons 0 --mean 110 plain.keras
tell gaudy -o "$csi" --images plain
tell leaves -o "$bytes//" --count 1 --size 8
tell gaudy -o "plain/$zero" --images plain
"$EVOKE" list "$turn"

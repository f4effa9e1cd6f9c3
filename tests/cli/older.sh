# Sets of earlier versions stay sets: what those did not have yet is no finding, what was taken away is.
. "$EVOKE_TOP/tests/harness/forge.sh"
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" leaves --count 6 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli photos && rm photos/*.tsv photos/*.json
without() { # COLUMN... < table: the table without these columns, the hash of each row made right
    awk -v drop=" $* " 'BEGIN {FS = OFS = "\t"}
        NR == 1 {for (i = 1; i <= NF; i++) if (index(drop, " " $i " ")) gone[i] = 1}
        {line = ""; for (i = 1; i < NF; i++) if (!gone[i]) line = line (line == "" ? "" : OFS) $i; print line}' |
        while IFS= read -r row; do
            [ -n "$first" ] && printf '%s\t%s\n' "$row" "$(digest "$row" 64)" || printf '%s\trow_sha256\n' "$row"
            first=no
        done
}
age() { # SET VERSION COLUMN...: the set as that version would have left it
    set=$1 version=$2
    shift 2
    first= without "$@" < "$set/stimuli/stimuli.tsv" > table && mv table "$set/stimuli/stimuli.tsv"
    for column in "$@"; do
        awk -v c="\"$column\": {" 'index($0, c) {skip = 1} !skip {print} /}/ {skip = 0}' "$set/stimuli/stimuli.json" > json &&
            mv json "$set/stimuli/stimuli.json"
    done
    sed -i -z "s/\"Version\": \"[^\"]*\"/\"Version\": \"$version\"/; s/,[ \n]*\"Shape\": \"[a-z]*\"//g
        s/\n *\"\(shape\|pad\|gradient-scale\|least\|random\)\": [^\n]*,\n/\n/g; s/\n *\"\(shape\|pad\|least\)\": [^\n]*,\n/\n/g; s/,\n *\"least\": [^\n]*\n/\n/" "$set/dataset_description.json"
    (cd "$set" && sed 's/^[^ ]*  //' manifest-sha256.txt > ../names && xargs sha256sum < ../names > ../sums) &&
        mv sums "$set/manifest-sha256.txt"
}
"$EVOKE" maximize --starts 3 --keep 0 --steps 4 --controls scrambled,blank --reference photos -o max gabor.keras dot.keras > out 2>&1
"$EVOKE" naturals --images photos --keep 2 -o natural gabor.keras > out 2>&1
"$EVOKE" adversarial --images photos --budget 5 -o adversarial gabor.keras > out 2>&1
"$EVOKE" gaudy --images photos --keep 3 -o gaudy gabor.keras > out 2>&1
"$EVOKE" match --images photos -o match > out 2>&1
cp -r max current
for s in max natural adversarial gaudy match; do
    age $s 0.2.0 source_changes
    "$EVOKE" verify $s 2>&1
done
"$EVOKE" verify max --models gabor.keras dot.keras 2>&1
cp -r max oldest && age oldest 0.1.0 source_changes flags response_start
"$EVOKE" verify oldest 2>&1
# Before 0.8.0 no control was said to repeat another image: the second blank is one.
unsaid() { # SET
    line=$(awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        $at["duplicate_of"] != "n/a" {print NR}' "$1/stimuli/stimuli.tsv")
    cells "$line" duplicate_of=n/a duplicate_rms=n/a < "$1/stimuli/stimuli.tsv" > rows && table "$1" < rows
    "$EVOKE" verify "$1" 2>&1
}
cp -r max earlier && unsaid earlier
unsaid current
# Such a set without its last row.
file=$(tail -n 1 max/stimuli/stimuli.tsv | cut -f 3)
rm "max/stimuli/$file" && sed -i "/$file/d" max/manifest-sha256.txt && sed -i '$d' max/traces.tsv max/stimuli/stimuli.tsv
age max 0.2.0 source_changes
"$EVOKE" verify max 2>&1
# A description that is none is one finding.
sed -i 's/"Method"/Method/' match/dataset_description.json
"$EVOKE" verify match 2>&1
# No call of another version goes on with it.
"$EVOKE" maximize --starts 3 --keep 0 --steps 4 --controls scrambled,blank --reference photos -o oldest gabor.keras dot.keras 2>&1

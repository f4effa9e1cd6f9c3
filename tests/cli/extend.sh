# More starts, neurons, models: what was there keeps its numbers, rows and bytes.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
cp "$MODELS/dot.keras" .
make() { "$EVOKE" maximize --method published --mean 110 --steps 2 "$@" > /dev/null 2> err; }
files() { (cd set/stimuli && stat -c '%n %i %y' ./*_image.png); }
# grow OPTIONS...: what is added, and whether the rest stays.
grow() {
    rm -rf before && cp -r set before
    files > stood
    make -o set "$@"
    echo "status $?: $(grep -o '^[0-9]* images.*already)' err)"
    for f in stimuli/stimuli.tsv traces.tsv; do
        head -c "$(wc -c < before/$f)" set/$f | cmp - before/$f
    done
    files | grep -xFf stood | cmp - stood
    awk -F '\t' 'NR > 1 {print $8, $10, $11, $15, $3}' set/stimuli/stimuli.tsv |
        tail -n +"$(wc -l < before/stimuli/stimuli.tsv)"
    "$EVOKE" verify set --models tiny.keras 2> /dev/null || echo "status $?"
}
make -o set --neurons 1 --starts 1 tiny.keras
grow --neurons 1 --starts 2 tiny.keras
grow --neurons 0-1 --starts 2 tiny.keras
grow --neurons 0 --starts 1 tiny.keras dot.keras
grow --neurons 0 --starts 3 dot.keras
grow --neurons 0-2 --starts 2 tiny.keras
grow --neurons 1 --starts 1 tiny.keras
# Refused: nothing is touched.
rm -rf before && cp -r set before
find set -printf '%p %i %T@\n' > stood
for options in '--steps 3' '--seed 1' --minimize --grayscale '--mean 111' \
    '--step-size 10.0000000001'; do
    # shellcheck disable=SC2086 # words
    "$EVOKE" maximize --method published -o set --mean 110 --steps 2 --neurons 0-1 --starts 9 $options tiny.keras 2>&1
    echo "status $?"
done
find set -printf '%p %i %T@\n' | grep -v '^set [0-9]' > stands # but for the lock that came and went
grep -v '^set [0-9]' stood | cmp - stands
diff -r before set && echo as it was

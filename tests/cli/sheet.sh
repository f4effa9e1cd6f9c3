# Sets side by side on one contact sheet.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$MODELS/corner.keras" .
make() { "$EVOKE" maximize --method published --steps 3 --starts 1 -o "$@" > out 2>&1; }
make one gabor.keras dot.keras
make two --seed 1 dot.keras
make three corner.keras
"$EVOKE" sheet one two -o a.png; echo "status $?"
"$EVOKE" sheet one/ ./two -o b.png && cmp a.png b.png && echo the same
"$EVOKE" sheet two one -o c.png && ! cmp -s a.png c.png && echo another order, another sheet
"$EVOKE" sheet one two -o a.pdf && "$EVOKE" sheet one two -o a.svg && ls *.pdf *.svg
# Names of sets, a neuron that both have, one that is in the first only and left out; texts of an SVG are outlines.
"$EVOKE" sheet one one two -o d.svg && grep -c '<image' d.svg
"$EVOKE" sheet one three 2>&1; echo "status $?"
"$EVOKE" sheet one nowhere 2>&1; echo "status $?"
"$EVOKE" sheet one two --reference "$MODELS" 2>&1; echo "status $?"
"$EVOKE" sheet 2>&1; echo "status $?"
"$EVOKE" sheet one two -o a.gif 2>&1; echo "status $?"

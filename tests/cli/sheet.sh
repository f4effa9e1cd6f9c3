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
# A neuron that all three have, and one that two have; texts of an SVG are outlines.
"$EVOKE" sheet one one two -o d.svg && grep -c '<image' d.svg
"$EVOKE" sheet one three 2>&1; echo "status $?"
"$EVOKE" sheet one nowhere 2>&1; echo "status $?"
"$EVOKE" sheet one two --reference "$MODELS" 2>&1; echo "status $?"
"$EVOKE" sheet 2>&1; echo "status $?"
"$EVOKE" sheet one two -o a.gif 2>&1; echo "status $?"
# A set of another neuron and one of perturbed images: the units of all sets, and a neuron's best image of each.
"$EVOKE" leaves --count 2 --size 112 -o leaves 2> /dev/null
"$EVOKE" adversarial --images leaves/stimuli --steps 3 -o attacked corner.keras > out 2>&1 || cat out
"$EVOKE" sheet one three attacked -o e.svg && grep -c '<image' e.svg
"$EVOKE" sheet leaves attacked -o f.svg && grep -c '<image' f.svg
"$EVOKE" sheet leaves leaves 2>&1; echo "status $?"
# Pages show all images of a set that asks for no neuron.
"$EVOKE" leaves --count 203 --size 16 -o many 2> /dev/null
"$EVOKE" sheet many -o many.svg && cat many-*.svg | grep -c '<image'
# Curves have a key, of three colours where there are controls: each colour's line is in it and in the plot.
"$EVOKE" adversarial --images leaves/stimuli --steps 3 --budget 2,5 --controls scrambled -o controlled corner.keras > out 2>&1 || cat out
for set in attacked controlled; do
    "$EVOKE" sheet "$set" --dose-response -o doses.svg && grep -o 'stroke[:=]"*rgb([^)]*)' doses.svg | sort | uniq -c | awk '$1 > 1' | wc -l
done

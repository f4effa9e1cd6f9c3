# What there is to say against an image: in its row, in the neuron's line and, where it is no use, in the exit status.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --method published --starts 1 "$@" > out 2> err; echo "status $?"; }
flags() { # SET: of each row, its flags; then of each neuron
    awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next} {print $at["stimulus_id"], $at["flags"]}' "$1/stimuli/stimuli.tsv"
    tail -n +2 out | cut -f 1,8
    grep -e '^flat' -e '^no-gain' -e '^extrapolates' err
}
make -o good --steps 20 gabor.keras && flags good
# Noise of half a level, and steps that leave it as it is.
make -o faint --steps 2 --step-size 0.1 --start-contrast 0.5 --start-mean 128.25 gabor.keras dot.keras && flags faint
# From the best image that there is, nothing is gained; without a step nothing was meant to be.
make -o top --steps 3 --step-size 1e-6 --start photos/gabor.png gabor.keras && flags top
make -o bottom --minimize --steps 3 --step-size 1e-6 --start photos/gabor.png gabor.keras && flags bottom
make -o still --steps 0 --start photos/gabor.png gabor.keras && flags still
# The same call again, with nothing left to do, says the same.
make -o faint --steps 2 --step-size 0.1 --start-contrast 0.5 --start-mean 128.25 gabor.keras dot.keras && flags faint
# A photograph is a start that robust leaves far behind.
mkdir gray && cp photos/dot.png photos/corner.png gray
make -o far --steps 30 --reference gray gabor.keras && flags far
for set in good faint top bottom still far; do
    "$EVOKE" verify $set 2>&1
done
# A flag that the row does not bear out, and a row without the one that it should have.
sed 's/\tok\t/\tflat\t/' good/stimuli/stimuli.tsv > edited && mv edited good/stimuli/stimuli.tsv
"$EVOKE" verify good 2>&1 | grep 'flags of'
sed 's/\tflat\t/\tok\t/' faint/stimuli/stimuli.tsv > edited && mv edited faint/stimuli/stimuli.tsv
"$EVOKE" verify faint 2>&1 | grep 'flags of'
# Without photographs a judge has no unit for its z, and the call says so.
make -o judged --steps 1 --judge dot.keras:0 gabor.keras && grep heldout_z err

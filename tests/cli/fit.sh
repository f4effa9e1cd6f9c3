# Models fitted to a recording: from a table to a card that every command opens.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" leaves --count 90 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli images && rm images/*.tsv images/*.json
"$EVOKE" predict --images images gabor.keras dot.keras > predicted.csv
awk -F, 'NR == 1 {print "image,seen,silent,constant"; next} {print $1 "," $3 ",0,2.5"}' predicted.csv > counts.csv
fit() { "$EVOKE" fit --images images --core gabor.keras "$@"; }
# A unit that the core predicts; a silent and a constant one are named.
fit --responses counts.csv -o may12
cut -f 1-8 may12.tsv
"$EVOKE" info may12.json | grep -e '^  readout' -e '^  fitted on' -e '^  outputs' | sed 's/[0-9a-f]\{12\}/HASH/'
"$EVOKE" maximize --units may12.tsv --starts 1 --steps 5 --method published -o set > /dev/null 2>&1
cut -f 1-3 set/units.tsv
"$EVOKE" verify set --models may12.json && "$EVOKE" again set stim-max000001
# The same bytes with any number of threads.
fit --responses counts.csv --threads 1 -o one > /dev/null 2>&1
fit --responses counts.csv --threads 3 -o three > /dev/null 2>&1
cmp one.npz three.npz && sed 's/one/three/' one.json | sed "s/$(sha256sum < one.npz | cut -c 1-64)/HASH/" > a.json
sed "s/$(sha256sum < three.npz | cut -c 1-64)/HASH/" three.json | cmp - a.json && echo same bytes
# What a model predicts from its own last layer is found exactly.
"$EVOKE" fit --images images --core gabor.keras@Beta --teacher gabor.keras --rows 1-60 -o taught 2> /dev/null
sed -n '/"lineage"/,$p' taught.json | sed 's/[0-9a-f]\{64\}/HASH/'
# A teacher gives its name to the neuron, but for what no neuron is called.
for name in 'new model, 2' 201025; do
    cp gabor.keras "$name.keras"
    fit --teacher "$name.keras" --readout ridge -o pupil 2> /dev/null | tail -n 1 | cut -f 1
    "$EVOKE" info pupil.json > /dev/null && rm pupil.* "$name.keras"
done
# Images that are there twice are in one fold.
cp images/stim-natural000001_image.png images/twin.png
echo "twin.png,$(sed -n 2p counts.csv | cut -d, -f2),0,2.5" >> counts.csv
fit --responses counts.csv -o twins 2>&1 > /dev/null | grep nearly
rm images/twin.png
# What is wrong, in one sentence each; nothing is written.
ls > before
refused() { "$EVOKE" fit "$@" > /dev/null; echo "status $?"; }
refused --core gabor.keras --images images --responses predicted.csv -o may12
refused --core gabor.keras --images images --responses predicted.csv -o folder/new
refused --core gabor.keras@nothing --images images --responses predicted.csv -o new
refused --core nothing.keras --images images --responses predicted.csv -o new
refused --core gabor.keras --images images --responses nothing.csv -o new
refused --core gabor.keras --images images --responses gabor.keras -o new
refused --core gabor.keras --images images --responses predicted.csv --rows 1-91 -o new
refused --core gabor.keras --images images --responses predicted.csv --rows 1-14 -o new
refused --core gabor.keras --images images --responses predicted.csv --readout lasso -o new
refused --core gabor.keras --images images --responses predicted.csv --folds 2 -o new
refused --core gabor.keras --images images --responses predicted.csv --teacher dot.keras -o new
refused --core gabor.keras --images images -o new
refused --images images --responses predicted.csv -o new
refused --core gabor.keras --images set/sheet.png --responses predicted.csv -o new
refused --core gabor.keras --core gabor.keras@layer0_conv --core gabor.keras@nothing --images images --responses predicted.csv -o new
ls | diff before - && echo nothing is written

# Cards with fitted readouts: described, asked, climbed, judged, verified, made again, refused.
cp "$EVOKE_TOP/tests/data/tiny.keras" core.keras
python3 "$EVOKE_TOP/tests/cli/fitted/make.py"
mkdir photos
for i in 1 4 7 10 13; do
    cp "$EVOKE_TOP/stimuli/embedded/stimuli/$(printf 'stim-max%06d_image.png' $i)" photos
done
exec 2>&1
make() { "$EVOKE" maximize --steps 3 --starts 2 --keep 1 "$@" > out 2> err || cat err; }
short() { sed 's/[0-9a-f]\{12\}\.\.\./HASH/g'; }

echo '- info and predict'
"$EVOKE" info fit.json | grep -A 2 -e '^  readout ' -e '^  fitted on' -e '^  teacher' -e '^  fitted readout'
"$EVOKE" info --json fit.json | grep -o '"readouts": .*"lineage": {"rec' | sed 's/"[0-9a-f]\{64\}"/HASH/g'
"$EVOKE" info --neurons V4b fit.json | grep '^  V4b ' | cut -c 1-30
"$EVOKE" info --json --neurons V4b fit.json | grep -o '"neurons": .*"name": "[^"]*"'
"$EVOKE" predict fit.json --images photos --resize | head -n 1
"$EVOKE" predict --channel conv:1@0,0 fit.json --images photos --resize | head -n 1
"$EVOKE" predict --ensemble all=fit.json,other.json --images photos --resize | head -n 1

echo '- a set'
make -o set fit.json --neurons V4b --judge other.json
cut -f 1-3 set/stimuli/stimuli.tsv | head -n 2
tr -d '\n ' < set/dataset_description.json | grep -o '"Outputs":{[^}]*}'
grep '^model' set.log | sed 's/^model [0-9a-f]* .*\//model /' | sort -u
"$EVOKE" verify set --models fit.json other.json
"$EVOKE" verify set --models core.keras fit.npz other.npz
"$EVOKE" verify set --models core.keras | short
"$EVOKE" again set stim-max000001
# Another readout in the place of the card's own.
mkdir else && cp -r set core.keras fit.json fit.npz else && cp other.npz else/fit.npz
"$EVOKE" verify set --models else/fit.json | short
cp fit.npz else

echo '- a copy, without the log'
cd else || exit
mkdir models && mv core.keras fit.json fit.npz models
"$EVOKE" again set stim-max000001 | short
"$EVOKE" again set stim-max000001 models/fit.json
"$EVOKE" again set stim-max000001 models/core.keras models/fit.npz
"$EVOKE" again set stim-max000001 models/core.keras | short
cd ..

echo '- ensembles'
make -o pair --ensemble all=fit.json,other.json --neurons V4b
"$EVOKE" verify pair --models fit.json other.json
"$EVOKE" again pair stim-max000002
make -o mixed --ensemble all=fit.json:V4b,other.json:unit0
"$EVOKE" verify mixed --models fit.json other.json
make -o renamed --ensemble all=fit.json,renamed.json

echo '- the card is changed while its set is unfinished'
cp fit.json begun.json
"$EVOKE" maximize --steps 3 --starts 2 --keep 1 --for 0s -o begun begun.json > /dev/null 2>&1
make -o begun begun.json
"$EVOKE" verify begun --models begun.json
sed 's/"linear"/"softplus"/' begun.json > changed.json && mv changed.json begun.json
make -o begun begun.json

echo '- refused'
for card in bad_*.json; do
    "$EVOKE" info "$card" | short
done

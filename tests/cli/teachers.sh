# Models that teach others: one fit of several teachers, and the table of units that climbs each with its pupil.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$MODELS/corner.keras" "$EVOKE_TOP/tests/data/tiny.keras" .
"$EVOKE" leaves --count 40 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli images && rm images/*.tsv images/*.json
fit() { "$EVOKE" fit --images images --core gabor.keras --core dot.keras@layer3_act "$@"; }
make() { "$EVOKE" maximize --method published --steps 2 --starts 1 "$@"; }

echo '---- several teachers at once'
fit --teacher gabor.keras --teacher dot.keras -o both 2> err | cut -f 1,2,8
grep -v '^r on' err
cut -f 1-3,7,8 both.tsv
sed -n '/"teachers"/,$p' both.json | grep '"name"'
# What each teacher alone gives, to the digit; and the same bytes with any number of threads.
for name in gabor dot; do
    fit --teacher $name.keras -o alone-$name > /dev/null 2>&1
    tail -n 1 alone-$name.tsv | cut -f 4- >> rows
    "$EVOKE" predict --images images alone-$name.json 2> /dev/null | cut -d, -f 2 | tail -n +2 > $name.txt
done
"$EVOKE" predict --images images both.json 2> /dev/null | cut -d, -f 2- | tail -n +2 > together
paste -d, gabor.txt dot.txt | cmp - together && wc -l < together
tail -n +2 both.tsv | cut -f 4- | diff rows - && echo as each alone
fit --threads 3 --teacher gabor.keras --teacher dot.keras -o three > /dev/null 2>&1
cmp both.npz three.npz && sed s/three/both/ three.tsv | cmp - both.tsv && echo same bytes
# Paths begin in the folder of the table, or are absolute as given.
mkdir fits
fit --readout ridge --teacher gabor.keras --teacher "$PWD/dot.keras" -o fits/may > /dev/null 2>&1
cut -f 2-3 fits/may.tsv | sed "s|$PWD|HERE|"

echo '---- climbed together'
sed -i 's/false/true/' both.tsv
make --units both.tsv --reference images -o set 2> /dev/null | cut -f 1,2
cut -f 1-5 set/units.tsv
make --ensemble gabor=gabor.keras,both.json:gabor --ensemble dot=dot.keras,both.json:dot --reference images -o given > /dev/null 2>&1
diff -r set/stimuli given/stimuli && diff set/dataset_description.json given/dataset_description.json | grep "^[<>]"
"$EVOKE" verify set --reference images --models gabor.keras dot.keras both.json 2>&1
"$EVOKE" again set stim-max000001
"$EVOKE" sheet set --reference images -o sheet.png && cmp sheet.png set/sheet.png && echo same sheet
"$EVOKE" session set --units both.tsv --plan 2> /dev/null | grep '^unit' | cut -f 1-3
"$EVOKE" info --units both.tsv 2> /dev/null | grep -E '=|^  (format|outputs)'
# A set that grows by units of another kind; each network counts alike, whatever file it is in.
printf 'unit\tmodel\toutput\ncorner\tcorner.keras\t\nmixed\tcorner.keras;both.json;gabor.keras\t;dot;\n' > more.tsv
make --units more.tsv --reference images -o set 2>&1 > /dev/null | grep there
cut -f 1-5 set/units.tsv
tr -d ' \n' < set/dataset_description.json | grep -o '"Name":"mixed".*' | grep -o '"weights":"[^"]*"'
"$EVOKE" verify set --reference images --models ./*.keras both.json 2>&1
# Scaling and objective are of these ensembles, too.
make --units both.tsv --member-scaling z --objective min --reference images -o scaled > /dev/null 2>&1
make --ensemble gabor=gabor.keras,both.json:gabor --ensemble dot=dot.keras,both.json:dot --member-scaling z --objective min \
    --reference images -o scaled-given > /dev/null 2>&1
diff -r scaled/stimuli scaled-given/stimuli && ! cmp -s scaled/stimuli/stimuli.tsv set/stimuli/stimuli.tsv && echo scaled

echo '---- other commands'
"$EVOKE" naturals --units both.tsv --images images --keep 1 -o best > /dev/null 2>&1
"$EVOKE" verify best --models gabor.keras dot.keras both.json 2>&1
"$EVOKE" adversarial --units both.tsv --budget 4 --steps 2 --images images/stim-natural000001_image.png -o changed > /dev/null 2>&1
"$EVOKE" verify changed --models gabor.keras dot.keras both.json 2>&1
make --units both.tsv --controls scrambled -o shown > /dev/null 2>&1
printf 'stim_code\tgabor\tdot\n' > recorded.tsv
awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next} {for (k = 0; k < 3; k++) print $at["stim_code"] "\t" NR + k "\t" 3 * NR + k}' shown/stimuli/stimuli.tsv >> recorded.tsv
"$EVOKE" score shown --responses recorded.tsv 2> /dev/null | cut -f 1-5

echo '---- one model alone: its own layers are the cores'
"$EVOKE" fit --images images --core gabor.keras@layer1_act --core gabor.keras@layer3_act --teacher gabor.keras -o own > /dev/null 2>&1
cut -f 1-3 own.tsv
sed -i 's/false/true/' own.tsv
make --units own.tsv -o climbed > /dev/null 2>&1
"$EVOKE" verify climbed --models gabor.keras own.json 2>&1

echo '---- refused'
exec 2>&1
mkdir other && cp gabor.keras other && cp gabor.keras 'a;b.keras'
ls > before
fit --teacher gabor.keras --teacher other/gabor.keras -o new
fit --teacher gabor.keras --teacher gabor.keras -o new
fit --teacher 'a;b.keras' -o new
fit --teacher gabor.keras -o 'ne;w'
fit --teacher gabor.keras --teacher none.keras -o new
fit --teacher gabor.keras --names names.txt -o new
fit --teacher gabor.keras --teacher dot.keras --responses recorded.tsv -o new
ls | diff before - && echo nothing is written
units() { # CELLS
    printf 'unit,model,output\n%s\n' "$1" > bad.csv
    make --units bad.csv -o bad
    echo "status $?"
}
units 'u,gabor.keras;tiny.keras,0;1'
units 'u,gabor.keras;none.keras,'
units 'u,gabor.keras;both.json,'
units 'gabor,gabor.keras;both.json,0;dot'
units 'u,gabor.keras;both.json,0'
units 'u,gabor.keras;,'
units 'u,gabor.keras;./gabor.keras,'
units 'u:v,gabor.keras;dot.keras,'
units 'dot,gabor.keras;corner.keras,
e,dot.keras,'
units 'u,gabor.keras;dot.keras,
v,gabor.keras;dot.keras,'
ls -d bad 2> /dev/null || echo no set is made

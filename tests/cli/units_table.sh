# A table of units: which neurons, how many images each gets, who judges them; and sets made with it.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$MODELS/corner.keras" "$EVOKE_TOP/tests/data/tiny.keras" .
"$EVOKE" leaves --count 8 --size 112 -o leaves > /dev/null 2>&1
make() { "$EVOKE" maximize --method published --steps 2 --starts 3 "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
mkdir day1 && mv gabor.keras dot.keras day1
printf '{"card": 1, "weights": "gabor.keras", "neurons": ["νευρώνας"]}\n' > day1/fit.json
# As a spreadsheet saves it: a byte order mark, line ends of Windows, quotes, an empty line.
printf '\357\273\277r_cv,keep,unit,images,model,output,judge,judge_output\r\n.61,TRUE,νευρώνας,1,fit.json,,../corner.keras,0\r\n"0,5",TRUE,神经元,2,dot.keras,0,,\r\n,FALSE,خلية,1,gone.keras,,,\r\n,,,,,,,\r\n' > day1/units.csv
make --units day1/units.csv --reference leaves/stimuli -o set 2> err | cut -f 1,2
grep kept err
cat set/units.tsv
cells set target_model target_output present judges judge_roles heldout_z | sed 's/[0-9]\.[0-9]*$/z/'
grep -A 2 -E '"(Keep|Outputs)"' set/dataset_description.json
cat set/.bidsignore
grep units.tsv set/README
"$EVOKE" verify set --reference leaves/stimuli --models day1/*.keras corner.keras 2> said; sed 's/^set: //' said
(cd set && sha256sum --quiet -c manifest-sha256.txt) && echo listed
# The same for any thread count; again: nothing to do; interrupted: the same bytes.
make --threads 1 --units day1/units.csv --reference leaves/stimuli -o one > out 2>&1
diff -r set one && echo same bytes
make --units day1/units.csv --reference leaves/stimuli -o set 2>&1 > out | grep -o '[0-9]* there already'
diff -r set one && echo as it was
make --for 0.000001 --units day1/units.csv --reference leaves/stimuli -o late > out 2>&1; echo "status $?"
make --units day1/units.csv --reference leaves/stimuli -o late > out 2>&1
diff -r set late && echo same bytes

echo '---- more units, and models beside the table'
printf 'unit\tmodel\timages\nA\ttiny.keras\t2\n' > a.tsv
sed -i 's/model/model\toutput/; s/tiny.keras/&\t1/' a.tsv
tiny() { make --mean 110 -o tiny "$@" 2>&1 > out | grep -v 'look at'; }
tiny --units a.tsv
printf 'unit\toutput\tdepth\nB\t0\t1.5\nA\t1\t2\n' > b.tsv
tiny --units b.tsv tiny.keras
sed 's/$/\t/; s/depth\t/depth\timages/; s/^A.*/&2/' b.tsv > c.tsv
tiny --units c.tsv tiny.keras
cat tiny/units.tsv
"$EVOKE" verify tiny --models tiny.keras 2>&1
printf 'unit\toutput\nC\t0\n' > d.tsv
tiny --units d.tsv tiny.keras
printf 'unit\toutput\nB\t1\n' > e.tsv
tiny --units e.tsv tiny.keras
make --units a.tsv --mean 110 -o beside tiny.keras 2> err | cut -f 1
make --units a.tsv --mean 110 -o other day1/dot.keras 2> err | cut -f 1
make --units a.tsv --neurons 0 -o none tiny.keras 2>&1
make --units a.tsv --starts 1 --mean 110 -o none 2>&1
make --units d.tsv -o none 2>&1
printf 'unit,model,output\nA,tiny.keras,1\nA,tiny.keras,0\n' > twice.csv
make --units twice.csv --mean 110 -o none 2>&1
ls -d none 2> /dev/null

echo '---- other commands'
"$EVOKE" naturals --units c.tsv --keep 3 --mean 110 --images leaves/stimuli -o best tiny.keras > out 2>&1
cells best target_output objective rank | tr '\n' ','; echo
"$EVOKE" verify best --models tiny.keras 2>&1 | tail -n 1
"$EVOKE" naturals --units c.tsv --keep 3 --least 1 --mean 110 --images leaves/stimuli -o few tiny.keras > out 2>&1
cells few target_output objective rank | tr '\n' ','; echo
"$EVOKE" adversarial --units c.tsv --resize --mean 110 --steps 2 --images leaves/stimuli/stim-natural000001_image.png -o changed tiny.keras > out 2>&1
head -n 2 changed/units.tsv
"$EVOKE" verify changed --models tiny.keras 2>&1 | tail -n 1
"$EVOKE" info --units d.tsv --mean 110 tiny.keras 2> err | grep -c '^  [0-9]'

echo '---- recorded under the names of units'
make --units day1/units.csv --controls scrambled -o shown > out 2>&1
{
    printf 'stim_code\tνευρώνας\t神经元\n'
    cells shown stim_code | awk '{for (i = 0; i < 3; i++) printf "%d\t%d\t%d\n", $1, NR + i, 9 * NR + i}'
} > recorded.tsv
"$EVOKE" score shown --responses recorded.tsv 2> err | cut -f 1-5

echo '---- forged'
. "$EVOKE_TOP/tests/cli/forging"
unforged set tiny best changed
description=dataset_description.json
forged set 'another number of images' lines '3s/\t2\t/\t3\t/' units.tsv
forged set 'a number in the description' lines '/"Keep"/,/}/s/ 2/ 3/' $description
forged set 'another neuron' lines '2s/fit/dot/' units.tsv
forged set 'no neuron' lines '2s/fit/fat/' units.tsv
forged set 'a unit twice' lines '3s/神经元/νευρώνας/' units.tsv
forged set 'other columns' lines 1s/unit/units/ units.tsv
forged set 'no table' lines '/"UnitTable"/d' $description
forged set 'a judge of no neuron' lines s/fit:νευρώνας/fit:x/ $description
forged best 'another number of images' lines '/"Keep"/,/}/s/ 2/ 1/' $description
fresh set && rm copy/units.tsv && seal_files && seen 'no file'
fresh set && echo >> copy/units.tsv && seen 'another file'
make --units day1/units.csv --reference leaves/stimuli -o copy 2>&1 | cut -c 1-80

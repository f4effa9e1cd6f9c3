# Which starts are kept: by a judge that is called selection, or by an objective of the members.
cp "$MODELS"/*.keras .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --steps 5 --reference photos "$@" > out 2> err; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
# check SET RULE: is each keep_value that of the rule, in double, and are the best that differ kept?
check() { python3 "$EVOKE_TOP/tests/cli/selection.py" "$@"; }
option() { grep -o '"keep-by": "[^"]*"' "$1/dataset_description.json"; }
judges='--judge selection=corner.keras:0 --judge held=curvature.keras:0'
make --starts 6 --keep 2 $judges -o set gabor.keras
option set
# Of those kept, the best by the rule comes first.
cut -f 2,3,9 out
cells set stimulus_id response_pred keep_value dropped | sed -n 's/ n.a$//p'
cells set stimulus_id judges judge_roles dropped
# What is held out alone counts.
cells set judge_z heldout_z | sed 's/^[^;]*;//' | awk '$1 != $2' | wc -l
check set selection
"$EVOKE" verify set --reference photos --models gabor.keras corner.keras curvature.keras 2>&1
"$EVOKE" again set "$(cells set stimulus_id dropped | sed -n 's/ rank$//p' | head -n 1)" --reference photos 2>&1
make --starts 6 --keep 2 $judges --threads 1 -o one gabor.keras
diff -r set one && echo same bytes
echo == other rules with the same judges
make --starts 6 --keep 2 $judges --keep-by objective -o climbed gabor.keras
option climbed
check climbed objective
cells climbed judges dropped | sort | uniq -c | sed 's/^ *//'
"$EVOKE" verify climbed --reference photos --models gabor.keras corner.keras curvature.keras 2>&1
make --starts 6 --keep 2 --minimize $judges -o low gabor.keras
check low selection
"$EVOKE" verify low 2>&1
# An image that nobody leaves out has all that a choice needs, and later starts change no value.
make --starts 3 --keep 0 $judges -o grown gabor.keras
cells grown stimulus_id keep_value > three
make --starts 6 --keep 0 $judges -o grown gabor.keras
cells grown stimulus_id keep_value | head -n 3 | cmp - three && echo as they were
check grown selection
cells set keep_value > kept
cells grown keep_value | cmp - kept && echo the values of the set that keeps two
"$EVOKE" verify grown --reference photos --models gabor.keras corner.keras curvature.keras 2>&1
make --starts 6 --keep 2 --contrasts .5 --controls blank $judges -o series gabor.keras
cells series stimulus_id control judge_roles dropped | grep -v ' rank$'
"$EVOKE" verify series --reference photos --models gabor.keras corner.keras curvature.keras 2>&1
# Without photographs a judge gives responses alone, by which it can choose.
"$EVOKE" maximize --steps 5 --starts 4 --keep 1 --judge selection=corner.keras:0 -o bare gabor.keras > out 2> err
check bare selection
cells bare judge_roles judge_z | sort | uniq -c | sed 's/^ *//'
"$EVOKE" verify bare 2>&1
echo == an ensemble
mix='--ensemble mix=gabor.keras,corner.keras,curvature.keras'
for rule in auto mean min median mean-0.5\*sd sd; do
    make --starts 6 --keep 2 --keep-by $rule $mix -o mixed
    option mixed
    check mixed $rule
    "$EVOKE" verify mixed 2>&1
    rm -r mixed
done
make --starts 6 --keep 2 --keep-by min --objective mean-0.5\*sd --minimize $mix -o mixed
check mixed min
make --starts 6 --keep 2 --keep-by median -o lone gabor.keras
check lone median
make --starts 6 --keep 2 --keep-by median --diverse pixels -o apart gabor.keras
check apart any
"$EVOKE" verify apart 2>&1
echo == killed
for k in 1 2 4 6 8 10; do
    rm -rf torn
    for try in 1 2 3 4 5; do
        "$EVOKE" maximize --steps 5 --reference photos --starts 6 --keep 2 $judges --threads 1 -o torn gabor.keras > out 2>&1 &
        pid=$!
        sleep "$(awk -v k=$k -v t=$try 'BEGIN {print 0.012 * k + 0.02 * (t - 1)}')"
        kill -KILL $pid 2> /dev/null
        wait $pid 2> /dev/null
    done
    make --starts 6 --keep 2 $judges --threads 1 -o torn gabor.keras
    diff -r set torn > out || cat out
done 2> /dev/null
echo the same bytes
make --starts 6 --keep 2 $judges --keep-by min -o set gabor.keras
cat err
make --starts 6 --keep 2 --judge held=curvature.keras:0 -o set gabor.keras
cat err
diff -r set one && echo as it was
echo == units
printf 'unit\tmodel\tjudge\tjudge_output\timages\na\tgabor.keras\tselection=corner.keras;curvature.keras\t0;0\t1\nb\tdot.keras\tselection=blue_yellow.keras\t0\t2\n' > units.tsv
make --units units.tsv --starts 4 -o tabled
cells tabled target_model judges judge_roles | sort | uniq -c | sed 's/^ *//'
check tabled selection
"$EVOKE" verify tabled --reference photos --models ./*.keras 2>&1
printf 'unit\tmodel\tjudge\tjudge_output\na\tgabor.keras\tselection=corner.keras;corner.keras\t0;0\n' > twice.tsv
make --units twice.tsv --starts 1 -o none
cat err
printf 'unit\tmodel\tjudge\tjudge_output\na\tgabor.keras\tselection=corner.keras;selection=curvature.keras\t0;0\n' > twice.tsv
make --units twice.tsv --starts 1 -o none
cat err
printf 'unit\tmodel\tjudge\tjudge_output\na\tgabor.keras\tselection=corner.keras\t0\nb\tdot.keras\tcorner.keras\t0\n' > half.tsv
make --units half.tsv --starts 1 -o none
cat err
make --units half.tsv --keep-by objective --starts 2 --keep 1 -o half
cells half judges judge_roles | sort -u
echo == forged
. "$EVOKE_TOP/tests/cli/forging"
unforged set climbed
set_rank() { cells set stimulus_id dropped | grep -n ' rank$' | head -n 1 | cut -d : -f 1; }
dropped=$(set_rank)
forged set 'another value' edit "$dropped" keep_value 1
forged set 'no value' edit "$dropped" keep_value n/a
better() { edit "$dropped" keep_value 99 && edit "$dropped" judge_responses '99;1'; }
forged set 'a better image that was dropped' better
forged set 'no judges' edit "$dropped" judge_responses n/a
forged climbed 'judges of a dropped image' edit "$(cells climbed dropped | grep -n -m 1 rank | cut -d : -f 1)" heldout_z 1
rule() { lines "s/\"keep-by\": \"[a-z]*\"/\"keep-by\": \"$1\"/" dataset_description.json; }
forged set 'another rule' rule objective
forged set 'a rule that there is not' rule best
forged set 'auto' rule auto
like() { edit "$dropped" dropped "like $(cells set stimulus_id dropped | sed -n 's/ rank$//p' | tail -n 1)"; edit "$dropped" keep_value 99; edit "$dropped" judge_responses '99;1'; }
forged set 'like a worse one' like
exec 2> err
echo == what cannot be
for rule in selection best '' 'mean+k*sd' sd MIN ' min' mean-x\*sd; do
    "$EVOKE" maximize --keep-by "$rule" --starts 1 -o none gabor.keras 2>&1
done
"$EVOKE" maximize --judge selection=corner.keras:0 --judge selection=curvature.keras:0 -o none gabor.keras 2>&1
ls -d none 2> /dev/null
# Perturbations are not chosen: a judge of any name is held out.
"$EVOKE" adversarial --increase --budget 4 --steps 2 --images photos/dot.png --judge selection=corner.keras:0 -o bent gabor.keras > out 2> err
cells bent judge_roles | sort -u

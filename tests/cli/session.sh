# A session from sets: its order, its images as the screen shows them, and what is refused.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
check="/usr/bin/python3 -B $EVOKE_TOP/tests/cli/sessions/check.py"
quiet() { "$@" > /dev/null 2>&1 || echo "failed: $*"; }
"$EVOKE" maximize --mean 110 --steps 4 --starts 3 --controls scrambled,blank --neurons 0-1 -o max tiny.keras > /dev/null 2>&1
quiet "$EVOKE" leaves --count 7 --size 9x8 -o leaves
quiet "$EVOKE" adversarial --images leaves/stimuli --steps 4 --budget 6 --resize --neurons 0 -o adv tiny.keras
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 800, "height_px": 600, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 144, "background": 90, "shown_as": "gamma", "gamma": 2.2}
EOF

echo '---- a plan writes nothing'
"$EVOKE" session --plan --repeats 4 --blanks 6 max leaves adv 2> plan.err
sort plan.err; ls -d night 2>&1

echo '---- without a screen'
"$EVOKE" session -o night --repeats 4 --blanks 6 --catch 20% --per-trial 5 max leaves adv
$check night
"$EVOKE" verify night --from adv leaves max
python3 night/verify_copy.py

echo '---- the same call has nothing to do, and another one is refused'
"$EVOKE" session -o night --repeats 4 --blanks 6 --catch 20% --per-trial 5 max leaves adv
"$EVOKE" session -o night --repeats 5 --blanks 6 --catch 20% --per-trial 5 max leaves adv; echo "status $?"
"$EVOKE" session -o max leaves; echo "status $?"

echo '---- on a screen'
"$EVOKE" session -o shown --display rig.json --degrees 4 --at 2,-3 --edge 0.5 --repeats 2 --blanks 3 \
    --catch 2 --catch-image leaves/stimuli/stim-natural000002_image.png leaves adv
$check shown leaves adv
"$EVOKE" verify shown --from leaves adv
quiet "$EVOKE" session -o full --display rig.json --degrees 3.3 --at -2,1 --fixation 350,310.5 --canvas full \
    --photodiode top-left --photodiode-px 30 --resize nearest --repeats 2 --blanks 3 leaves
$check full leaves
"$EVOKE" session -o light --display rig.json --degrees 4 --linearise --repeats 2 --blanks 3 leaves adv
$check light leaves adv
grep -A 3 BackgroundInFiles light/dataset_description.json | tr -d ' \n'; echo

echo '---- the same bytes on any number of threads'
for t in 1 2 5; do
    quiet "$EVOKE" session -o t$t --threads $t --display rig.json --degrees 4 --repeats 3 --seed 7 max leaves adv
done
diff -r t1 t2 && diff -r t1 t5 && echo the same
quiet "$EVOKE" session -o seed8 --display rig.json --degrees 4 --repeats 3 --seed 8 max leaves adv
cmp -s t1/trials.tsv seed8/trials.tsv || echo another seed, another order
cmp t1/roles.tsv seed8/roles.tsv && echo the same images

echo '---- what cannot be'
refused() {
    "$EVOKE" session -o bad "$@" max leaves; echo "status $?"
    ls -d bad 2> /dev/null
}
refused --minutes 1
refused --minutes 0.05
refused --degrees 4
refused --display rig.json
refused --display rig.json --degrees 40
refused --display rig.json --degrees 4 --at 18,0
refused --display rig.json --degrees 0.01
refused --display rig.json --degrees 4 --edge 3
refused --display rig.json --degrees 4 --at 2
refused --display rig.json --degrees 4 --photodiode top-left
refused --display rig.json --degrees 4 --canvas all
refused --display none.json --degrees 4
refused --catch 5x
refused --on 3
refused --on 1ms --display rig.json --degrees 4
refused --blanks 1000
refused --catch-image none.png --catch 3
"$EVOKE" session -o bad max max; echo "status $?"
"$EVOKE" session -o max/bad leaves; echo "status $?"; ls -d max/bad 2> /dev/null
"$EVOKE" session -o bad nowhere; echo "status $?"
"$EVOKE" session -o bad; echo "status $?"
"$EVOKE" session max; echo "status $?"

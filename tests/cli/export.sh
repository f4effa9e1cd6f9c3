# A session as files of display programs: each is read back by the rules of its program.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
python=/usr/bin/python3
"$EVOKE" maximize --mean 110 --steps 4 --starts 2 --controls scrambled,blank -o max tiny.keras > /dev/null 2>&1
"$EVOKE" leaves --count 3 --size 9x8 -o leaves > /dev/null 2>&1
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 640, "height_px": 480, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 60, "background": 128, "shown_as": "linear"}
EOF
"$EVOKE" session -o night --repeats 3 --blanks 4 --catch 10% --per-trial 4 --display rig.json \
    --degrees 3 --at 2,-1.5 max leaves > /dev/null 2>&1 || exit 1
"$EVOKE" export night --to psychopy,csv --to monkeylogic --to mworks,ex,psychtoolbox 2>&1
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" night rig.json 3 2 -1.5
(cd night && sha256sum -c --quiet manifest-sha256.txt) && echo the manifest has them
# The same session gives the same bytes, and what was there is replaced.
cp -r night once
echo changed > night/display_trials.csv
"$EVOKE" export night --to csv,ex 2> /dev/null
diff -r once night && echo the same bytes

# After a unit was dropped, the exports have the order that remains, and csv the whole.
cp -r night less
unit=$(awk -F '\t' 'NR == 2 {print $5}' less/roles.tsv)
"$EVOKE" session less --drop "$unit" --after 5 > /dev/null 2>&1 || exit 1
"$EVOKE" export less --to psychopy,csv,monkeylogic,mworks,ex,psychtoolbox 2>&1 | tail -n 1
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" less rig.json 3 2 -1.5
ls less | grep trials-2
"$EVOKE" verify less 2>&1
cut -d , -f 8 less/display_psychopy.csv | sed -n 2p
sed -n 2p less/display_trials.csv | cut -d , -f 1-3
cut -f 4 less/display_monkeylogic.txt | sort | uniq -c | sed 's/^ *//'
sed -n '2,6p' less/display_ex.xml
grep '<startframe' less/display_ex.xml
# A set is added after that: trials go on behind the second change.
"$EVOKE" leaves --count 2 --size 9x8 --seed 4 -o more > /dev/null 2>&1
"$EVOKE" session less --add more --after 6 > /dev/null 2>&1 || exit 1
"$EVOKE" export less --to psychopy,csv,monkeylogic,mworks,ex,psychtoolbox 2>&1 | tail -n 1
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" less rig.json 3 2 -1.5
cut -d , -f 8 less/display_psychopy.csv | sed -n 2p
# Before the first trial, and with images of all units: everything is shown, and codes are conditions.
cp -r night early
"$EVOKE" session early --add more > /dev/null 2>&1 || exit 1
"$EVOKE" export early --to psychopy,csv,monkeylogic,mworks,ex,psychtoolbox 2> /dev/null
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" early rig.json 3 2 -1.5 | wc -l

echo '---- a verifier for a computer without evoke'
"$python" night/verify_copy.py night
echo "status $?"
cp -r night copy
printf x >> copy/roles.tsv
rm copy/trials.tsv copy/stimuli/stim-000002_image.png
mkdir copy/new
touch copy/new/one.txt copy/.hidden
ln -s /dev copy/link
"$python" copy/verify_copy.py
echo "status $?"
printf '%s  ../rig.json\n' "$(sha256sum < rig.json | cut -d ' ' -f 1)" >> copy/manifest-sha256.txt
"$python" copy/verify_copy.py | grep 'line'
: > copy/manifest-sha256.txt
"$python" copy/verify_copy.py copy
echo "status $?"
"$python" copy/verify_copy.py a b
echo "status $?"
find copy night -name '*.pyc'

# A link to the same bytes, a folder in place of which there is one, and empty folders.
rm -rf copy; cp -r night copy
mv copy/stimuli/stim-000003_image.png elsewhere.png
ln -s ../../elsewhere.png copy/stimuli/stim-000003_image.png
mkdir -p copy/bare/inner copy/stimuli/empty
"$python" copy/verify_copy.py
echo "status $?"
rm -rf copy; cp -r night copy
mv copy/stimuli images; ln -s ../images copy/stimuli
mv copy/manifest-sha256.txt list.txt; ln -s ../list.txt copy/manifest-sha256.txt
"$python" copy/verify_copy.py
echo "status $?"

echo '---- names with characters that separate others'
cp -r leaves 'one;two 50%'
cp tiny.keras 'tiny;a%.keras'
"$EVOKE" maximize --mean 110 --steps 4 --starts 2 --neurons 0 -o named 'tiny;a%.keras' > /dev/null 2>&1
"$EVOKE" session -o 'my night' --repeats 2 --blanks 2 --display rig.json --degrees 3 --at 2,-1.5 \
    named 'one;two 50%' > made 2>&1 || cat made
"$EVOKE" export 'my night' --to psychopy,csv,monkeylogic,mworks,psychtoolbox 2>&1
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" 'my night' rig.json 3 2 -1.5
cut -d , -f 13,16 'my night/display_trials.csv' | sed 1d | sort -u
"$EVOKE" export 'my night' --to ex 2>&1
echo "status $?"
cp -r 'my night' my_night
"$EVOKE" export my_night --to ex 2>&1

echo '---- what cannot be'
refused() {
    "$EVOKE" export "$@" 2>&1
    echo "status $?"
}
refused night
refused --to csv
refused night --to psycopy
refused night --to csv,
refused max --to csv
refused nowhere --to csv
# Images of several sizes have edges of their own, and Ex has one size alone.
"$EVOKE" leaves --count 2 --size 8 -o squares > /dev/null 2>&1
"$EVOKE" session -o mixed --repeats 2 --blanks 2 --display rig.json --degrees 3 --at 2,-1.5 \
    leaves squares > /dev/null 2>&1
refused mixed --to csv,psychopy,psychtoolbox,monkeylogic,mworks,ex
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" mixed rig.json 3 2 -1.5
# Degrees of MWorks and frames of Ex need a screen; PsychoPy and MonkeyLogic do without.
"$EVOKE" session -o plain --repeats 2 --blanks 2 max > /dev/null 2>&1
refused plain --to mworks
refused plain --to ex
"$EVOKE" export plain --to psychopy,monkeylogic,psychtoolbox,csv 2>&1
grep -c 'pic(stimuli/stim-00000[0-9]_image.png,0.000000,0.000000,8,9)' plain/display_monkeylogic.txt
sed -n 2p plain/display_trials.csv | cut -d , -f 17-

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

# After a unit was dropped, the exports have the order that remains.
cp -r night less
unit=$(awk -F '\t' 'NR == 2 {print $5}' less/roles.tsv)
"$EVOKE" session less --drop "$unit" --after 5 > /dev/null 2>&1 || exit 1
"$EVOKE" export less --to psychopy,csv,monkeylogic,mworks,ex,psychtoolbox 2> /dev/null
"$python" -B "$EVOKE_TOP/tests/cli/exported/read.py" less rig.json 3 2 -1.5
ls less | grep trials-2
"$EVOKE" verify less 2>&1

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

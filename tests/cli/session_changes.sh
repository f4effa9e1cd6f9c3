# Units leave a session and sets are added, vetoes and a table of units: new orders, the old codes.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
check="/usr/bin/python3 -B $EVOKE_TOP/tests/cli/sessions/changed.py"
quiet() { "$@" > /dev/null 2>&1 || echo "failed: $*"; }
cat > units.tsv <<'EOF'
unit	model	output	keep
left	tiny.keras	0	yes
right	tiny.keras	1	yes
EOF
"$EVOKE" maximize --mean 110 --steps 4 --starts 3 --controls scrambled,blank --units units.tsv -o max > /dev/null 2>&1
quiet "$EVOKE" leaves --count 7 --size 9x8 -o leaves
quiet "$EVOKE" leaves --count 3 --size 9x8 --seed 5 -o more
quiet "$EVOKE" adversarial --images leaves/stimuli --steps 4 --budget 6 --resize --neurons 1 -o adv tiny.keras

quiet "$EVOKE" session -o night --repeats 5 --blanks 6 --catch 20% --per-trial 5 max leaves adv
cp -r night first

echo '---- a unit leaves'
"$EVOKE" session night --drop right --after 12
$check first night
"$EVOKE" verify night --from max leaves adv
"$EVOKE" session night --drop right --after 12
"$EVOKE" session night --drop right --after 13; echo "status $?"
"$EVOKE" session night --drop nobody; echo "status $?"
"$EVOKE" session night --drop left --after 1000; echo "status $?"

echo '---- a set is added'
cp -r night second
"$EVOKE" session night --add more --after 20
$check second night
"$EVOKE" verify night --from more max leaves adv
"$EVOKE" session night --add more --after 20
"$EVOKE" session night --add max --after 25; echo "status $?"
tail -n 3 night/roles.tsv | cut -f 1-5

echo '---- both, before the first trial'
quiet "$EVOKE" session -o early --repeats 3 --blanks 2 max leaves
"$EVOKE" session early --add more
"$EVOKE" session early --drop left right
"$EVOKE" verify early --from max more leaves
cut -f 4 early/trials-3.tsv | sort -n | uniq -c | awk '{print $1}' | sort | uniq -c

echo '---- the limit of minutes holds'
quiet "$EVOKE" session -o tight --repeats 5 --blanks 0 --minutes 0.25 leaves
cp -r tight before
"$EVOKE" session tight --add max --after 3; echo "status $?"
diff -r before tight && echo nothing changed

echo '---- vetoes'
printf 'set\tstimulus_id\treason\nmax\tstim-max000002\ta face\nleaves\tstim-natural000003\t\nadv\tstim-natural000004\tdark\n' > veto.tsv
"$EVOKE" session -o vetoed --veto veto.tsv --repeats 2 --blanks 2 max leaves adv
cut -f 2,3,6,7 vetoed/roles.tsv | grep -c -e max000002 -e 'leaves	stim-natural000003' -e natural000004
"$EVOKE" verify vetoed --from max leaves adv
refused() { "$EVOKE" session -o bad --veto bad.tsv --repeats 2 max; echo "status $?"; ls -d bad 2> /dev/null; }
printf 'set\tstimulus_id\treason\nmax\tstim-max000099\t\n' > bad.tsv; refused
printf 'set\tstimulus_id\treason\nmin\tstim-max000001\t\n' > bad.tsv; refused
printf 'set\tid\nmax\tstim-max000001\n' > bad.tsv; refused
printf '\377\n' > bad.tsv; refused
ln -s "$PWD" link; printf 'set\tstimulus_id\treason\n../max\tx\t\n' > bad.tsv; refused

echo '---- a table of units'
sed 's/right	tiny.keras	1	yes/right	tiny.keras	1	no/' units.tsv > one.tsv
"$EVOKE" session -o one --units one.tsv --repeats 2 --blanks 2 max leaves adv
cut -f 2,5 one/roles.tsv | sort | uniq -c | sed 's/^ *//'
"$EVOKE" verify one --from max leaves adv
echo '---- a set that was altered'
rm -rf copy; cp -r leaves copy; cp max/stimuli/stim-max000001_image.png copy/stimuli/stim-natural000002_image.png
"$EVOKE" session -o bad copy; echo "status $?"; ls -d bad 2> /dev/null
printf 'unit\tmodel\nx\tnone.keras\n' > bad.tsv
"$EVOKE" session -o bad --units bad.tsv max; echo "status $?"

echo '---- a session that was altered'
# The descriptions have hashes of whole sets, whose sheets are lettered with this machine's fonts.
finds() { "$EVOKE" verify "$@" 2> /dev/null | sed "s/SHA-256 is [0-9a-f]*..., expected [0-9a-f]*...$/SHA-256 is HASH, expected HASH/"; }
alter() { rm -rf copy; cp -r night copy; eval "$1"; finds copy | cut -c 1-150; }
alter 'sed -i "s/^2\t/3\t/" copy/trials.tsv'
alter 'rm copy/stimuli/stim-000003_image.png'
alter 'touch copy/extra'
alter 'sed -i "s/true/false/" copy/stimuli/stimuli.tsv'
alter 'cp copy/stimuli/stim-000002_image.png copy/stimuli/stim-000003_image.png'
alter 'sed -i "s/\"After\": 12/\"After\": 11/" copy/dataset_description.json'
rm -rf copy; cp -r night copy; sed -i 's/"repeats": 5/"repeats": 6/' copy/dataset_description.json
finds copy | cut -c 1-150
cp -r max other; printf ' ' >> other/README
"$EVOKE" verify night --from other more leaves adv; echo "status $?"
"$EVOKE" verify max --from leaves; echo "status $?"

echo '---- a page of a session'
"$EVOKE" sheet night -o night.html
/usr/bin/python3 -B "$EVOKE_TOP/tests/cli/sessions/page.py" night night.html
"$EVOKE" sheet night -o again.html && cmp night.html again.html && echo the same bytes
"$EVOKE" sheet night; echo "status $?"
"$EVOKE" sheet max night; echo "status $?"
"$EVOKE" session -o bad night; echo "status $?"

echo '---- a unit that left comes back with a set, and another one leaves'
cp -r max maxb
quiet "$EVOKE" session -o back --repeats 4 --blanks 2 max leaves
quiet "$EVOKE" session back --drop left --after 2
"$EVOKE" session back --add maxb --after 3
cp -r back before_drop
"$EVOKE" session back --drop right --after 4
cut -f 2,5 back/roles.tsv | sort | uniq -c | sed 's/^ *//' | grep left
cut -f 4 back/trials-4.tsv | sort -nu | tr '\n' ' '; echo
"$EVOKE" session back --drop left --after 4
"$EVOKE" session back --drop left --after 5; echo "status $?"
"$EVOKE" verify back --from max maxb leaves

echo '---- options and files that a change does not take'
for option in '--seed 3' '--repeats=4' '--veto veto.tsv' '--units units.tsv' '--minutes 9'; do
    "$EVOKE" session night --drop left --after 21 $option; echo "status $?"
done
"$EVOKE" session night --add maxb --seed 3; echo "status $?"
quiet "$EVOKE" session -o slow --repeats 5 --blanks 0 --minutes 0.25 leaves
"$EVOKE" session slow --add max --after 3 --minutes 2
"$EVOKE" verify slow --from max leaves
cp leaves/stimuli/stim-natural000001_image.png slow/stimuli/stim-000099_image.png
"$EVOKE" session slow --drop left --after 4 && "$EVOKE" verify slow

echo '---- another image of catch trials is another session'
mkdir a b
cp leaves/stimuli/stim-natural000001_image.png a/x.png
cp leaves/stimuli/stim-natural000002_image.png b/x.png
quiet "$EVOKE" session -o caught --repeats 2 --blanks 0 --catch 1 --catch-image a/x.png max
"$EVOKE" session -o caught --repeats 2 --blanks 0 --catch 1 --catch-image b/x.png max; echo "status $?"

echo '---- a description from a stranger'
forged() { rm -rf copy; cp -r night copy; sed -i "$1" copy/dataset_description.json; "$EVOKE" verify copy 2>&1 | cut -c 1-150 | sed 's/[0-9a-f]\{12\}\.\.\./HASH/g'; }
forged 's/"Images": 34/"Images": 33/'
forged 's/"Images": 34/"Images": 0/'
forged 's/"Images": 34/"Images": 1e99/'
forged 's|"display": ""|"display": "/etc/hostname"|'

echo '---- no image follows itself on the two sides of a catch trial'
quiet "$EVOKE" leaves --count 4 --size 9x8 -o few
quiet "$EVOKE" leaves --count 2 --size 9x8 --seed 9 -o two
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
    quiet "$EVOKE" session -o seam$seed --repeats 6 --blanks 0 --catch 30% --per-trial 3 --seed $seed few
    trial=$(awk -F '\t' '$9 == "true" && $2 > 2 {print $2; exit}' seam$seed/trials.tsv)
    quiet "$EVOKE" session seam$seed --add two --after "$trial"
    awk -F '\t' -v t="$trial" 'NR == FNR {if ($2 <= t && $9 == "false") last = $4; next}
        $9 == "false" && FNR > 1 {if ($4 == last) print "alike"; last = $4}' seam$seed/trials.tsv seam$seed/trials-2.tsv
done

echo '---- a set that is added has its repeats, also when all is over; trials that are over stay over'
quiet "$EVOKE" session -o over --repeats 3 --blanks 2 max
"$EVOKE" session over --add leaves --after 2
"$EVOKE" session over --drop left --after 1; echo "status $?"
last=$(tail -n 1 over/events.tsv | cut -f 7)
"$EVOKE" session over --add two --after "$last"
"$EVOKE" verify over --from max leaves two
awk -F '\t' 'FNR > 1 && $9 == "false" && $3 != "blank" {n[$5]++} END {for (c in n) print n[c]}' over/events.tsv | sort | uniq -c
"$EVOKE" session over --drop left --after 999; echo "status $?"

echo '---- the blank of a set with a window is the blank of the screen'
"$EVOKE" maximize --mean 110 --steps 2 --starts 1 --neurons 0-1 --prior aperture --controls blank -o window \
    tiny.keras > /dev/null 2>&1
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 800, "height_px": 600, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 60, "background": [90, 100, 110], "shown_as": "linear"}
EOF
"$EVOKE" session -o seen --display rig.json --degrees 4 --repeats 2 --blanks 3 window
cut -f 5-7,14 seen/stimuli/stimuli.tsv

echo '---- units that no set has'
printf 'unit\tmodel\toutput\nleft\ttiny.keras\t0\nother\ttiny.keras\t2\n' > slip.tsv
"$EVOKE" session -o slip --units slip.tsv --repeats 2 --blanks 2 max

echo '---- a veto is of a picture, whatever other stimulus it is'
quiet "$EVOKE" leaves --count 3 --size 9x8 -o same
printf 'set\tstimulus_id\treason\nsame\tstim-natural000002\ta face\n' > veto.tsv
"$EVOKE" session -o faces --veto veto.tsv --repeats 2 --blanks 2 leaves same
cut -f 2,3 faces/roles.tsv | grep -c natural000002
"$EVOKE" verify faces --from leaves same

echo '---- blanks for which there is no image'
quiet "$EVOKE" session -o blanks --repeats 3 --blanks 20 max
"$EVOKE" session blanks --drop left --after 1
"$EVOKE" verify blanks --from max

echo '---- one image remains, or is added alone'
quiet "$EVOKE" leaves --count 1 --size 9x8 --seed 21 -o alone
quiet "$EVOKE" session -o q1 --repeats 3 --blanks 0 alone max
"$EVOKE" session q1 --drop left right --after 1
"$EVOKE" verify q1 --from alone max
quiet "$EVOKE" session -o y --repeats 5 --blanks 1 two
"$EVOKE" session y --add alone --after 1
"$EVOKE" session y --add few --after "$(tail -n 1 y/events.tsv | cut -f 7)"
"$EVOKE" verify y --from alone two few
quiet "$EVOKE" session -o z --repeats 3 --blanks 0 two
"$EVOKE" session z --add alone --after "$(tail -n 1 z/events.tsv | cut -f 7)"
tail -n 1 z/trials-2.tsv | cut -f 1-4

echo '---- the last image before a change was a blank'
for after in 1 2 3 4 5 6; do
    rm -rf dense
    quiet "$EVOKE" session -o dense --repeats 3 --blanks 12 --per-trial 1 two max
    quiet "$EVOKE" session dense --drop left right --after $after
    quiet "$EVOKE" verify dense --from two max
done

echo '---- a lost image that catch trials show'
quiet "$EVOKE" session -o lost --repeats 2 --blanks 0 --catch 1 --catch-image max/stimuli/stim-max000001_image.png max two
quiet "$EVOKE" session lost --drop left --after 0
code=$(awk -F '\t' '$4 == "catch" {print $1}' lost/roles.tsv)
awk -F '\t' -v c="$code" '$4 == c {print $9}' lost/trials-2.tsv | sort | uniq -c

echo '---- the table of vetoes of the first call, with a set that is added'
printf 'set\tstimulus_id\treason\nleaves\tstim-natural000003\t\nmore\tstim-natural000001\tdark\n' > veto.tsv
printf 'set\tstimulus_id\treason\nleaves\tstim-natural000003\t\n' > first.tsv
quiet "$EVOKE" session -o twice --veto first.tsv --repeats 2 --blanks 2 leaves
"$EVOKE" session twice --add more --veto veto.tsv --after 1
"$EVOKE" verify twice --from leaves more

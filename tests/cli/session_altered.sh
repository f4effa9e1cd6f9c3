# Sessions that were forged: their manifest was written again, so that only what they say can tell.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
forge="/usr/bin/python3 -B $EVOKE_TOP/tests/cli/sessions/forge.py"
quiet() { "$@" > /dev/null 2>&1 || echo "failed: $*"; }
"$EVOKE" maximize --mean 110 --steps 2 --starts 2 --controls scrambled,blank --neurons 0-1 -o max tiny.keras > /dev/null 2>&1
quiet "$EVOKE" leaves --count 4 --size 9x8 -o leaves
quiet "$EVOKE" leaves --count 2 --size 9x8 --seed 5 -o more
quiet "$EVOKE" leaves --count 1 --size 12x10 --seed 9 -o catch
quiet "$EVOKE" adversarial --images leaves/stimuli --steps 3 --budget 6 --resize --neurons 1 -o adv tiny.keras
cat > rig.json <<'JSON'
{"name": "rig", "width_px": 200, "height_px": 150, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 100, "background": 120, "shown_as": "gamma", "gamma": 2.2}
JSON
common="--repeats 3 --blanks 3 --catch 20% --catch-image catch/stimuli/stim-natural000001_image.png --per-trial 4"
quiet "$EVOKE" session -o night $common max leaves adv
quiet "$EVOKE" session night --drop tiny:1 --after 5
quiet "$EVOKE" session night --add more --after 8
screen="$common --display rig.json --degrees 5 --at 1.5,-2 --edge 0.25 --linearise"
quiet "$EVOKE" session -o patch $screen max leaves adv
quiet "$EVOKE" session -o full $screen --canvas full --photodiode top-left max leaves
sets_of() { # SESSION
    case $1 in
    night) echo max leaves adv more ;;
    patch) echo max leaves adv ;;
    full) echo max leaves ;;
    esac
}

echo '---- as they were made'
verify() { "$EVOKE" verify "$@" 2>&1 | cut -c 1-190; }
for s in night patch full; do verify $s; verify $s --from $(sets_of $s); done
"$EVOKE" verify night --models tiny.keras --threads 1 --from $(sets_of night) 2>&1
awk -F '\t' 'NR > 1 && $9 != "n/a"' night/roles.tsv | wc -l
cp -r night copy; $forge copy; cmp night/manifest-sha256.txt copy/manifest-sha256.txt && echo the manifest is the same

# What is found, without the total; then what --from finds beside it.
finds() { # SESSION FILE OLD NEW
    from=$(sets_of "$1"); rm -rf copy; cp -r "$1" copy; shift
    $forge copy "$@"
    echo "* $1: ${label:-$2}"
    "$EVOKE" verify copy 2> /dev/null | cut -c 1-170 > alone
    "$EVOKE" verify copy --from $from > both 2> total
    cut -c 1-170 both > with; mv with both
    cat alone
    diff alone both | sed -n 's/^>/ --from:/p'
    tail -n 1 total | grep -q 'NOT as it was made' || { echo 'no finding:'; cat total; }
}
label=
echo '---- texts'
finds night verify_copy.py hashlib hashlab
finds night verify_copy.m function functiom
finds night README 'one file' 'two files'
finds night .bidsignore events events2
finds night stimuli/stimuli.json Description description
finds night roles.json Units units
finds night trials.json Units units
finds night events.tsv '\n' '\nx'
finds night task-session_events.json Units units
finds patch display.json 57 58
finds night README - -
finds night roles.json - -
touch extra; rm -rf copy; cp -r night copy; cp extra copy/extra; $forge copy; verify copy
echo '---- the description'
finds night dataset_description.json '"OnS": 0.1' '"OnS": 0.2'
finds patch dataset_description.json '"OverheadS": 1.6' '"OverheadS": 1.7'
finds patch dataset_description.json '"Off": 10' '"Off": 11'
finds patch dataset_description.json '"Background": [\n      120' '"Background": [\n      121'
finds patch dataset_description.json '"ShownAs": "gamma' '"ShownAs": "gemma'
for s in patch full; do
    for key in LeftPx TopPx ImageWidthPx ImageHeightPx SizeDeg PixelsPerDegree; do
        old=$(sed -n "s/^ *\(\"$key\": [0-9.]*\),*$/\1/p" $s/dataset_description.json)
        label="$s $key"
        finds $s dataset_description.json "$old" "${old%[0-9]}7"
    done
done
label=
finds patch dataset_description.json '"display": "rig.json"' '"display": ""'
finds patch dataset_description.json '"Name": "max"' '"Nome": "max"'
finds night dataset_description.json '"Session": {' '"Session": {"Nobody": 1,'
echo '---- rows of images'
row() { sed -n 4p "$1/stimuli/stimuli.tsv" | cut -f "$2"; }
for column in 4 6 7 10 11 12; do
    label="column $column"
    cut=$(row patch 1-$((column - 1))) old=$(row patch $column)
    finds patch stimuli/stimuli.tsv "$cut	$old" "$cut	9"
done
label='x_deg of a whole screen'
finds full stimuli/stimuli.tsv "$(row full 1-11)" "$(row full 1-10)	3"
label='y_deg of a whole screen'
finds full stimuli/stimuli.tsv "$(row full 1-12)" "$(row full 1-11)	3"
label=
finds night stimuli/stimuli.tsv 'n/a' 3
finds night stimuli/stimuli.tsv 'x_deg\ty_deg' 'y_deg\tx_deg'
label=
echo '---- roles'
cut_row() { # SESSION ROW: of roles.tsv
    rm -rf copy; cp -r "$1" copy
    sed -i "${2}d" copy/roles.tsv; $forge copy; verify copy --from $(sets_of "$1")
}
cut_row full '$'
cut_row patch '$'
cut_columns() { cut -f "$1" patch/roles.tsv > roles.tsv; rm -rf copy; cp -r patch copy; cp roles.tsv copy; $forge copy; verify copy --from $(sets_of patch); }
cut_columns 1-18
cut_columns 1-8,10-
last=$(sed -n '$p' patch/roles.tsv) label='the last row twice'
finds patch roles.tsv "$last\n" "$last\n$last\n"
label='another role'
finds night roles.tsv '\tmax\tstim-max000001\tmax' '\tmax\tstim-max000001\tmin'
label='rms_shown'
finds patch roles.tsv "$(awk -F '\t' '$4 == "adversarial" {print; exit}' patch/roles.tsv)" \
    "$(awk -F '\t' -v OFS='\t' '$4 == "adversarial" {$NF = 9; print; exit}' patch/roles.tsv)"
label=
echo '---- images that are missing or damaged'
lost() { # SESSION CODE COMMAND
    rm -rf copy; cp -r "$1" copy; file=copy/stimuli/stim-00000$2_image.png
    eval "$3 $file"; verify copy --from $(sets_of "$1") | sed 's/SHA-256 is [0-9a-f]*..., expected [0-9a-f]*...$/SHA-256 is HASH, expected HASH/'
}
code=$(awk -F '\t' '$4 == "adversarial" {print $1; exit}' night/roles.tsv)
test "$code" -lt 10 || code=0$code
echo "image $code"
rm -rf copy; cp -r night copy; rm copy/stimuli/stim-0000${code#0}_image.png 2> /dev/null || rm "copy/stimuli/stim-00000${code#0}_image.png"
verify copy --from $(sets_of night)
lost night 1 rm
lost patch 2 'truncate -s 60'
rm -rf copy; cp -r night copy; rm copy/stimuli/stim-000003_image.png; $forge copy; verify copy --from $(sets_of night)
echo '---- what no session can ask for'
finds patch dataset_description.json '"degrees": 5' '"degrees": 50'
finds patch dataset_description.json '"width_px": 200' '"width_px": 20'
"$EVOKE" verify night --from max leaves 2>&1 | cut -c 1-76; "$EVOKE" verify night --from max leaves 2> /dev/null; echo "status $?"

echo '---- a long chain in a hostile set'
# Row 2 of a set was made from row 3, that from row 4, and so on; the last one is vetoed.
/usr/bin/python3 -B - leaves long << 'PYTHON'
import csv, shutil, sys
old, new = sys.argv[1:]
shutil.copytree(old, new)
with open(f"{old}/stimuli/stimuli.tsv", newline="") as file:
    head, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
count, name, source = 200000, head.index("stimulus_id"), head.index("source_id")
code, path = head.index("stim_code"), head.index("filename")
with open(f"{new}/stimuli/stimuli.tsv", "w") as file:
    file.write("\t".join(head) + "\n" + "\t".join(rows[0]) + "\n")
    for i in range(2, count + 1):
        row = list(rows[1])
        row[code], row[path] = str(i), f"stim-natural{i:06d}_image.png"
        row[name] = f"stim-natural{i:06d}"
        row[source] = f"stim-natural{i + 1:06d}" if i < count else "stim-natural000002"
        file.write("\t".join(row) + "\n")
with open(f"{new}/traces.tsv", "w") as file:
    file.write("stimulus_id\t0\n")
    file.writelines(f"stim-natural{i:06d}\tn/a\n" for i in range(1, count + 1))
with open("veto.tsv", "w") as file:
    file.write(f"set\tstimulus_id\treason\nlong\tstim-natural{count}\t\n")
PYTHON
timeout 30 "$EVOKE" session -o chained --veto veto.tsv --repeats 1 --blanks 0 long; echo "status $?"

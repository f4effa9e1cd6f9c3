# The evening as a script, on fewer photographs and with few steps: nothing is written by hand
# between the commands, and the session is whole before and after two units are lost.
[ -d "${EVOKE_PUBLISHED:=$EVOKE_TOP/../shared/published}" ] || { echo "no published models"; exit 77; }
mkdir photographs
/usr/bin/python3 - "$EVOKE_PUBLISHED/pool/images_210224.zip" <<'END'
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
for name in sorted(archive.namelist())[:24]:
    archive.extract(name, "photographs")
END
PHOTOGRAPHS=$PWD/photographs GAUDY=12 sh "$EVOKE_TOP/examples/evening.sh" "$EVOKE" "$EVOKE_PUBLISHED" night 3 \
    > printed 2> said || { cat said; exit 1; }
grep -E 'images compared with their rows|listed: |wrote ' said printed | sed 's/^[a-z]*://' | LC_ALL=C sort
cut -f 4 night/session/roles.tsv | tail -n +2 | LC_ALL=C sort | uniq -c
# Of the two units that left, no image remains but those that are another unit's, too.
awk -F '\t' 'FNR == 1 { table++; next }
    table == 1 && ($5 == "V4-31" || $5 == "V4-63") { lost[$1] = 1 }
    table == 1 && $5 != "V4-31" && $5 != "V4-63" { kept[$1] = 1 }
    table == 2 { if (($4 in lost) && !($4 in kept)) bad++; n++ }
    END { print (n > 100), bad + 0 }' night/session/roles.tsv night/session/trials-2.tsv
# Codes are from 1 on, each once; files are as large as 4 degrees are.
awk -F '\t' 'NR > 1 { if ($5 != NR - 1 || $8 != 144 || $9 != 144) bad++ } END { print (NR > 100), bad + 0 }' \
    night/session/stimuli/stimuli.tsv

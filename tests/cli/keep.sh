# Starts from photographs, the best that differ, and how they compare with the best photograph.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --method published --steps 3 --step-size 2 "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make -o set --starts 6 --keep 2 --start natural --reference photos gabor.keras dot.keras 2> err | cut -f 1,2,8,9
sed 's/there already/already/' err
cells set stimulus_id present dropped start_image natural_file beats_natural
find set/stimuli -name '*.png' | sort
# The same for any thread count; the record alone says what was measured.
make -o one --threads 1 --starts 6 --keep 2 --start natural --reference photos gabor.keras dot.keras > out 2>&1
diff -r set one && echo same bytes
grep -E '"(start|keep|natural-sd|natural-mean|natural-contrast)":' set/dataset_description.json | wc -l
grep -c '"natural-sd": 57.0,' set/dataset_description.json
make -o said --natural-sd 57 --reference photos gabor.keras > out 2>&1
grep -c '"natural-sd": 57.0,' said/dataset_description.json
# Every image again, the dropped ones too, and only with the photographs.
for i in 1 2 3 12; do
    "$EVOKE" again set "$(printf 'stim-max%06d' $i)" --reference photos
done
"$EVOKE" again set stim-max000001 2>&1 | sed 's/[0-9a-f]\{12\}\.\.\./HASH/'
"$EVOKE" verify set --models gabor.keras dot.keras 2>&1
"$EVOKE" verify set --reference photos --models gabor.keras dot.keras 2>&1
# A photograph elsewhere, of another name.
mkdir moved && for f in photos/*.png; do cp "$f" "moved/x$(basename "$f")"; done
"$EVOKE" again set stim-max000008 --reference moved
# The choice is made once.
make -o set --starts 7 --keep 2 --start natural --reference photos gabor.keras 2>&1
make -o set --starts 6 --keep 3 --start natural --reference photos gabor.keras 2>&1
make -o set --starts 6 --keep 2 --start natural --reference photos/dot.png --reference photos/gabor.png gabor.keras 2>&1
make -o set --starts 6 --keep 2 --start natural --reference moved gabor.keras 2>&1 | sed 's/[0-9a-f]\{64\}/HASH/g'
diff -r set one && echo as it was
# A start image of one's own, dead leaves, and what cannot be.
make -o own --starts 2 --start photos/dot.png gabor.keras > out 2>&1
cells own start_image restarts | sort -u
grep -c "$PWD" own/dataset_description.json
"$EVOKE" again own stim-max000002 --reference photos
make -o leaves --starts 2 --start leaves gabor.keras > out 2>&1
"$EVOKE" again leaves stim-max000002
for start in natural nowhere.png "''"; do
    eval make -o none --start "$start" gabor.keras 2>&1
    echo "status $?"
done
make -o none --starts 13 --start natural --reference photos gabor.keras 2>&1
ls -d none 2> /dev/null
# No time at all, then all the time: as if there had been no limit.
make -o late --for 0.000001s --starts 2 gabor.keras dot.keras > out 2> err; echo "status $?"
cut -f 1,2,8 out; head -n 2 err
"$EVOKE" again late stim-max000001 2>&1
make -o late --starts 2 gabor.keras dot.keras > out 2>&1
make -o all --starts 2 gabor.keras dot.keras > out 2>&1
diff -r late all && echo same bytes

# The photographs that drive each neuron most and least, as a set.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" naturals --images photos "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make --keep 2 -o set gabor.keras dot.keras 2> err | cut -f 1,2,8,9
cat err
cells set stimulus_id target_model objective rank source_file
# What predict says of the photographs, sorted, has them in this order.
"$EVOKE" predict --images photos gabor.keras 2> /dev/null | tail -n +2 | sort -t , -k 2gr | cut -d , -f 1 | sed -n '1,2p;11,12p'
# What it says of the files is in the table.
"$EVOKE" predict --images set/stimuli dot.keras 2> /dev/null | tail -n +2 | sort > predicted
cells set filename target_model response_pred | awk '$2 == "dot" {print $1 "," $3}' | sort > written
join -t , predicted written | awk -F , '$2 != $3 {bad = 1} END {print NR, bad ? "differ" : "agree"}'
make --keep 2 --threads 1 -o one gabor.keras dot.keras > out 2>&1
diff -r set one && echo same bytes
"$EVOKE" verify set --reference photos --models gabor.keras dot.keras 2>&1
"$EVOKE" again set stim-natural000003 --reference photos
"$EVOKE" again set stim-natural000003 2>&1 | sed 's/[0-9a-f]\{12\}\.\.\./HASH/'
"$EVOKE" sheet set -o sheet.png && cmp sheet.png set/sheet.png
# A neuron more; another number is another set.
make --keep 2 -o grown gabor.keras > out 2>&1
make --keep 2 -o grown gabor.keras dot.keras 2>&1 | grep already
diff -r set grown && echo as if made at once
make --keep 3 -o set gabor.keras 2>&1
"$EVOKE" maximize -o set gabor.keras 2>&1 | sed 's/expected.*//'
# What cannot be.
make --keep 13 -o none gabor.keras 2>&1
make --keep 0 -o none gabor.keras 2>&1
"$EVOKE" naturals -o none gabor.keras 2>&1
make gabor.keras 2>&1
ls -d none 2> /dev/null

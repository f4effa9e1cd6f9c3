# What the images of a set are compared with: rows that name what they control.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --steps 5 --starts 3 --keep 2 --reference photos "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make --controls scrambled,neuron,natural,matched,start,blank -o set gabor.keras dot.keras > out 2>&1
cells set stimulus_id set_type target_model control control_of | grep -v ' n/a n/a$'
"$EVOKE" verify set --reference photos --models gabor.keras dot.keras 2>&1
for id in $(cells set stimulus_id control | sed -n 's/ [a-z]*$//p'); do
    "$EVOKE" again set "$id" --reference photos 2> /dev/null
done | cut -f 2 | sort | uniq -c | sed 's/^ *//'
"$EVOKE" sheet set --reference photos -o sheet.png && cmp sheet.png set/sheet.png && echo the same sheet
make --threads 1 --controls scrambled,neuron,natural,matched,start,blank -o one gabor.keras dot.keras > out 2>&1
diff -r set one && echo same bytes
# Neurons asked for one after the other; each has its own.
make --controls matched,blank -o grown gabor.keras > out 2>&1
make --controls matched,blank -o grown gabor.keras dot.keras > out 2>&1
cells grown target_model control | sort | uniq -c | sed 's/^ *//'
"$EVOKE" verify grown 2>&1
# What cannot be.
make --controls noise -o none gabor.keras 2>&1
make --controls neuron -o none gabor.keras 2>&1
"$EVOKE" maximize --controls natural -o none gabor.keras 2>&1
ls -d none 2> /dev/null
make --controls blank -o set gabor.keras 2>&1 | sed 's/expected.*//'

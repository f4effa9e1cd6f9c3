# Where ascents stop, and what a set says of their courses.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
make() { "$EVOKE" maximize --method published --start-contrast 20 --starts 2 "$@"; }
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make -o set --steps 12 --trace --prior tv --target-response 3 gabor.keras dot.keras > out 2>&1
cells set stimulus_id n_steps stopped
head -n 1 set/traces/stim-max000001.tsv
# The last line is of the image where it stopped; with all steps made it is as long as them.
for id in $(cells set stimulus_id); do
    steps=$(cells set stimulus_id n_steps | sed -n "s/^$id //p")
    tail -n 1 "set/traces/$id.tsv" | cut -f 1,3- | grep -c "^$steps	n/a	n/a	n/a$"
    [ "$(wc -l < "set/traces/$id.tsv")" = $((steps + 2)) ] || echo "$id: another number of lines"
done
grep -c n/a set/traces.tsv
"$EVOKE" verify set --models gabor.keras dot.keras 2>&1
(cd set && sha256sum --quiet -c manifest-sha256.txt) && echo whole
"$EVOKE" again set stim-max000002
# The sheet is drawn again from the files, and is higher than without them.
"$EVOKE" sheet set -o again.png && cmp again.png set/sheet.png && echo same sheet
"$EVOKE" sheet set -o again.pdf && ls again.pdf
cp -r set whole
rm -r whole/traces
"$EVOKE" sheet whole -o none.png 2>&1
"$EVOKE" verify whole 2>&1 | head -n 1
make -o whole --steps 12 --trace --prior tv --target-response 3 gabor.keras dot.keras > out 2>&1
diff -r set whole && echo same bytes
make -o one --threads 1 --steps 12 --trace --prior tv --target-response 3 gabor.keras dot.keras > out 2>&1
diff -r set one && echo same bytes
make -o set --steps 12 --prior tv --target-response 3 gabor.keras 2>&1
# The other rules, and a target that is out of reach.
make -o still --steps 40 --step-size 0.02 --pixel-change 0.5 dot.keras > out 2>&1
cells still n_steps stopped
make -o flat --steps 40 --plateau 4 --plateau-gain 1000 --minimize dot.keras > out 2>&1
cells flat n_steps stopped
make -o far --steps 6 --target-response 1e6 dot.keras > out 2>&1
cells far n_steps stopped
for options in '--plateau -1' '--pixel-change 256' '--target-response x' '--plateau-gain inf'; do
    # shellcheck disable=SC2086 # words
    make -o none $options dot.keras 2>&1
    echo "status $?"
done

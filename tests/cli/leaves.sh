# Images of our own: the same for any number of threads, taken up where a call was interrupted.
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
"$EVOKE" leaves --count 5 --size 24x32 -o set 2>&1
ls set set/stimuli
cells set stimulus_id set_type method seed width_px height_px stim_code
"$EVOKE" verify set 2>&1
(cd set && sha256sum --quiet -c manifest-sha256.txt)
"$EVOKE" again set stim-natural000004
"$EVOKE" sheet set -o sheet.png && cmp sheet.png set/sheet.png
"$EVOKE" leaves --count 5 --size 24x32 -o one --threads 1 2> /dev/null
diff -r set one && echo same bytes
"$EVOKE" leaves --count 5 --size 24x32 -o set 2>&1 | sed 1q
# Image i is the same in a set of any count; another seed gives others.
"$EVOKE" leaves --count 3 --size 24x32 -o few 2> /dev/null
"$EVOKE" leaves --count 3 --size 24x32 --seed 2 -o other 2> /dev/null
cells few sha256 > a
cells set sha256 | sed 3q | cmp - a && echo same images
cells other sha256 | sort - a | uniq -d
# From whatever a call leaves behind, the same one ends at the same bytes.
go_on() {
    "$EVOKE" leaves --count 5 --size 24x32 -o part 2>&1 | sed 1q
    diff -r set part && echo same bytes
    rm -rf part
}
begin() { cp -r set part && rm part/manifest-sha256.txt part/sheet.png part/traces.tsv; }
begin && : > part/unfinished.tsv && go_on
begin && printf 'torn' > part/unfinished.tsv && rm -r part/stimuli && go_on
cp -r set part && rm part/stimuli/stim-natural000002_image.png && go_on
cp -r set part && echo x >> part/sheet.png && go_on
# What is not continued.
cp -r set part && echo x >> part/stimuli/stimuli.tsv
"$EVOKE" leaves --count 5 --size 24x32 -o part 2>&1
"$EVOKE" leaves --count 6 --size 24x32 -o set 2>&1
"$EVOKE" leaves --count 5 --size 32 -o set 2>&1
"$EVOKE" maximize -o set "$MODELS/gabor.keras" 2>&1 | sed 's/expected.*//'
mkdir full && echo mine > full/file
"$EVOKE" leaves --count 5 -o full 2>&1
# What cannot be.
"$EVOKE" leaves -o none 2>&1
"$EVOKE" leaves --count 5 2>&1
"$EVOKE" leaves --count 0 -o none 2>&1
"$EVOKE" leaves --count 1000000 -o none 2>&1
"$EVOKE" leaves --count 5 --size 0 -o none 2>&1
"$EVOKE" leaves --count 5 --size 3xx4 -o none 2>&1
"$EVOKE" leaves --count 5 --size 20000x20000 -o none 2>&1
"$EVOKE" leaves --count 5 -o none more 2>&1
ls -d none 2> /dev/null
exit 0

# Images made alike, as a set of controls: what is in it, again, interrupted, and what is refused.
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
range() { # SET COLUMN: largest less least
    cells "$@" | awk 'NR == 1 {a = b = $1} $1 < a {a = $1} $1 > b {b = $1} END {print b - a}'
}
below() { awk -v most="$1" '{print ($1 <= most ? "alike" : "apart: " $1)}'; }
match() { "$EVOKE" match --images photos "$@" 2>&1; }
"$EVOKE" leaves --count 6 --size 40x56 -o painted 2> /dev/null
mkdir photos && cp painted/stimuli/*.png photos
match -o set
cells set stimulus_id set_type method source_file width_px height_px
ls set set/stimuli
range painted gray_mean | below 10
range set gray_mean | below 0.5
range set gray_sd | below 1
"$EVOKE" predict --images photos "$MODELS/gabor.keras" --resize 2> /dev/null | tail -n +2 | cut -d , -f 1 > names
cells set source_file | cmp - names && echo named as predict does
"$EVOKE" verify set 2>&1
"$EVOKE" again set stim-control000004 --reference photos
"$EVOKE" sheet set -o sheet.png --reference photos && cmp sheet.png set/sheet.png
match -o one --threads 1 > /dev/null
diff -r set one && echo same bytes
match -o set | sed 1q
# A given mean and SD.
match --mean 128 --sd 20 -o given > /dev/null
cells given gray_mean gray_sd | awk '{print ($1 > 127.9 && $1 < 128.1 && $2 > 19.9 && $2 < 20.1 ? "as given" : $0)}' | uniq
# Histograms are the same, to the pixel; so is what is said of them.
match --what histogram -o flat | grep histogram
range flat gray_mean | below 0.2
match --what histogram --colour channels -o planes | grep histogram
# Spectra, and both; bytes do not depend on the number of threads.
change() { awk -v what="$1" -v most="$2" '$1 == what {print what, ($3 <= most * $2 ? "closer" : "not closer: " $0)}'; }
for what in sf spectrum; do
    match --what $what -o "$what" | change spectrum "$([ $what = sf ] && echo 1 || echo 0.1)"
    match --what $what -o "$what-1" --threads 1 > /dev/null
    diff -r $what $what-1 && echo same bytes
    "$EVOKE" again $what stim-control000002 --reference photos
done
match --what spectrum,histogram --iterations 5 -o both | change spectrum 0.6
match --what spectrum --rescale -o scaled | change spectrum 0.03
range scaled gray_sd | below 0.1
"$EVOKE" again scaled stim-control000002 --reference photos
match --what spectrum,histogram --iterations 5 --size 30x30 -o small | change spectrum 0.6
cells small width_px height_px | uniq
"$EVOKE" verify small 2>&1
# Taken up where it was left, a file repaired.
rm both/stimuli/stim-control000003_image.png
match --what spectrum,histogram --iterations 5 -o both | tail -n 2 | sed 1q
match --what spectrum,histogram --iterations 5 -o whole --threads 1 > /dev/null
diff -r both whole && echo same bytes
cp -r set part && rm part/manifest-sha256.txt part/sheet.png part/traces.tsv && : > part/unfinished.tsv
match -o part > /dev/null
diff -r set part && echo same bytes
# Altered, a set is not whole; other images are another set.
sed -i 's/control/max/' part/stimuli/stimuli.tsv
"$EVOKE" verify part 2>&1 | tail -n 1
match --what histogram -o set
cp -r photos more && cp photos/stim-natural000001_image.png more/z.png
"$EVOKE" match --images more -o set 2>&1 | sed 's/is .* there.*//'
"$EVOKE" again set stim-control000004 --reference more 2>&1
"$EVOKE" again set stim-control000004 2>&1
# One image alone stays as it is.
"$EVOKE" match --images photos/stim-natural000002_image.png --what histogram -o alone > /dev/null 2>&1
cells painted pixel_sha256 | sed -n 2p > a
cells alone pixel_sha256 | cmp - a && echo same pixels
# Gray images, and files in a zip.
cp "$EVOKE_TOP/tests/data/gray_8x8.png" "$EVOKE_TOP/tests/data/rgb_8x8.jpg" .
"$EVOKE" match --images gray_8x8.png rgb_8x8.jpg -o mixed 2>&1 | tail -n 2 | sed 1q
"$EVOKE" match --images "$EVOKE_TOP/tests/data/images.zip" --size 16 -o zipped 2>&1 | tail -n 2 | sed 1q
# What cannot be.
mkdir empty sizes broken
"$EVOKE" match --images empty -o none
echo $?
cp photos/*1_image.png sizes/a.png && cp gray_8x8.png sizes/b.png
"$EVOKE" match --images sizes -o none
echo $?
"$EVOKE" match --images sizes --size 8 -o sized 2>&1 | tail -n 2 | sed 1q
cp photos/*.png broken && echo nonsense > broken/stim-natural000003_image.png
"$EVOKE" match --images broken -o none
echo $?
match --what luminance,lumens -o none
match --what luminance,luminance -o none
match --what '' -o none
match --what spectrum --mean 100 -o none
match --mean 300 -o none
match --iterations 0 -o none
match --colour red -o none
match --size 0 -o none
match
"$EVOKE" match -o none 2>&1
ls -d none 2> /dev/null
exit 0

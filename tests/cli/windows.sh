# Images behind a window: controls have it, and verify says when the mask is another file.
cp "$MODELS/gabor.keras" .
make() { "$EVOKE" maximize --steps 2 --starts 1 "$@" gabor.keras; }
make -o first > out 2>&1
cp first/stimuli/stim-max000001_image.png mask.png
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make --prior mask:mask.png,background=60 --prior aperture:background=60 --controls scrambled,start,blank -o set > out 2>&1
cells set control frac_clipped_window gray_mean_window | sed -n '/^blank/p'
cells set control channel_sd_window | awk '{print $1, ($2 > 0.001)}'
"$EVOKE" verify set --models gabor.keras 2>&1
for id in $(cells set stimulus_id); do
    "$EVOKE" again set "$id" gabor.keras 2> /dev/null
done | cut -f 2
cp first/sheet.png mask.png
"$EVOKE" verify set 2>&1 | sed 's/SHA-256 is [0-9a-f.]*/SHA-256 is HASH/'
"$EVOKE" again set stim-control000002 gabor.keras 2>&1 | sed 's/SHA-256 .*/SHA-256/'
rm mask.png
"$EVOKE" verify set 2>&1

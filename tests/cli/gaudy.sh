# Transformed images as a set: what is in it, again, interrupted, and what is passed over.
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
gaudy() { "$EVOKE" gaudy --images photos "$@"; }
"$EVOKE" leaves --count 6 --size 20x28 -o leaves 2> /dev/null
mkdir photos && for i in 1 2 3 4 5 6; do cp leaves/stimuli/stim-natural00000${i}_image.png photos/$i.png; done
gaudy -o set 2>&1
cells set stimulus_id set_type method source_file source_id height_px width_px frac_clipped
"$EVOKE" verify set 2>&1
"$EVOKE" again set stim-gaudy000003 --reference photos
"$EVOKE" again set stim-gaudy000003 2>&1
"$EVOKE" sheet set -o sheet.png --reference photos && cmp sheet.png set/sheet.png
gaudy --threads 1 -o one 2> /dev/null
diff -r set one && echo same bytes
rm one/stimuli/stim-gaudy000002_image.png && gaudy -o one 2>&1 | sed 1q
diff -r set one && echo same bytes
# A gaudy image is its own gaudy image, and repeats it.
"$EVOKE" gaudy --images set/stimuli --with-originals -o twice 2> /dev/null
cells twice gaudiness duplicate_of | sort | uniq -c | sed 's/^ *//'
# Pairs, at another shape: each image is cropped about its middle.
gaudy --with-originals --definition channel --smooth 1.5 --size 10x10 -o pairs 2>&1 | tail -n 2 | sed 1q
cells pairs stimulus_id set_type method source_file source_id width_px | sed 4q
"$EVOKE" verify pairs 2>&1
"$EVOKE" again pairs stim-natural000001 --reference photos
"$EVOKE" again pairs stim-gaudy000012 --reference photos
# Another transform; a random one is a function of the image's name and the seed.
gaudy --transform random-pixels:0.25 --seed 3 -o random 2> /dev/null && "$EVOKE" verify random 2>&1
mkdir some && cp photos/4.png some && "$EVOKE" gaudy --images some --transform random-pixels:0.25 --seed 3 -o one4 2> /dev/null
cells random pixel_sha256 | sed -n 4p > a && cells one4 pixel_sha256 | cmp - a && echo same pixels
# The three that are gaudy already, in their order.
gaudy --keep 3 -o best 2>&1 | sed 1q
cells set gaudiness source_file | sort -g | sed 3q | cut -d ' ' -f 2 | sort | tr '\n' ' '
cells best source_file rank | tr '\n' ' ' && echo
# JPEG is not exact.
gaudy --jpeg -o jpeg 2>&1 | sed 2q
cells jpeg filename | sed 1q && "$EVOKE" verify jpeg 2>&1 && "$EVOKE" again jpeg stim-gaudy000002 --reference photos
# With a model: its size, and its responses; of several neurons their mean.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
gaudy -o seen gabor.keras 2>&1 | tail -n 2 | sed 1q
"$EVOKE" predict --images seen/stimuli gabor.keras 2> /dev/null | tail -n +2 > predicted
cells seen filename response_pred | tr ' ' , | cmp - predicted && echo responses agree
"$EVOKE" verify seen --models gabor.keras 2>&1
gaudy -o apart --keep 2 --ensemble both=gabor.keras,dot.keras 2>&1 | tail -n 2 | sed 1q
"$EVOKE" verify apart --models gabor.keras dot.keras 2>&1
cells apart target_model source_file | wc -l
# What is passed over is named.
cp -r photos bad && echo nonsense > bad/2.png && ln -s nowhere bad/7.png && head -c 300 photos/3.png > bad/3.png
"$EVOKE" gaudy --images bad -o rest
echo $?
cells rest stimulus_id present source_file
"$EVOKE" verify rest 2>&1
"$EVOKE" gaudy --images bad -o rest
echo $?
"$EVOKE" gaudy --images bad --keep 4 -o four
echo $?
mkdir none empty && echo nonsense > none/1.png
"$EVOKE" gaudy --images none --keep 2 -o nothing
echo $?
"$EVOKE" gaudy --images empty -o nothing
echo $?
# What cannot be.
gaudy -o set --definition channel
gaudy -o set --keep 2
"$EVOKE" gaudy --images some -o set
gaudy -o photos
"$EVOKE" gaudy --images some . -o set/new/one
gaudy -o nothing --definition other
gaudy -o nothing --definition channel --transform levels
gaudy -o nothing --transform what
gaudy -o nothing --transform levels:x=1
gaudy -o nothing --by response
gaudy -o nothing --keep 2 --by beauty
gaudy -o nothing --keep 2 --by response
gaudy -o nothing --keep 2 --by disagreement gabor.keras
gaudy -o nothing gabor.keras dot.keras
gaudy -o nothing --size 5x
gaudy -o nothing --size 99999x99999
gaudy -o nothing --size 10x10 gabor.keras
gaudy
"$EVOKE" gaudy -o nothing
ls -d nothing 2> /dev/null
exit 0

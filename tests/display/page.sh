# SPDX-License-Identifier: GPL-3.0-or-later
# A page of 1,000 images in headless Chromium: 20 vetoes by mouse and keyboard are saved as they were
# made; the page opens within 2 s, has less than 60 MB, and asks for nothing.
published=${EVOKE_PUBLISHED:-$EVOKE_TOP/../shared/published}
[ -d "$published/images" ] || { echo "EVOKE_PUBLISHED has no images"; exit 1; }
quiet() { "$@" > log 2>&1; [ $? -le 1 ] || { cat log; exit 1; }; } # 1: some images have flags
photos=$published/images/images_190923.zip
printf 'unit\tmodel\toutput\timages\n' > units.tsv
for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
    printf 'u%02d\t%s/compact/keras/compact_model_190923_neuron%d.keras\t0\t4\n' $i "$published" $i
done >> units.tsv
quiet "$EVOKE" maximize --units units.tsv --steps 8 --starts 4 --reference "$photos" \
    --judge A="$published/shared_compact/shared_compact_model_25filters.keras:0-11" \
    --controls natural,matched,scrambled,start,blank -o max
quiet "$EVOKE" naturals --units units.tsv --images "$published/images/images_201025.zip" --keep 4 --least 2 -o nat
there=$(cat max/stimuli/stimuli.tsv nat/stimuli/stimuli.tsv | awk -F '\t' '$4 == "true"' | wc -l)
quiet "$EVOKE" gaudy --images "$published/images/images_201025.zip" --size 112x112 --random $(((1000 - there) / 2)) \
    --with-originals -o gaudy
there=$((there + $(awk -F '\t' '$4 == "true"' gaudy/stimuli/stimuli.tsv | wc -l)))
[ $there = 1000 ] || quiet "$EVOKE" leaves --count $((1000 - there)) --size 112 -o leaves
sets="max nat gaudy"
[ ! -d leaves ] || sets="$sets leaves"
"$EVOKE" sheet $sets -o page.html || exit 1
exec /usr/bin/python3 -B "$EVOKE_TOP/tests/display/page.py" "$EVOKE" page.html $sets

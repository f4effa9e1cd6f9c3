# Same pixels with every instruction set that runs here and on 1 to 7 threads: every method, control, norm and command
# that makes images.  Sizes are those at which FFTW and the kernels take their fast paths.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
tiny=$EVOKE_TOP/tests/data/tiny.keras
"$EVOKE" leaves --count 6 --size 112 -o leaves > /dev/null 2>&1
photos=leaves/stimuli
"$EVOKE" statistics -o statistics.json $photos > /dev/null 2>&1

# make FOLDER THREADS: all kinds of sets
make() {
    for method in published robust mei v4-mei npc lucid; do
        "$EVOKE" maximize --threads "$2" --method $method --start noise --steps 3 --starts 2 --keep 0 \
            -o "$1/$method" gabor.keras
    done
    for prior in phase-only spectrum-slope band:high=20 wiener:file=statistics.json patches:file=statistics.json \
        colour:file=statistics.json gaudy aperture:radius=30 scale brightness noise rms-contrast:0.3 lp; do
        "$EVOKE" maximize --threads "$2" --steps 2 --starts 1 --prior $prior -o "$1/prior-${prior%%:*}" gabor.keras
    done
    for optimizer in momentum adam; do
        "$EVOKE" maximize --threads "$2" --steps 3 --starts 1 --optimizer $optimizer -o "$1/$optimizer" gabor.keras
    done
    "$EVOKE" maximize --threads "$2" --steps 2 --starts 2 --keep 0 --reference $photos \
        --controls scrambled,neuron,natural,matched,start,blank -o "$1/controls" gabor.keras dot.keras
    for norm in rms linf mean-abs l2; do
        "$EVOKE" adversarial --threads "$2" --norm $norm \
            --images $photos/stim-natural000001_image.png $photos/stim-natural000002_image.png \
            --budget "$(case $norm in l2) echo 3 ;; *) echo 5 ;; esac)" --steps 4 --refine 2 --increase \
            --controls scrambled,noise,base,blank -o "$1/$norm" gabor.keras
    done
    "$EVOKE" adversarial --threads "$2" --images $photos --method smoothing --steps 3 --decrease --controls discs \
        -o "$1/smoothing" gabor.keras
    "$EVOKE" match --threads "$2" --images $photos --what spectrum,histogram,sf,luminance -o "$1/match"
    "$EVOKE" gaudy --threads "$2" --images $photos -o "$1/gaudy"
    "$EVOKE" naturals --threads "$2" --images $photos --keep 2 -o "$1/naturals" gabor.keras
    "$EVOKE" leaves --threads "$2" --count 3 --size 40x56 -o "$1/leaves"
}

# pixels FOLDER: what every row of its sets says of its image
pixels() {
    for set in "$1"/*/; do
        set=${set%/}
        awk -F '\t' -v set="${set##*/}" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
            NR > 1 { print set, $at["stimulus_id"], $at["pixel_sha256"] }' "$set/stimuli/stimuli.tsv"
    done
}

mkdir first && make first 1 > /dev/null 2>&1
(cd first && echo */)
pixels first > first.txt
echo "$(wc -l < first.txt) rows, $(grep -c ' n/a$' first.txt) without an image"
for threads in 2 3 4 5 6 7; do
    [ $threads = 2 ] || [ $threads = 7 ] || [ "${EVOKE_CI:-0}" = 1 ] || continue
    rm -rf other && mkdir other && make other $threads > /dev/null 2>&1
    pixels other | diff first.txt - || echo "$threads threads: other pixels"
done
# Scalar code calls a function for each multiply-add: once is enough.
for isa in scalar avx2 avx512; do
    export EVOKE_ISA=$isa
    "$EVOKE" info "$tiny" > /dev/null 2>&1 || continue
    rm -rf other && mkdir other && make other 2 > /dev/null 2>&1
    pixels other | diff first.txt - || echo "$isa: other pixels"
done
echo compared

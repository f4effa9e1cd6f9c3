# Sets in which a row names another file than its own: no file outside is written or removed, nothing
# inside either, and a sentence says where the name is.
. "$EVOKE_TOP/tests/harness/forge.sh"
cp "$EVOKE_TOP/tests/data/tiny.keras" .
mkdir outside && echo precious > outside/victim && cp outside/victim victim.png
look() { ls -liR outside victim.png && sha256sum outside/* victim.png; }
look > before
maximize() { "$EVOKE" maximize --method published --mean 110 --steps 2 --starts 3 --neurons 0-1 --threads 1 "$@" tiny.keras; }
maximize -o whole --keep 1 --trace > /dev/null 2>&1
maximize -o every > /dev/null 2>&1
"$EVOKE" leaves -o leaves --count 3 --size 8x8 > /dev/null 2>&1
whole=whole/stimuli/stimuli.tsv
fresh() { rm -rf set && cp -r "$1" set; }
refused() { # what the program says, and what it has changed
    find set -type f -exec sha256sum {} + | sort > inside
    "$@" > out 2>&1 && echo "status 0"
    grep -v 'files hashed' out | sed "s#$PWD#HERE#"
    find set -type f -exec sha256sum {} + | sort | cmp - inside
    look | cmp - before
}
long=$(printf '%047d' 0)
longer=$(printf '%060d' 0)

echo "-- unfinished.tsv: images to be made, then images to be dropped"
for name in ../../outside/victim "$PWD/victim.png" ../stimuli/stim-max000001_image.png \
    ./stim-max000001_image.png stim-max000001_image.png/ .. . / n/a stim-max000002_image.png \
    stim-max000001_image.png.part stim-max000001_image.PNG stim-max1_image.png stimuli.tsv \
    ../unfinished.tsv ../writing.lock "$long" "$longer" 'stim-max000001_image.png ' ''; do
    fresh every
    cells 2 "filename=$name" sha256=n/a pixel_sha256=n/a < every/stimuli/stimuli.tsv | journal set
    refused maximize -o set
done
for name in ../../outside/victim "$PWD/victim.png" stim-max000003_image.png stimuli.tsv; do
    fresh whole && cells 3 "filename=$name" < $whole | journal set
    refused maximize -o set --keep 1 --trace
done
echo "-- other cells that names are made of"
for cell in stimulus_id=../../outside/victim stimulus_id=stim-max000003 stimulus_id=n/a \
    set_type=../../outside/ set_type=n/a set_type=mean stim_code=9 stim_code=-1 stim_code=n/a \
    stim_code=99999999999999999999; do
    fresh whole && cells 3 "$cell" < $whole | journal set
    refused maximize -o set --keep 1 --trace
done
fresh whole && cells 3 set_type=../../outside/ stimulus_id=stim-../../outside/000002 \
    filename=stim-../../outside/000002_image.png < $whole | journal set
refused maximize -o set --keep 1 --trace
echo "-- a set of many images"
for name in ../../outside/victim stim-natural000002_image.png stimuli.json n/a; do
    fresh leaves && cells 2 "filename=$name" < leaves/stimuli/stimuli.tsv | journal set
    refused "$EVOKE" leaves -o set --count 3 --size 8x8
done
echo "-- stimuli.tsv of a finished set"
for name in ../../outside/victim stim-max000003_image.png stimuli.tsv n/a "$longer"; do
    fresh whole && cells 2 "filename=$name" < $whole | table set
    refused maximize -o set --keep 1 --trace
    refused "$EVOKE" verify set
    refused "$EVOKE" sheet set -o drawn.png
    refused "$EVOKE" again set stim-max000001
done
[ ! -e drawn.png ] || echo "a sheet was drawn"
# A journal of the same rows, none of them forged, is gone on with.
fresh leaves && cells 0 < leaves/stimuli/stimuli.tsv | journal set
"$EVOKE" leaves -o set --count 3 --size 8x8 > /dev/null 2>&1
diff -r leaves set && echo "same bytes"
look | cmp - before

# Model files that are not: one sentence that names the file, status 1.
run() {
    "$EVOKE" info "$1"
    echo "status $?"
}
data=$EVOKE_TOP/tests/data
exec 2>&1
: > empty.keras
echo hello > text.keras
cp "$data/no_config.keras" "$data/rgb_8x8.png" .
head -c 3000 "$MODELS/gabor.keras" > truncated.keras
mkdir folder.keras
printf '\211HDF\r\n\032\n and nothing after it' > signature.h5
for f in missing.keras empty.keras text.keras no_config.keras truncated.keras rgb_8x8.png folder.keras signature.h5; do
    run $f
done
# One flipped byte in the middle: the archive's checksum finds it.
size=$(wc -c < "$MODELS/gabor.keras")
head -c $((size / 2)) "$MODELS/gabor.keras" > flipped.keras
printf '\377' >> flipped.keras
tail -c +$((size / 2 + 2)) "$MODELS/gabor.keras" >> flipped.keras
"$EVOKE" info flipped.keras > out 2> err
echo "status $?"
grep -c '^evoke: flipped.keras: ' err
cp "$MODELS/gabor.keras" .
mkdir other && cp gabor.keras other/
"$EVOKE" maximize -o set gabor.keras other/gabor.keras
echo "status $?"
ls

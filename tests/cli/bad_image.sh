# Images that a model cannot see: one sentence, status 1 or 2, no row on stdout.
cd "$EVOKE_TOP/tests/data" || exit 1
work=$OLDPWD
head -c 60 rgb_8x8.png > "$work/truncated.png"
mkdir "$work/empty" "$work/mixed"
cp rgb_8x8.png "$work/mixed/a.png"
cp gray_8x8.png "$work/mixed/b.png"
cp "$MODELS/gabor.keras" "$work"
cp ./*.png ./*.jpg "$work"
cd "$work" || exit 1
exec 2>&1
for i in missing.png truncated.png gray_8x8.png gray16_8x8.png rgba_8x8.png cmyk_8x8.jpg rgb_8x8.png rgb_8x8.jpg empty; do
    "$EVOKE" predict --images $i gabor.keras
    echo "status $?"
done
for i in truncated.png rgba_8x8.png; do
    "$EVOKE" predict --resize --images $i gabor.keras
    echo "status $?"
done
"$EVOKE" predict --resize --images mixed gabor.keras
echo "status $?"
"$EVOKE" predict --resize --images rgb_8x8.png gabor.keras
echo "status $?"
# One that cannot be read beside one that can: a row of the other, and status 1 all the same.
mkdir partly
cp truncated.png mixed/a.png partly
"$EVOKE" predict --resize --images partly gabor.keras | cut -d, -f1
"$EVOKE" predict --resize --images partly gabor.keras > /dev/null 2>&1
echo "status $?"

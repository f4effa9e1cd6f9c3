# A zip with folders in it: bytewise order, base names, paths where two collide.
cp "$EVOKE_TOP/tests/data/images.zip" "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$EVOKE" predict --images images.zip gabor.keras dot.keras > all.csv
cut -d, -f1 all.csv
head -n 1 all.csv
# One model, one thread, the model first: the same numbers.
"$EVOKE" predict gabor.keras --threads 1 --images images.zip 2> /dev/null > one.csv
cut -d, -f1,2 all.csv | cmp - one.csv && echo same responses
"$EVOKE" predict --images images.zip gabor.keras 2> /dev/null > /dev/full
echo "status $?"

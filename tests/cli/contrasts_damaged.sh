# Sets with series of contrasts whose rows do not say any more what they were made from: refused, and no crash.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
"$MODELS/build" optima photos
make() { "$EVOKE" maximize --steps 3 --starts 2 --keep 1 --reference photos --contrasts .5 --controls natural "$@"; }
make -o set gabor.keras > /dev/null 2>&1
. "$EVOKE_TOP/tests/cli/forging"
unforged set
for place in 4 5; do
    for of in stim-max000099 n/a "stim-max00000$place"; do
        fresh set
        edit $place source_id $of
        seal
        echo "-- row $place is made from $of"
        make -o copy dot.keras 2>&1 | sed -n 's/^evoke: //p'
    done
done

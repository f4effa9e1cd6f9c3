# Each of 50 images from its own row: the same bytes. The model is where the log says.
mkdir models && cp "$EVOKE_TOP/tests/data/tiny.keras" models
"$EVOKE" maximize --method published --mean 110 --steps 20 --starts 25 --neurons 0-2 -o set models/tiny.keras \
    > /dev/null 2>&1
cp -r set before
for i in $(seq 1 50); do
    id=$(printf 'stim-max%06d' "$i")
    "$EVOKE" again set "$id" -o again.png > said || echo "$id: status $?"
    [ "$(cat said)" = "$id	same bytes" ] || cat said
    cmp again.png "set/stimuli/${id}_image.png"
done
diff -r before set && echo the set is as it was
# With a fixed contrast, which the recorded recipe holds.
"$EVOKE" maximize --method published --mean 110 --scale 60 --fix-mean 0.1 --fix-sd 0.75 --steps 20 --starts 2 \
    --neurons 0 -o fixed models/tiny.keras > /dev/null 2>&1
grep -o '"fix-[a-z]*": [^,]*' fixed/dataset_description.json
"$EVOKE" again fixed stim-max000002
# By the default method, dropped images too; of a photograph-like start.
"$EVOKE" maximize --mean 110 --steps 20 --starts 3 --keep 1 --start leaves --neurons 0 -o robust \
    models/tiny.keras > /dev/null 2>&1
for i in 1 2 3; do
    "$EVOKE" again robust stim-max00000$i
done
exec 2>&1
# Dead; not there; called wrongly; not a set.
for arguments in 'set stim-max000051' 'set stim-max999999' 'set' '' 'nowhere stim-max000001' \
    'set stim-max000001 -o no/where.png' 'set stim-max000001 nowhere.keras'; do
    # shellcheck disable=SC2086 # words
    "$EVOKE" again $arguments
    echo "status $?"
done
# The model: as the log says, given, beside the set; else nowhere.
mkdir else && mv models/tiny.keras else/other.keras
"$EVOKE" again set stim-max000001
"$EVOKE" again set stim-max000001 else/other.keras
mv else/other.keras else/tiny.keras && mv set else
"$EVOKE" again else/set stim-max000001
(cd else && "$EVOKE" again set stim-max000002)
# Another image in the row's place: it is said by how much.
cp else/set/stimuli/stim-max000002_image.png else/set/stimuli/stim-max000001_image.png
sed -i 's/"seed": 0/"seed": 1/' else/set/dataset_description.json
"$EVOKE" again else/set stim-max000001 |
    sed 's/: [0-9]* values/: N values/; s/to [0-9]* levels/to N levels/'

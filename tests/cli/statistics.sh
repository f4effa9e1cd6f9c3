# Learned from a zip: what is printed, and the file for any number of threads.
cp "$EVOKE_TOP/tests/data/images.zip" "$EVOKE_TOP/tests/data/tiny.keras" .
cp "$EVOKE_TOP/tests/data/rgb_8x8.jpg" "$EVOKE_TOP/tests/data/gray_8x8.png" .
"$EVOKE" statistics images.zip -o natural.json
"$EVOKE" statistics --threads 1 images.zip -o one.json > /dev/null
cmp natural.json one.json && echo same file
cut -c 1-67 natural.json
# Several folders and files, gray ones too.
"$EVOKE" statistics rgb_8x8.jpg gray_8x8.png -o two.json
# What it refuses.
mkdir empty broken
"$EVOKE" statistics empty -o x.json || echo "status $?"
echo none > broken/b.png
"$EVOKE" statistics broken -o x.json || echo "status $?"
"$EVOKE" statistics images.zip -o no/such/x.json || echo "status $?"
"$EVOKE" statistics images.zip || echo "status $?"
"$EVOKE" statistics -o x.json || echo "status $?"
ls
# Priors take the file, and say what is not one.
"$EVOKE" maximize tiny.keras --neurons 0 --starts 1 --steps 2 --prior patches:file=natural.json --prior colour:natural.json -o set > /dev/null 2>&1
[ -e set/manifest-sha256.txt ] && echo made
"$EVOKE" maximize tiny.keras --neurons 0 --starts 1 --steps 2 --prior patches:two.jpg -o set2 2>&1 || echo "status $?"
# A set has the hash of the file: no image of it is made again with another.
"$EVOKE" again set stim-max000001 tiny.keras 2> /dev/null | cut -f 2
cp one.json natural.json && echo >> natural.json
"$EVOKE" again set stim-max000001 tiny.keras 2>&1 | sed 's/SHA-256 .*/SHA-256/'

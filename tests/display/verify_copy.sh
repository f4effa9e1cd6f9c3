# SPDX-License-Identifier: GPL-3.0-or-later
# verify_copy.m in Octave: a whole copy, and one with an altered, a missing and an extra file, links
# and empty folders.
. "$EVOKE_TOP/tests/display/session"
run() {
    octave-cli --norc -q --eval "addpath('$1'); $2" 2>&1 | grep -v 'const execution_exception'
}
run night 'ok = verify_copy(); assert(ok); verify_copy();' > good
[ "$(grep -c 'the copy is as it was made' good)" = 2 ] || { cat good; exit 1; }
cp -r night copy
printf x >> copy/roles.tsv
rm copy/stimuli/stim-000002_image.png
mkdir -p copy/new copy/bare/inner
touch copy/new/one.txt
mv copy/stimuli/stim-000003_image.png same.png
ln -s ../../same.png copy/stimuli/stim-000003_image.png
mkdir outside && touch outside/two.txt && ln -s ../outside copy/elsewhere
run copy 'assert(~verify_copy());' > bad
cat bad
run copy 'verify_copy("copy");' | grep 'NOT' | grep -q '^error: ' || { echo "no error"; exit 1; }
cat > wanted <<'EOF'
roles.tsv: the file has changed: its SHA-256 is not the one in manifest-sha256.txt
stimuli/stim-000002_image.png: the file is missing
stimuli/stim-000003_image.png: is a link, expected a file
elsewhere: the file is not in manifest-sha256.txt
new/one.txt: the file is not in manifest-sha256.txt
bare/inner: the folder is empty
EOF
sed '$d' bad | cmp - wanted || exit 1
mv copy/manifest-sha256.txt list.txt && ln -s ../list.txt copy/manifest-sha256.txt
run copy 'assert(~verify_copy());' | grep -q '^manifest-sha256.txt: is a link, expected a file$'

# SPDX-License-Identifier: GPL-3.0-or-later
# verify_copy.m in Octave: a whole copy, and one with an altered, a missing and an extra file.
. "$EVOKE_TOP/tests/display/session"
run() {
    octave-cli --norc -q --eval "addpath('$1'); $2" 2>&1 | grep -v 'const execution_exception'
}
run night 'ok = verify_copy(); assert(ok); verify_copy();' > good
[ "$(grep -c 'the copy is as it was made' good)" = 2 ] || { cat good; exit 1; }
cp -r night copy
printf x >> copy/roles.tsv
rm copy/stimuli/stim-000002_image.png
mkdir copy/new
touch copy/new/one.txt
run copy 'assert(~verify_copy());' > bad
cat bad
run copy 'verify_copy("copy");' | grep 'NOT' | grep -q '^error: ' || { echo "no error"; exit 1; }
cat > wanted <<'EOF'
roles.tsv: the file has changed: its SHA-256 is not the one in manifest-sha256.txt
stimuli/stim-000002_image.png: the file is missing
new/one.txt: the file is not in manifest-sha256.txt
EOF
sed '$d' bad | cmp - wanted

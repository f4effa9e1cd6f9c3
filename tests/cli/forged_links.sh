# Sets in which something is a link, a pipe, a folder or has a second name: whatever a call says, no
# file outside is opened to be written, or removed, and none comes.
. "$EVOKE_TOP/tests/harness/forge.sh"
cp "$EVOKE_TOP/tests/data/tiny.keras" .
mkdir outside outside/folder
echo precious > outside/victim
look() { find outside -exec stat -c '%n %i %a %s %y' {} + && cat outside/victim; }
maximize() { timeout 20 "$EVOKE" maximize --method published --mean 110 --steps 2 --starts 2 --neurons 0 --threads 1 --trace "$@" tiny.keras; }
leaves() { timeout 20 "$EVOKE" leaves --count 3 --size 8x8 "$@"; }
maximize -o images > /dev/null 2>&1
leaves -o many > /dev/null 2>&1
for s in images many; do # under way, and with one image still to be made
    cp -r $s $s.begun
    cells 0 < $s/stimuli/stimuli.tsv | journal $s.begun
done
rm images.begun/stimuli/stim-max000002_image.png many.begun/stimuli/stim-natural000003_image.png

# put KIND NAME: something else under the name of a file of the set.
put() {
    rm -rf "set/$2"
    deep=$(printf %s "$2" | sed 's#[^/]*/#../#g; s#[^/]*$##')
    case $1 in
    link) ln -s "${deep}../outside/victim" "set/$2" ;;
    dangling) ln -s "${deep}../outside/none" "set/$2" ;;
    folder-link) ln -s "${deep}../outside/folder" "set/$2" ;;
    second) ln outside/victim "set/$2" ;;
    pipe) mkfifo "set/$2" ;;
    folder) mkdir "set/$2" ;;
    esac
}
# Its status, and the first line of what it says.
say() {
    "$@" > out 2>&1
    printf '%s, ' "$?"
    head -n 1 out | sed "s#process [0-9]* on [^ ]* #PROCESS #; s#$PWD#HERE#"
}
try() { # SET KIND NAME CALL...
    rm -rf set && cp -r "$1" set
    put "$2" "$3"
    look > before
    printf '%s %s: ' "$3" "$2"
    shift 3
    say "$@"
    look | cmp - before
}

echo "== under way"
for kind in link dangling second pipe folder; do
    for name in writing.lock unfinished.tsv dataset_description.json README sheet.png traces.tsv \
        stimuli/stimuli.tsv manifest-sha256.txt stimuli/stim-max000001_image.png \
        traces/stim-max000001.tsv; do
        try images.begun $kind $name maximize -o set
    done
    for name in writing.lock unfinished.tsv stimuli/stim-natural000001_image.png; do
        try many.begun $kind $name leaves -o set
    done
done
for name in stimuli traces; do
    for kind in folder-link link dangling pipe second; do
        try images.begun $kind $name maximize -o set
    done
    try images $kind $name maximize -o set
done
try many.begun folder-link stimuli leaves -o set
try many folder-link stimuli leaves -o set
echo "== temporary names"
for kind in link dangling second pipe folder; do
    for name in unfinished.tsv dataset_description.json README sheet.png traces.tsv \
        stimuli/stimuli.tsv stimuli/stimuli.json manifest-sha256.txt .bidsignore \
        stimuli/stim-max000002_image.png traces/stim-max000002.tsv; do
        try images.begun $kind $name.part maximize -o set
    done
    try many.begun $kind stimuli/stim-natural000003_image.png.part leaves -o set
    try many.begun $kind stimuli/stimuli.tsv.part leaves -o set
done | uniq -c -f 1 | sed 's/^ *//'
echo "== read"
for kind in link second pipe folder; do
    for name in stimuli/stim-max000001_image.png stimuli/stimuli.tsv stimuli/stimuli.json \
        traces/stim-max000001.tsv traces.tsv dataset_description.json manifest-sha256.txt sheet.png; do
        try images $kind $name timeout 20 "$EVOKE" verify set
        grep -e link -e pipe -e regular -e folder out | grep -v hashed
    done
    for name in stimuli/stim-max000001_image.png stimuli/stimuli.tsv traces.tsv README; do
        try images $kind $name timeout 20 "$EVOKE" sheet set -o drawn.png
        try images $kind $name timeout 20 "$EVOKE" again set stim-max000001
    done
done
for name in stimuli traces; do
    try images folder-link $name timeout 20 "$EVOKE" verify set
    grep -e link out
    try images folder-link $name timeout 20 "$EVOKE" sheet set -o drawn.png
    try images folder-link $name timeout 20 "$EVOKE" again set stim-max000001
done
echo "== outputs that the user names"
for kind in link dangling second; do
    rm -rf set && cp -r images set && rm -f drawn.png drawn.png.part
    put $kind ../drawn.png.part
    look > before
    say timeout 20 "$EVOKE" sheet set -o drawn.png
    look | cmp - before
    rm -f set.log
    put $kind ../set.log
    say maximize -o set --starts 3
    look | cmp - before
done
# The folder itself may be where a link of the user's leads.
ln -s images mine
say maximize -o mine
say timeout 20 "$EVOKE" verify mine

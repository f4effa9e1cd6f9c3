#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# faults.sh - a page with a fault of each kind: every fault is found, at its line, and nothing else
set -eu
[ -x /usr/bin/python3 ] || { echo "no /usr/bin/python3, which reads the pages"; exit 77; }
top=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

fence='```'
cat > "$folder/page.md" << END
# A page

- This page opens with a list, and neither [the file](nothing.png) nor [the heading](#none) of it is there.

${fence}sh
echo one
x=two
$fence

${fence}text output
other
$fence

    indented

${fence}sh
echo \$x
false
echo three
$fence

${fence}unknown
$fence

${fence}console
make nonsense
rm file
make -s help   # which is a target
$fence

${fence}python
seen = "by the next block"
$fence

${fence}python
print(seen)
$fence

${fence}text output
by the next block
$fence

${fence}python
raise ValueError(seen)
$fence

${fence}c
int f(void);
int f(void)
{
    return nothing;
}
$fence

This sentence has far too many
words words words words words words words words words words words words words words
words words words words words words words words words words words words words words
words words words words words words words words.
END

cat > "$folder/expected" << END
1: does not open with a paragraph
3: #none
3: a line of 107 columns
3: nothing.png
10: the page shows
14: an indented code block
16: the sh block that begins here
22: a block of an unknown language
26: make: *** No rule
27: 'rm' is no command
43: the python block that begins here
47: the c block that begins here
55: 42 words
END

cd "$folder"
{
    "$top/tests/pages/run" page.md || true
    /usr/bin/python3 "$top/tests/pages/sentences.py" page.md || true
    /usr/bin/python3 "$top/tests/pages/links.py" page.md || true
} > said 2>&1
sed -n 's/.*page\.md:\([0-9]*: .*\)/\1/p' said | sort -n > found
while read -r fault; do grep -m 1 -oF "$fault" found || true; done < expected > noticed
if ! diff expected noticed || [ "$(wc -l < found)" != "$(wc -l < expected)" ]; then
    cat said
    exit 1
fi

# Every command describes itself on stdout, in two ways that are the same.
"$EVOKE" --help > whole
"$EVOKE" help | cmp - whole
"$EVOKE" -h | cmp - whole
cat whole
sed -n 's/^  \([a-z]*\) .*/\1/p' whole > commands
while read -r c; do
    "$EVOKE" "$c" --help > one
    "$EVOKE" help "$c" | cmp - one
    sed -n 1p one
    awk -v c="$c" 'length > 80 {print c ": a line of " length " characters"}' one
    # What a command has stands in one of its groups, but for --help.
    sed -n '/^Other options:/,$p' one | grep '^  -' | grep -v '^  --help '
    sed -n 's/^  --*\([a-z-]*\).*/\1/p' one | sort | uniq -d
done < commands
"$EVOKE" help leaves
# The method whose values are the defaults is named, and is the default.
"$EVOKE" maximize --help | tr -s ' \n' ' ' | grep -o -e "--method robust is the default" -e "'evoke list methods' describes all \[robust\]"
"$EVOKE" adversarial --help | tr -s ' \n' ' ' | grep -o "'evoke list attacks' describes all \[auto-pgd\]"
"$EVOKE" list | grep -c -e '^  published ' -e '^  conv2d '
"$EVOKE" --version | grep -c '^evoke [0-9]'
"$EVOKE" help maximise 2>&1 | sed 's/.*; //'
"$EVOKE" help maximize verify
"$EVOKE" help --man --roff verify
"$EVOKE" help --bash verify
"$EVOKE" help --bash | cmp - "$(dirname "$EVOKE")/evoke.bash"

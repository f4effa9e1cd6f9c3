# Manual pages are clean roff, have every option, and are readable where no program shows them.
command -v mandoc > /dev/null || command -v groff > /dev/null || {
    echo "neither mandoc nor groff is installed"
    exit 77
}
lint() {
    if command -v mandoc > /dev/null; then mandoc -Tlint -Wwarning "$1"; fi
    if command -v groff > /dev/null; then groff -man -Tutf8 -ww -z "$1" 2>&1; fi
}
"$EVOKE" help --roff > evoke.1
"$EVOKE" help --man > evoke.txt
"$EVOKE" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' > commands
for s in NAME SYNOPSIS DESCRIPTION COMMANDS 'EXIT STATUS' ENVIRONMENT FILES 'SEE ALSO'; do
    grep -x ".SH $s" evoke.1
    grep -qx "$s" evoke.txt || echo "$s is missing as text"
done
while read -r c; do
    "$EVOKE" help --roff "$c" > "evoke-$c.1"
    "$EVOKE" help --man "$c" > "evoke-$c.txt"
    "$EVOKE" "$c" --help=man | cmp - "evoke-$c.1"
    grep -q "^.fBevoke.-$c(1)" evoke.1 || echo "evoke(1) does not list $c"
    for s in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
        grep -qx ".SH $s" "evoke-$c.1" && grep -qx "$s" "evoke-$c.txt" || echo "$c: no $s"
    done
    "$EVOKE" "$c" --help | sed -n 's/^  --*\([a-z-]*\).*/\1/p' > options
    grep -qx help options || echo "$c: no --help"
    while IFS= read -r o; do
        grep -qE "^.fB(\\\\-)+$(printf '%s' "$o" | sed 's/-/\\\\-/g').fR" "evoke-$c.1" || echo "$c: no --$o"
        grep -qE "^    --?$o( |\$)" "evoke-$c.txt" || echo "$c: no --$o as text"
    done < options
done < commands
for page in evoke*.1; do
    lint "$page"
    # No line is a request by accident, and no page refers to one that there is not.
    grep '^[.'"'"']' "$page" | grep -vE '^\.(\\"|TH|SH|SS|PP|TP|BR)( |$)'
    sed -n 's/^\.BR \(evoke[^ ]*\) .*/\1.1/p' "$page" | tr -d '\\' | while read -r other; do
        [ -f "$other" ] || echo "$page refers to $other"
    done
done
awk 'length > 80 {print FILENAME ": a line of " length " characters"}' evoke*.txt
cat evoke-help.txt

# On a terminal the page goes through man; where man is missing or fails, it is text.
mkdir with without failing
printf '#!/bin/sh\necho "man $*"\nhead -n 2 | tail -n 1 | cut -d " " -f 1-2\ncat > /dev/null\n' > with/man
printf '#!/bin/sh\nexit 3\n' > failing/man
chmod +x with/man failing/man
on_terminal() { # a folder for PATH
    script -qec "PATH='$PWD/$1:$2' '$EVOKE' help --man leaves" /dev/null < /dev/null | tr -d '\r' | head -n 2
}
on_terminal with "$PATH"
on_terminal failing "$PATH"
on_terminal without ""
# A hyphen that is typed can be copied from a page; a hyphen of prose is one.
grep -ohF -e 'change from \-\-step\-size' -e 'models of visual-cortex' evoke.1 evoke-maximize.1 | sort -u

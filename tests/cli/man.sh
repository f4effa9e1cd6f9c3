# The manual page is clean roff, and has every command and option.
"$EVOKE" --help=man > evoke.1
checked=
if command -v mandoc > /dev/null; then
    mandoc -Tlint -Wwarning evoke.1
    checked=yes
fi
if command -v groff > /dev/null; then
    groff -man -Tutf8 -ww -z evoke.1 2>&1
    checked=yes
fi
[ "$checked" ] || {
    echo "neither mandoc nor groff is installed"
    exit 77
}
"$EVOKE" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' > commands
while read -r c; do
    "$EVOKE" "$c" --help=man > part
    head -n 1 part | grep -qx ".SS $c" || echo "$c: no section"
    "$EVOKE" "$c" --help | sed -n 's/^  --*\([a-z-]*\) .*/\1/p' | grep -vx help | sed 's/-/\\-/g' > options
    while IFS= read -r o; do
        grep -qE "^.fB(\\\\-)+$(printf '%s' "$o" | sed 's/\\/\\\\/g').fR" part || echo "$c: no --$o"
    done < options
    cat part >> parts
done < commands
awk '/^\.SH/ {on = $2 == "COMMANDS"; next} on' evoke.1 | cmp - parts
for s in NAME SYNOPSIS DESCRIPTION COMMANDS 'EXIT STATUS' FILES 'SEE ALSO'; do
    grep -x ".SH $s" evoke.1
done
# No line is a request by accident.
"$EVOKE" maximize --help=man | grep '^[.'"'"']' | grep -vE '^\.(SS|PP|TP)( |$)'
true

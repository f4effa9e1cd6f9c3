#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# list.sh SONAME VERSION [INCLUDE] - print the binary interface: what the public headers in INCLUDE
# declare, without comments and attributes, in C that compiles
#
# A declaration of a function is one line; so are a member of a struct and a constant of an enum.
# The preprocessor sees empty files in place of the C library's headers.
set -eu
soname=$1 version=$2 include=${3:-include}
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
touch "$empty/stdbool.h" "$empty/stddef.h" "$empty/stdint.h"
printf '/* %s, evoke %s: written by list.sh, read by check.sh */\n' "$soname" "$version"
printf '#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n'
for header in "$include"/evoke/*.h; do echo "#include \"evoke/${header##*/}\""; done |
    ${CC:-cc} -x c -E -P -undef -nostdinc -I"$empty" -I"$include" - > "$empty/text"
awk '
    { text = text " " $0 }
    END {
        gsub(/[ \t]+/, " ", text)
        for (i = 1; i <= length(text); i++) {
            c = substr(text, i, 1)
            if (c == " " && (line == "" || line ~ /[(*]$/)) continue
            if (c == "}" && line != "") flush()
            line = line c
            parens += (c == "(") - (c == ")")
            if (c == "{") { flush(); block = 1; is_enum = head ~ /enum/ }
            else if (c == "}") block = 0
            else if (c == ";" || c == "," && is_enum && block && !parens) flush()
        }
    }
    function flush() {
        sub(/ $/, "", line)
        if (block && is_enum && line !~ /,$/) line = line ","
        print (block ? "    " : "") line
        head = line
        line = ""
    }' "$empty/text"

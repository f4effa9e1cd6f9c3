# SPDX-License-Identifier: GPL-3.0-or-later
# compare.awk OLD NEW - what would a program that was compiled with the list OLD find changed in a
# library with the list NEW?  Prints a line for each difference; exit status 1 where there is one.
#
# Lists are those of list.sh.  What NEW has besides is no difference: functions, types, constants of
# an enum, and members at the end of a struct that only the library makes (-v grows="NAME...").

FNR == 1 { list = list == "" ? "old" : "new" }

/^(typedef )?struct [a-z_0-9]+ [{]$/ {
    struct = $(NF - 1)
    size[list, struct] = 0
    note("struct " struct, "")
    next
}
/^(typedef )?enum.*[{]$/ { in_enum = 1; value = -1; next }
/^}/ {
    struct = in_enum = ""
    if (NF > 1) note("type " bare($2), "")
    next
}
struct != "" { member[list, struct, ++size[list, struct]] = trim($0); next }
in_enum {
    value = NF > 2 ? bare($3) : value + 1
    note(bare($1), value)
    next
}
match($0, /evk_[a-z_0-9]+\(/) { note(substr($0, RSTART, RLENGTH - 1), types($0)); next }
/^struct [a-z_0-9]+;$/ { note("struct " bare($2), ""); next }
/^typedef struct [a-z_0-9]+ [a-z_0-9]+;$/ {
    note("struct " $3, "")
    note("type " bare($4), "")
    next
}
/^[a-z]/ { note($0, "") }

# Keep what a list says of a thing: its type or value, or "" where there is nothing to compare.
function note(thing, what) {
    if (list == "old" && !((list, thing) in is)) order[++things] = thing
    is[list, thing] = what
}

function trim(s) { gsub(/^ +| +$/, "", s); return s }
function bare(s) { sub(/[,;]$/, "", s); return s }

# Returns a prototype without the names of its parameters, on which no program depends.
function types(prototype,    at, n, part, i, s) {
    at = index(prototype, "(")
    n = split(substr(prototype, at + 1, length(prototype) - at - 2), part, /, /)
    for (i = 1; i <= n; i++) s = s (i > 1 ? ", " : "") nameless(part[i])
    return substr(prototype, 1, at) s ")"
}

function nameless(parameter,    array) {
    if (match(parameter, /\[.*$/)) {
        array = substr(parameter, RSTART)
        parameter = substr(parameter, 1, RSTART - 1)
    }
    if (parameter ~ /[ *]/) sub(/[a-zA-Z_0-9]+$/, "", parameter)
    return trim(parameter) array
}

function differs(sentence) { print sentence; status = 1 }

function compare_members(struct,    i, was, now) {
    was = size["old", struct]
    now = size["new", struct]
    for (i = 1; i <= was; i++)
        if (member["old", struct, i] != member["new", struct, i]) {
            differs(sprintf("struct %s: member %d was '%s', is '%s'", struct, i,
                    member["old", struct, i], i <= now ? member["new", struct, i] : "nothing"))
            return
        }
    if (was && now > was && !index(" " grows " ", " " struct " "))
        differs(sprintf("struct %s: has grown by '%s'", struct, member["new", struct, was + 1]))
}

END {
    for (i = 1; i <= things; i++) {
        thing = order[i]
        if (!(("new", thing) in is)) differs(thing ": is gone")
        else if (is["old", thing] "" != is["new", thing] "")
            differs(sprintf("%s: was '%s', is '%s'", thing, is["old", thing], is["new", thing]))
        else if (thing ~ /^struct /) compare_members(substr(thing, 8))
    }
    exit status
}

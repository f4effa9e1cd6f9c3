# SPDX-License-Identifier: GPL-3.0-or-later
# forge.sh - tables of sets with other cells than evoke wrote, every hash made right

digest() { printf %s "$1" | sha256sum | cut -c "1-$2"; } # TEXT DIGITS

# cells LINE COLUMN=VALUE... < stimuli.tsv: its rows, without header and hash, with these cells in
# one of them.
cells() {
    awk -v line="$1" -v edits="${2:-}${3:+	$3}${4:+	$4}" 'BEGIN {FS = OFS = "\t"; n = split(edits, e, "\t")}
        NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        {for (k = 1; NR == line && k <= n; k++) {
            c = substr(e[k], 1, index(e[k], "=") - 1); $at[c] = substr(e[k], length(c) + 2)}
         NF--; print}'
}

# journal SET < rows: the set is under way.
journal() {
    while IFS= read -r row; do
        line="$row	$(digest "$row" 64)	"
        printf '%s\t%s\n' "$line" "$(digest "$line" 16)"
    done > "$1/unfinished.tsv"
    rm -f "$1/manifest-sha256.txt"
}

# table SET < rows: the set is finished with these.
table() {
    head -n 1 "$1/stimuli/stimuli.tsv" > new
    while IFS= read -r row; do
        printf '%s\t%s\n' "$row" "$(digest "$row" 64)"
    done >> new
    mv new "$1/stimuli/stimuli.tsv"
    (cd "$1" && sed 's/^[^ ]*  //' manifest-sha256.txt > names && xargs sha256sum < names > sums &&
        mv sums manifest-sha256.txt && rm names)
}

# Completion in bash: commands, options, names from tables; files where nothing else is meant.
"$EVOKE" help --bash > evoke.bash
cat > try.bash <<'EOF'
source ./evoke.bash || exit 1
try() { # the words so far; the last one is being completed
    local last=$(($# - 1))
    COMP_WORDS=("$@") COMP_CWORD=$last COMPREPLY=(stale)
    _evoke evoke "${!#}" "${COMP_WORDS[last - 1]}"
    echo "$* -> ${COMPREPLY[*]}"
}
complete -p evoke
try evoke predi
try evoke --versi
try evoke maximize --image-blur-ev
try evoke maximize gabor.keras --gradient-blu
try evoke predict --images a.png --resiz
try evoke maximize --method publis
try evoke maximize --method = publis
try evoke maximize --method = | grep -o 'published'
try evoke maximize --prior chan
try evoke maximize --optimizer ad
try evoke maximize --starts ''
try evoke maximize -o ''
try evoke maximize ''
try evoke info x
try evoke list col
try evoke help ver
try evoke help --m
try evoke nonesuch x
EOF
bash try.bash 2>&1
# Every command, every option.
"$EVOKE" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' > commands
while read -r c; do
    "$EVOKE" "$c" --help | sed -n 's/^  \(--*[a-z-]*\) .*/\1/p' | grep -e '^-' | sort > said
    bash -c 'source ./evoke.bash; COMP_WORDS=(evoke "$1" -) COMP_CWORD=2; _evoke
        printf "%s\n" "${COMPREPLY[@]}"' bash "$c" | sort | cmp - said
done < commands
"$EVOKE" maximize --help=fish

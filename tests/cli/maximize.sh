# A stimulus set: the same bytes for any thread count and instruction set, whole, and kept apart.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
make() { "$EVOKE" maximize --method published --steps 4 --starts 2 "$@" > /dev/null 2>&1; }
make -o one --threads 1 gabor.keras dot.keras
make -o three --threads 3 gabor.keras dot.keras
diff -r one three && echo same bytes for any thread count
for isa in scalar avx2 avx512; do
    EVOKE_ISA=$isa make -o $isa gabor.keras dot.keras || {
        EVOKE_ISA=$isa "$EVOKE" info gabor.keras 2>&1 | grep -q 'does not have' && rm -rf $isa && continue
    }
    diff -r one $isa
done && echo same bytes for any instruction set
(cd one && sha256sum --quiet -c manifest-sha256.txt && find . -type f | wc -l && wc -l < manifest-sha256.txt)
# An image does not depend on what else is in the call.
make -o dot dot.keras
pixels() { # SET MODEL START
    awk -F '\t' -v m="$2" -v s="$3" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        $at["target_model"] == m && $at["start"] == s {print $at["pixel_sha256"]}' "$1/stimuli/stimuli.tsv"
}
for s in 0 1; do
    [ "$(pixels one dot $s)" = "$(pixels dot dot $s)" ] && pixels one dot $s | grep -c '^[0-9a-f]\{64\}$'
done
# response_pred is what predict says of the file.
"$EVOKE" predict --images one/stimuli dot.keras 2> /dev/null | tail -n +2 | sort > predicted
awk -F '\t' '$10 == "dot" {print $3 "," $20}' one/stimuli/stimuli.tsv | sort > written
join -t , predicted written | awk -F , '$2 != $3 {bad = 1} END {print NR, bad ? "differ" : "agree"}'
# No machine, date or path in it.
grep -rlE "$PWD|$EVOKE_TOP|threads|$(date +%Y)-" one
# The same call again: the same bytes. Another one: refused, nothing touched.
cp -r one before
make -o one gabor.keras dot.keras
diff -r before one && echo made again
"$EVOKE" maximize --method published --steps 5 --starts 2 -o one gabor.keras dot.keras
echo "status $?"
mkdir full && echo mine > full/notes.txt
"$EVOKE" maximize -o full gabor.keras
echo "status $?"
diff -r before one && ls full

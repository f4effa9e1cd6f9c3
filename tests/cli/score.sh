# The recorded set against the cells' optima on paper.
score() { "$MODELS/build" score "$MODELS" "$1"; }
score "$EVOKE_TOP/stimuli/embedded" > table || exit 1
awk 'NR > 1 && NF == 5 {
    print $1, "correlates", ($2 > 0.6 ? "above 0.6," : "LESS,"), "where seen", ($3 > 0.9 ? "above 0.9," : "LESS,"),
        ($4 > 0.9 * $5 && $4 <= $5 ? "nearly the optimum" : "NOT THE OPTIMUM")
}' table
awk '$1 ~ /^(gabor|dot|red_green|blue_yellow)$/ {print $1, ($2 > 0.8 ? "above 0.8" : "LESS THAN 0.8")}' table
awk '/phases/ {sub(",", "", $1); print $1, ($(NF - 1) <= 5 ? "the same for four phases" : "DEPENDS ON PHASE")}' table
grep '^responses: ' table
# The optima as images: evoke predicts what paper says.
"$MODELS/build" optima optima
while read -r model _ _ _ paper; do
    [ -f "optima/$model.png" ] && [ "$model" != complex ] || continue
    "$EVOKE" predict --images "optima/$model.png" "$MODELS/$model.keras" 2> /dev/null |
        awk -F , -v p="$paper" -v m="$model" 'NR == 2 {d = $2 - p; if (d * d > 1e-6) print m, $2, "on paper", p}'
done < table && echo as on paper
# Columns go by their names, and rows that are not present do not count.
mkdir -p set/stimuli && cp "$EVOKE_TOP"/stimuli/embedded/stimuli/*.png set/stimuli
tsv=$EVOKE_TOP/stimuli/embedded/stimuli/stimuli.tsv
awk -F '\t' -v OFS='\t' '{for (i = NF; i > 0; i--) printf "%s%s", $i, (i > 1 ? OFS : "\n")}' "$tsv" > set/stimuli/stimuli.tsv
awk -F '\t' -v OFS='\t' 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
    {$at["present"] = "false"; $at["filename"] = "gone.png"; $at["response_pred"] = 99
     for (i = NF; i > 0; i--) printf "%s%s", $i, (i > 1 ? OFS : "\n")}' "$tsv" >> set/stimuli/stimuli.tsv
score set | diff table - && echo the same scores
# What cannot be scored.
sed -i 1s/response_pred/response/g set/stimuli/stimuli.tsv
score set > /dev/null
score nowhere > /dev/null
"$MODELS/build" score "$MODELS"

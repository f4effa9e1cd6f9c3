# Recorded responses against predictions: planted lines, pairing of units, what is refused.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$MODELS/curvature.keras" .
"$EVOKE" leaves --count 12 --size 112x112 -o leaves 2> /dev/null
mkdir photos
cp leaves/stimuli/*.png photos
score() { "$EVOKE" score --images photos "$@"; }
# Two presentations of each image: 2 * prediction + 3 for gabor, 1 - prediction / 2 for dot, and
# noise of +-.25 in the first one.
"$EVOKE" predict --images photos gabor.keras dot.keras 2> /dev/null | tr -d '\r' |
    awk -F , 'NR == 1 {print "image,trial,gabor,dot,still"; next}
        {n = (NR % 2 ? .25 : -.25)
         for (k = -1; k < 2; k += 2) printf "%s,%d,%.9g,%.9g,0\n", $1, ++t, 2 * $2 + 3 + k * n, 1 - $3 / 2}' > shown.csv
echo == a unit by the name of its model
score --responses shown.csv -o one gabor.keras dot.keras
cut -f 1-8,15 one.tsv
file() { head -c 4 "$1" | od -An -c | tr -d ' \n'; echo; }
file one.png
echo == the same bytes with one thread, and as a PDF
score --responses shown.csv -o two.pdf --threads 1 dot.keras gabor.keras > out 2> err
cmp one.tsv two.tsv && echo same
file two.pdf
echo == a table is not written over
score --responses shown.csv -o one gabor.keras
echo "status $?"
echo == rows
score --responses shown.csv --rows 1-6,9 gabor.keras 2> err | cut -f 1,4,5
grep -c 'images are not' err
echo == a single model in the order of its outputs, and models by their numbers
awk -F , -v OFS=, 'NR == 1 {print "stim_code,7"; next} NR % 2 {print int(NR / 2), $3}' shown.csv > coded.csv
score --responses coded.csv gabor.keras 2> err | cut -f 1-5
cp gabor.keras v7.keras
cp dot.keras v9.keras
awk -F , -v OFS=, 'NR == 1 {print "stim_code,9,7"; next} NR % 2 {print int(NR / 2), $4, $3}' shown.csv > coded.csv
score --responses coded.csv v7.keras v9.keras 2> err | cut -f 1-5
cat err
echo == a model that has seen some of these responses
cat > gabor.json << END
{"card": 1, "name": "gabor", "weights": "gabor.keras", "lineage": {"teachers": [], "recordings": [
    {"responses": "$(sha256sum < shown.csv | cut -d ' ' -f 1)", "rows": "1-4,7", "images": [], "rows_sha256": []}]}}
END
score --responses shown.csv --rows 3-12 gabor.json 2>&1 > /dev/null | grep warning
score --responses shown.csv --rows 5-6,8-12 gabor.json 2>&1 > /dev/null | grep warning
echo == what is refused
refuse() { score "$@" 2>&1; echo "status $?"; }
refuse --responses coded.csv gabor.keras dot.keras
refuse --responses coded.csv v7.keras curvature.keras
refuse --responses shown.csv --rows 1-13 gabor.keras
refuse --responses shown.csv --rows 1,x gabor.keras
refuse --responses none.csv gabor.keras
refuse gabor.keras
refuse --responses shown.csv --split gabor.keras
sed '3s/^[^,]*/nowhere.png/' shown.csv > other.csv
refuse --responses other.csv gabor.keras
sed '3s/,[^,]*$/,much/' shown.csv > other.csv
refuse --responses other.csv gabor.keras
"$EVOKE" score --responses shown.csv gabor.keras 2>&1
"$EVOKE" score --responses shown.csv --rows 1 photos 2>&1

# The examples run.
build=$(dirname "$MODELS")
cp "$MODELS/gabor.keras" .
"$build/examples/maximize" set gabor.keras 2> progress | cut -f 1
grep -c "of 2 images, best response" progress
"$build/examples/read_set" set > rows
cut -f 1,2,3 rows
grep -c '112x112 pixels, mean' rows
# The response to a file is the one in its row.
"$build/examples/predict" gabor.keras set/stimuli/*.png | cut -f 2 > predicted
cut -f 4 rows | cmp - predicted && echo the same responses
"$build/examples/predict" missing.keras x.png
"$build/examples/read_set" nothing
wc -l < "$EVOKE_TOP/examples/maximize.c" | awk '{exit !($1 < 60)}' && echo short

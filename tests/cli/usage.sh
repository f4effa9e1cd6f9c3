# Calls that cannot be understood: one sentence, status 2.
run() {
    "$EVOKE" "$@" 2>&1 | head -n 1
    "$EVOKE" "$@" > out 2> err
    echo "status $?, $(wc -c < out) bytes on stdout"
}
run frobnicate
run predict
run predict --images "$EVOKE_TOP/tests/data/images.zip"
run maximize gabor.keras
run maximize -o set
run maximize -o set --starts 0 gabor.keras
run maximize -o set --steps 1.5 gabor.keras
run maximize -o set --step-size fast gabor.keras
run maximize -o set --frobnicate gabor.keras
run maximize --minimize=yes -o set gabor.keras
run maximize gabor.keras -o
run info --size 12 gabor.keras
run info --mean 1,x gabor.keras
run maximize -o set --method nonesuch "$MODELS/gabor.keras"
run maximize -o set --for 20x "$MODELS/gabor.keras"
run maximize -o set --for 0 "$MODELS/gabor.keras"
# 366 days are the most, in any unit; with so many the next thing that is wrong is said.
for unit in 31622400 31622400s 527040m 8784h; do run maximize -o set --for $unit missing.keras; done
for unit in 31622401s 527041m 8785h; do run maximize -o set --for $unit missing.keras; done
run info --neurons 1 "$MODELS/gabor.keras" | sed "s|$MODELS/||"
run info --neurons 3-1 "$MODELS/gabor.keras"
ls

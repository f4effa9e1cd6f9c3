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
# Names that are nearly right: the message says what was probably meant.
mean() { "$EVOKE" "$@" 2>&1 | sed "s/.*; did you mean/-> did you mean/; s|$MODELS/||"; }
mean maximise
mean adversary
mean listing
mean maximize -o set --step 3
mean maximize -o set --reference-images photos
mean maximize -o set --minimize=yes
mean maximize -o set --greyscale
mean match --color channels
mean verify --model
mean leaves -o=set --size 8
mean leaves -o set --seeds 3
mean list prior
for option in '--method robst' '--optimizer adm' '--objective meen' '--prior aperure' \
    '--prior aperture:radus=0.4' '--prior noise:distribution=gausian' '--controls blank,scrambeld' \
    '--shape crob' '--start natrual' '--result lst' '--diverse pixel' '--gradient-scale RMS'; do
    # shellcheck disable=SC2086 # an option and its value
    mean maximize -o set $option "$MODELS/gabor.keras"
done
photo=$EVOKE_TOP/tests/data/rgb_8x8.png
mean adversarial -o set --images "$photo" --norm lnf "$MODELS/gabor.keras"
mean adversarial -o set --images "$photo" --method autopgd "$MODELS/gabor.keras"
mean gaudy -o set --images "$photo" --transform near-edge
mean gaudy -o set --images "$photo" --definition Channel
mean gaudy -o set --images "$photo" --keep 1 --by respons
mean match -o set --images "$photo" --what luminnance
mean match -o set --images "$photo" --colour channel
mean info --member-scaling Z "$MODELS/gabor.keras"
mean maximize -o set --member-scaling zs "$MODELS/gabor.keras"
# Neurons that a card names, and a recipe's option in a card.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
printf '{"card": 1, "weights": "tiny.keras", "input": {"mean": 110}, "neurons": ["left", "right", "up", "down"]}' > card.json
mean info --neurons rihgt card.json
mean info --neurons sideways card.json
printf '{"card": 1, "weights": "tiny.keras", "input": {"mean": 110}, "options": {"step": 3}}' > card.json
mean maximize -o set card.json
rm card.json tiny.keras
ls

# The examples run.
build=$(dirname "$MODELS")
cp "$MODELS/gabor.keras" "$EVOKE_TOP/stimuli/embedded/stimuli/stim-max000003_image.png" .
"$build/examples/predict" gabor.keras stim-max000003_image.png > out && cut -f 1 out
awk '{exit !($2 > 7)}' out && echo strong
"$build/examples/ascend" gabor.keras | awk '{exit !($NF > $2)}' && echo higher
"$build/examples/predict" missing.keras x.png

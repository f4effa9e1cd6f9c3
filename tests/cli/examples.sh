# The examples run.
build=$(dirname "$MODELS")
cp "$MODELS/gabor.keras" .
"$build/models/build" optima . && mv gabor.png best.png
"$build/examples/predict" gabor.keras best.png > out && cut -f 1 out
awk '{exit !($2 > 7)}' out && echo strong
"$build/examples/ascend" gabor.keras | awk '{exit !($NF > $2)}' && echo higher
"$build/examples/predict" missing.keras x.png

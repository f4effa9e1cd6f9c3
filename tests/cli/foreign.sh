# SPDX-License-Identifier: GPL-3.0-or-later
# foreign.sh - files that evoke does not open: each is named by what is in it, with the way on
python3 "$EVOKE_TOP/tests/cli/foreign/make.py" .
exec 2>&1
for f in * saved/saved_model.pb graph/model.json layers/model.json; do
    "$EVOKE" info "$f"
    code=$?
    [ $code = 1 ] || echo "$f: status $code"
done
# An ending says nothing: the same bytes by another name, and by one that a shell would split.
cp net.torchscript.pt 'my net.keras'
"$EVOKE" info 'my net.keras'
"$EVOKE" info saved/
# So say all commands, and cards of such files.
"$EVOKE" predict --images a.jpg net.tflite
"$EVOKE" maximize -o out net5.mat
printf '{"card": 1, "weights": "net.pt2"}' > card.json
"$EVOKE" info card.json
printf '{"card": 1, "weights": "saved"}' > card.json
"$EVOKE" info card.json

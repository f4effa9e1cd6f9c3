# SPDX-License-Identifier: GPL-3.0-or-later
# info.sh - what a file was recognised as, what was assumed, and its self-test
"$EVOKE" info "$MODELS/gabor.keras" | sed -n '2,/sha256/p' | grep -v sha256
"$EVOKE" info --json "$MODELS/gabor.keras" | grep -o '"notes": *\[[^]]*\]'
"$EVOKE" info --selftest "$MODELS/gabor.keras" "$MODELS/complex.keras" | sed 's/within .*/within .../'

# An instruction set that does not exist is an error, not a fallback.
cp "$MODELS/gabor.keras" .
EVOKE_ISA=sse9 "$EVOKE" info gabor.keras

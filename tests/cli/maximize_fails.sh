# A disk that is full (here: no file may grow), a folder that cannot be made: one sentence, no part left.
cp "$MODELS/gabor.keras" .
(
    trap '' XFSZ
    ulimit -f 8
    "$EVOKE" maximize -o set --steps 1 --starts 1 gabor.keras
    echo "status $?"
)
(
    trap '' XFSZ
    ulimit -f 0
    "$EVOKE" maximize -o fresh --steps 1 --starts 1 gabor.keras
    echo "status $?"
) 2>&1 | cat # which is not limited
find . -name '*.part' -o -name fresh
ls set/manifest-sha256.txt 2> /dev/null
# What is there is the beginning of this very set: with room, the same call completes it.
"$EVOKE" maximize -o set --steps 1 --starts 1 gabor.keras > /dev/null 2>&1
echo "status $?"
(cd set && sha256sum --quiet -c manifest-sha256.txt) && echo whole
echo file > file
"$EVOKE" maximize -o file gabor.keras
echo "status $?"
"$EVOKE" maximize -o file/set gabor.keras
echo "status $?"

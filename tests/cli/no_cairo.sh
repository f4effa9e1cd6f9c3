# Cairo is loaded when a sheet is drawn, and only then.  Without cairo no set is begun, and a
# finished set can be used.
export LC_ALL=C
drawing='^[[:space:]]*lib(cairo|X|xcb|freetype|fontconfig)'
ldd "$EVOKE" > program
ldd "$(dirname "$EVOKE")"/libevoke.so.* > library
grep -hE "$drawing" program library || grep -hoE '^[[:space:]]*libpng[0-9]*' program library

# A library without functions, and a damaged one, under cairo's name.
mkdir empty damaged
${CC:-cc} -shared -o empty/libcairo.so.2 -x c /dev/null
echo no library > damaged/libcairo.so.2
without() { # KIND ARGUMENT...
    kind=$1
    shift
    LD_LIBRARY_PATH=$PWD/$kind "$EVOKE" "$@" 2>&1 | sed "s|$PWD/||g"
}
cp "$EVOKE_TOP/stimuli/embedded/stimuli/stim-max000003_image.png" gabor.png
gabor=$MODELS/gabor.keras

echo == no image is made in vain
without damaged maximize -o set --steps 2 --starts 2 "$gabor"
without empty maximize -o set --steps 2 --starts 2 "$gabor"
without empty leaves -o leaves --count 2 --size 32
without empty gaudy -o gaudy --images gabor.png
ls

echo == a finished set
set -- -o set --method published --mean 110 --steps 2 --starts 2
"$EVOKE" maximize "$@" "$gabor" > /dev/null 2>&1
cp -r set before
without empty maximize "$@" "$gabor" | cut -f 1-2
without empty maximize "$@" "$gabor" "$MODELS/dot.keras"
without empty sheet -o sheet.pdf set
without empty verify set --models "$gabor"
diff -r before set && echo the set is as it was
ls sheet.pdf 2> /dev/null

echo == everything else
without empty predict --images gabor.png "$gabor" > predicted
"$EVOKE" predict --images gabor.png "$gabor" | cmp - predicted && echo predictions are the same
without empty info "$gabor" > told
"$EVOKE" info "$gabor" | cmp - told && echo the description of a model, too

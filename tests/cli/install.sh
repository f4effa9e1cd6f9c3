# What make install puts somewhere works from there, and make uninstall leaves nothing of it.
export LC_ALL=C
version=$("$EVOKE" --version | cut -d ' ' -f 2)
root=$PWD/root prefix=/opt/evoke
at=$root$prefix
run() {
    make -C "$EVOKE_TOP" MODE=release DESTDIR="$root" PREFIX=$prefix BINDIR=$prefix/bin \
        LIBDIR=$prefix/lib INCLUDEDIR=$prefix/include DATADIR=$prefix/share "$@" > log 2>&1 || cat log
}
run install
(cd root && find . ! -type d ! -name '*.h' -printf '%M %p %l\n' | sort -k 2)
diff -r "$EVOKE_TOP/include/evoke" "$at/include/evoke" && echo every header
"$at/bin/evoke" --version | grep -cx "evoke $version"
"$EVOKE" --help=man | cmp - "$at/share/man/man1/evoke.1"
"$EVOKE" --help=bash | cmp - "$at/share/bash-completion/completions/evoke"
readelf -d "$at/lib/libevoke.so" | grep -oE 'soname: .*|lib(cairo|X)[^]]*'
nm -D --defined-only "$at/lib/libevoke.so" | awk '{print $3}' | grep -v '^evk_'

# A program of someone else: the folder is not where the file thinks, so its prefix is put right.
sed "s|^prefix=|&$root|" "$at/lib/pkgconfig/evoke.pc" > evoke.pc
PKG_CONFIG_PATH=$PWD
export PKG_CONFIG_PATH
pkg-config --modversion evoke | grep -cx "$version"
cp "$EVOKE_TOP/examples/predict.c" "$MODELS/gabor.keras" .
cp "$EVOKE_TOP/stimuli/embedded/stimuli/stim-max000003_image.png" gabor.png
# shellcheck disable=SC2046 # flags are words
${CC:-cc} -std=c11 -o shared predict.c $(pkg-config --cflags --libs evoke)
LD_LIBRARY_PATH=$at/lib ldd shared | grep -c "libevoke.so.* => $at/lib/"
LD_LIBRARY_PATH=$at/lib ./shared gabor.keras gabor.png > said
cut -f 1 said
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -o static predict.c \
    $(pkg-config --static --cflags --libs evoke | sed 's/-levoke/-l:libevoke.a/')
ldd static | grep libevoke
./static gabor.keras gabor.png | cmp - said && echo the same from both libraries

touch "$at/lib/other"
run uninstall
find root ! -type d
ls "$at/include"

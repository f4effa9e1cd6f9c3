#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# banned.sh - calls and headers that belong in one place only
set -eu
status=0

# Comments are blanked first, so that prose may name what code may not.
code() {
    find src include models examples -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
        FNR == 1 { inside = 0 }
        {
            line = $0; out = ""
            while (line != "") {
                if (inside) {
                    at = index(line, "*/")
                    if (!at) break
                    line = substr(line, at + 2); inside = 0
                } else {
                    at = index(line, "/*")
                    if (!at) { out = out line; break }
                    out = out substr(line, 1, at - 1)
                    line = substr(line, at + 2); inside = 1
                }
            }
            print FILENAME ":" FNR ": " out
        }'
}

only() { # pattern, regex of the files that may have it, reason
    hits=$(printf '%s\n' "$text" | grep -E "^[^:]*:[0-9]*:.*($1)" | grep -vE "^($2)" || true)
    [ -z "$hits" ] || { printf '%s\n  ^ %s\n' "$hits" "$3"; status=1; }
}

text=$(code)
call='[^a-zA-Z_0-9]'
programs='src/cli/|models/build\.c|examples/'
only '<hdf5'      'src/format/hdf5_[a-z]*\.[ch]'  'HDF5 belongs to format/hdf5_*.c'
only '<zlib\.h>'  'src/format/(own|png)\.c'      'zlib belongs to format/own.c, and its constants to png.c'
only '<png\.h>'   'src/format/png\.c'            'libpng belongs to format/png.c'
only '<jpeglib\.h>|<jerror\.h>' 'src/format/jpeg\.c' 'libjpeg belongs to format/jpeg.c'
only '<zip\.h>'   'src/format/zip\.c'            'libzip belongs to format/zip.c'
only '<jansson\.h>' 'src/base/json\.c'           'jansson belongs to base/json.c'
only '<cairo'      'src/draw/cairo\.h'           'cairo belongs to draw/cairo.h'
only '"draw/cairo\.' 'src/draw/(cairo\.[ch]|canvas\.c)' 'drawing belongs to draw/canvas.c'
only '<dlfcn\.h>'  'src/(draw/cairo|linalg/lapack)\.c' \
    'libraries are loaded by draw/cairo.c and linalg/lapack.c'
only '<fftw'        'src/image/fourier\.c'         'FFTW belongs to image/fourier.c'
only '<openssl/'  'src/base/hash\.c'             'libcrypto belongs to base/hash.c'
only '<pthread\.h>|<threads\.h>' 'src/base/(parallel(_[a-z]*)?|room)\.c' \
    'threads belong to base/parallel*.c and base/room.c'
only '<omp\.h>|#pragma omp' 'src/base/parallel\.c' 'OpenMP belongs to base/parallel.c'
only '<setjmp\.h>' 'src/format/(png|jpeg)\.c'    'longjmp stays beside the library that forces it'
only '<immintrin\.h>|<arm_neon\.h>' 'src/kernel/vec_' 'intrinsics belong to kernel/vec_*.h'
only '<locale\.h>|'"${call}setlocale *\(" 'src/base/(num\.c|host\.[ch])' \
    'the locale is met in base/num.c and base/host.h'
only "${call}(creat|f?open|openat|freopen|opendir|rename|renameat|unlink|unlinkat|remove|mkdir|mkdirat|\
rmdir|f?truncate|symlink|symlinkat|linkat|mkstemp|mkdtemp|tmpfile)\(" \
    "src/base/(dir|fs|part|lock_file)\\.c|src/(image|format)/|$programs" \
    'files are opened, made and removed by base/dir.h, and by base/fs.h where the user names them'
only "${call}(secure_)?getenv *\(" 'src/kernel/kernel\.c|src/cli/' \
    'the library reads no environment but EVOKE_ISA'
only "${call}(_?exit|_Exit|quick_exit|abort|v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror) *\(" \
    "$programs|src/format/hdf5_(child|record)\.c" 'only programs print or exit; the library returns a status'
only "${call}(std(out|err))[^a-zA-Z_0-9]" "$programs" 'only programs print'
only "${call}(strcpy|strcat|v?sprintf|gets|atoi|atol|atof|strtok|s?rand|random|drand48|alloca) *\(" \
    'nowhere' 'banned'
only "${call}(exp|exp2|expm1|exp10|log|log2|log10|log1p|pow|cbrt|hypot|sin|cos|tan|sincos|asin|acos|\
atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc|tgamma|lgamma)[fl]? *\(" 'nowhere' \
    'base/fmath.h has these with the same bits on every machine'
only '[^:]//' 'nowhere' 'comments are /* ... */'
exit $status

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# deps.sh missing|install PURPOSE... - what must be installed, and its packages on Debian and Ubuntu
#
# missing prints the packages that are missing for the purposes, one a line.  install names them and
# installs them; the exit status is 2 where that cannot be.  A PURPOSE is a word of the first column.
set -u

table() {
    cat << END
build    gcc                command ${CC:-cc}
build    pkg-config         command pkg-config
build    libpng-dev         library libpng
build    zlib1g-dev         library zlib
build    libjpeg-dev        library libjpeg
build    libhdf5-dev        library hdf5
build    libzip-dev         library libzip
build    libjansson-dev     library jansson
build    libssl-dev         library libcrypto
build    libcairo2-dev      library cairo
build    libfftw3-dev       library fftw3f
build    liblapack3         loaded  liblapack.so.3
build    libprotobuf-c-dev  library libprotobuf-c
build    protobuf-c-compiler command protoc-c
build    libonnx-dev        file    /usr/include/onnx/onnx.proto
build    fonts-dejavu-core  font    DejaVuSans.ttf
unit     libcmocka-dev      library cmocka
unit     g++                command ${CXX:-c++}
tests    git                command git
tests    ca-certificates    file    /etc/ssl/certs/ca-certificates.crt
tests    groff-base         command groff
tests    strace             command strace
tests    npm                command npm
tests    zip                command zip
tests    python3-numpy      module  numpy
tests    python3-pil        module  PIL
tests    python3-venv       module  ensurepip
tests    python3-onnx       module  onnx
tests    python3-h5py       module  h5py
onnx     libonnx-testdata   file    /usr/share/libonnx-testdata/data/node/test_add/model.onnx
torch    python3-torch      module  torch
fuzz     clang              command ${FUZZ_CC:-clang}
fuzz     libclang-rt-dev    fuzzer  ${FUZZ_CC:-clang}
recipes  octave             command octave-cli
recipes  r-base-core        command Rscript
recipes  r-cran-png         r       png
display  octave             command octave-cli
display  octave-psychtoolbox-3 file /usr/share/psychtoolbox-3/PsychBasic/Screen.mex
display  xvfb               command Xvfb
display  xauth              command xauth
display  python3-scipy      module  scipy
display  python3-pil        module  PIL
display  chromium           command chromium
display  chromium-driver    command chromedriver
display  python3-selenium   module  selenium
bare     debootstrap        command debootstrap
END
}

# has KIND NAME... - is it there?  Of a command with arguments the first word is looked for.
has() {
    case $1 in
    command) command -v "$2" ;;
    library) command -v pkg-config && pkg-config --exists "$2" ;;
    loaded) PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -F "$2" ;;
    file) [ -e "$2" ] ;;
    font) find /usr/share/fonts /usr/local/share/fonts -name "$2" | grep . ;;
    module) /usr/bin/python3 -c "import $2" ;;
    r) Rscript -e "library($2)" ;;
    fuzzer) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        "$2" -fsanitize=fuzzer,address -x c - -o /dev/null ;;
    esac > /dev/null 2>&1
}

# missing COLUMN PURPOSE... - a column of the rows whose things are not there: 2 package, 4 name
missing() {
    column=$1
    shift
    for purpose; do
        table | while read -r row; do
            # shellcheck disable=SC2086 # columns
            set -- $row
            [ "$1" != "$purpose" ] || has "$3" "$4" || echo "$row"
        done
    done | awk -v column="$column" '{ print $column }'
}

words() {
    tr '\n' ' ' | sed 's/ $//'
}

apt_install() {
    as_root=
    if [ "$(id -u)" != 0 ]; then
        echo "sudo runs apt-get as root and may ask for your password."
        as_root=sudo
    fi
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
            "$@" > /dev/null
}

install() {
    packages=$(missing 2 "$@" | words)
    [ -n "$packages" ] || return 0
    if ! command -v apt-get > /dev/null; then
        echo "This machine has no apt-get.  Please install what is missing, libraries with their"
        echo "headers, and type the command again.  It is missing: $(missing 4 "$@" | words)"
        return 2
    fi
    echo "These packages are missing, and apt-get installs them now: $packages"
    # shellcheck disable=SC2086 # words
    apt_install $packages || { echo "apt-get could not install: $packages"; return 2; }
}

what=$1
shift
case $what in
missing) missing 2 "$@" ;;
install) install "$@" ;;
*) echo "usage: deps.sh missing|install PURPOSE..." >&2; exit 2 ;;
esac

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bare.sh [1] - try 'make demo' in a fresh Debian 12 that has git and make; with 1, 'make check', too
#
# The system is a folder of TMPDIR, which needs 2 GB and is removed at the end; what is tried there
# is a clone of the last commit.  MIRROR is where Debian's packages come from: unless it is given,
# the mirror of this machine.  Mounts belong to a namespace of their own, and end with it.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "bare.sh: only root can make a system: sudo make bare"; exit 2; }
# shellcheck disable=SC2016 # apt's own variable
MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' \
    'Component: main' 'Origin: Debian' | head -n 1)}
[ -n "$MIRROR" ] || { echo "bare.sh: this machine's apt has no Debian 12: set MIRROR"; exit 2; }

root=$(mktemp -d)
chmod 755 "$root" # for users inside
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 130' INT TERM
begin=$(date +%s)
passed() {
    echo "== $1: $(($(date +%s) - begin)) s"
    begin=$(date +%s)
}
inside() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" &&
        mount -t devpts devpts "$1/dev/pts" && exec chroot "$@"' sh "$root" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

debootstrap --variant=minbase --include=git,make bookworm "$root" "$MIRROR" > "$root.log" 2>&1 ||
    { cat "$root.log"; rm -f "$root.log"; exit 1; }
rm -f "$root.log"
cp /etc/resolv.conf "$root/etc/"
git clone -q --no-local . "$root/evoke"
passed "a fresh Debian and a clone"
inside make -C /evoke || [ $? = 2 ]
inside make -C /evoke demo
inside test -s /evoke/build/demo/sheet.png
passed "make demo"
[ "${1:-}" != 1 ] || { inside make -C /evoke check; passed "make check"; }

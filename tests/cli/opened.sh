# What calls open to write, make, rename and remove: always by a name without a slash, relative to a
# descriptor of the set, and through no link.
command -v strace > /dev/null || {
    echo "strace is not installed"
    exit 77
}
strace -o log true 2> why || {
    echo "strace may not trace here: $(head -n 1 why)"
    exit 77
}
cp "$EVOKE_TOP/tests/data/tiny.keras" .
mkdir photographs
for i in 1 2 3 4; do
    "$EVOKE" leaves -o one --count 1 --size 9x8 --seed $i > /dev/null 2>&1
    mv one/stimuli/*.png photographs/$i.png && rm -r one one.log 2> /dev/null
done
# writes: of a log, calls that change something, without descriptors' numbers and file names' digits.
writes() {
    grep -E '^[0-9]+ +(open|openat|openat2|creat|unlink|unlinkat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|mkdir|mkdirat|rmdir|truncate|mknod|mknodat|chmod|fchmodat|chown|fchownat)\(' log |
        grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|^[0-9]+ +[^o ]' |
        sed -E -e 's/^[0-9]+ +//' -e "s#$PWD#HERE#g" -e 's/[(]([0-9]+)</(</' -e 's/, [0-9]+</, </' \
            -e 's/(\)| =).*$//' -e 's/[0-9]{6}/N/'
}
trace() { # NAME CALL...: all that is not done within HERE/NAME; how much is
    name=$1
    shift
    timeout 100 strace -f -y -o log -e trace=file,desc "$@" > out 2>&1 || { echo "failed: $*"; cat out; }
    writes > calls
    inside="<HERE/$name(/stimuli|/traces)?>, \"[^/\"]+\""
    grep -vE -e "^openat\\($inside, [A-Z_|]*O_NOFOLLOW" -e "^renameat\\($inside, $inside" \
        -e "^unlinkat\\($inside, 0" -e "^mkdirat\\($inside, " calls > others
    [ $(($(wc -l < calls) - $(wc -l < others))) -gt 10 ] || echo "$1: there is little to see"
    grep -E '"[^"]*\.part"' calls | grep openat | grep -vE 'O_CREAT\|O_EXCL\|O_NOFOLLOW' >> others
    echo "$*: $(sort others | uniq -c | sed 's/^ *//')" | sed "s#^[^ ]*/##"
}
begin() { trace set "$EVOKE" maximize --method published --mean 110 --steps 2 --starts 3 --keep 2 --trace -o set "$@" tiny.keras; }
begin --neurons 0
begin --neurons 0-1
trace best "$EVOKE" naturals --mean 110 --keep 1 --neurons 0-1 -o best tiny.keras --images photographs
trace near "$EVOKE" adversarial --mean 110 --neurons 0 -o near tiny.keras --images photographs
trace gaudy "$EVOKE" gaudy -o gaudy --images photographs
trace alike "$EVOKE" match -o alike --images photographs
trace leaves "$EVOKE" leaves --count 5 --size 8x8 -o leaves
echo "-- what only reads"
for call in 'verify set' 'sheet set -o drawn.png' 'again set stim-max000001' 'verify gaudy'; do
    # shellcheck disable=SC2086 # words
    strace -f -y -o log -e trace=file,desc "$EVOKE" $call > out 2>&1
    echo "$call: $(writes)"
done

# Killed before every call that changes a file, and in the middle of every write; then the same
# command again: in the end the bytes of the set that was not disturbed.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
preload=$(dirname "$MODELS")/tests/harness/preload/crash.so
# Neurons 0 and 1 respond, 2 is dead, the response of 3 is not finite.
make() { "$EVOKE" maximize --method published --mean 110 --steps 2 --starts 2 "$@" tiny.keras > /dev/null 2>&1; }
make_and_die() { # CALL OPTIONS...
    call=$1
    shift
    env CRASH_AT="$call" CRASH_HOW=kill LD_PRELOAD="$preload" "$EVOKE" maximize --method published --mean 110 \
        --steps 2 --starts 2 --threads 1 "$@" tiny.keras > /dev/null 2>&1
}
# try NAME BEFORE NEURONS: what is there before are these neurons; '': nothing.
try() {
    rm -rf whole before
    mkdir before
    [ ! "$2" ] || make -o before --neurons "$2"
    cp -r before whole && make -o whole --neurons "$3"
    n=0
    while :; do
        n=$((n + 1))
        rm -rf torn && cp -r before torn
        make_and_die $n -o torn --neurons "$3"
        [ $? = 137 ] || break
        make -o torn --neurons "$3" --threads $((n % 2 + 1))
        diff -r whole torn || echo "differs after a kill at call $n"
    done
    diff -r whole torn && echo "$1: $([ $n -gt 40 ] && echo over 40) kills, same bytes"
}
{
    try 'a set' '' 0,2,3 >&3
    try 'an extension' 0,2,3 0-3 >&3
    try 'an extension by other neurons' 1,3 0 >&3
} 3>&1 2> /dev/null # where a shell says that a process was killed

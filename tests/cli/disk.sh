# The disk is full, or broken, at every call that changes a file, for that call or from then on:
# one sentence, status 1, nothing lost; the same command again makes the undisturbed bytes.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
preload=$(dirname "$MODELS")/tests/harness/preload/crash.so
make() { "$EVOKE" maximize --method published --mean 110 --steps 2 --threads 1 "$@" tiny.keras; }
make_and_fail() { # CALL ERROR OPTIONS...; ERROR as the preload has it
    call=$1 error=$2
    shift 2
    env CRASH_AT="$call" CRASH_HOW="$error" CRASH_COUNT=count LD_PRELOAD="$preload" \
        "$EVOKE" maximize --method published --mean 110 --steps 2 --threads 1 "$@" tiny.keras
}
# Of what was there: every image, and tables that begin with the lines that they had. No part.
keeps() {
    for f in before/stimuli/*.png; do
        [ ! -e "$f" ] || cmp "$f" "torn/stimuli/${f##*/}"
    done
    for f in stimuli/stimuli.tsv traces.tsv; do
        [ ! -e before/$f ] || head -c "$(wc -c < before/$f)" torn/$f | cmp - before/$f
    done
    find torn -name '*.part'
}
complains() { [ "$(wc -l < err)" = 1 ] && grep -q '^evoke: [^:]*: [A-Z]' err; }
# try NAME ERROR STARTS-BEFORE STARTS
try() {
    rm -rf whole before
    mkdir before
    [ "$3" = 0 ] || make -o before --neurons 0 --starts "$3" > /dev/null 2>&1
    cp -r before whole && make -o whole --neurons 0 --starts "$4" > /dev/null 2>&1
    n=0
    failed=0
    unnoticed=0
    while :; do
        n=$((n + 1))
        rm -rf torn count && cp -r before torn
        make_and_fail $n "$2" -o torn --neurons 0 --starts "$4" > out 2> err
        status=$?
        [ "$(cat count)" -ge $n ] || break
        if [ $status = 1 ]; then
            failed=$((failed + 1))
            complains || sed "s/^/call $n: /" err
            keeps
        elif [ $status != 0 ]; then
            echo "call $n: status $status"
        else
            # The end of the lock (2 calls), and the log (3).
            unnoticed=$((unnoticed + 1))
            diff -r whole torn | grep -v '^Only in torn: writing.lock$'
        fi
        make_and_fail 0 0 -o torn --neurons 0 --starts "$4" > /dev/null 2>&1 ||
            echo "call $n: status $? afterwards"
        diff -r whole torn || echo "differs after call $n has failed"
    done
    echo "$1: $([ $failed -gt 50 ] && echo over 50) failures, $unnoticed unnoticed, same bytes"
}
try 'a set, a full disk' 28+ 0 1
try 'an extension, a full disk' 28+ 1 2
try 'an extension, an error' 5 1 2

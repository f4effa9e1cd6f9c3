# A session that is killed before every call that changes a file, and in the middle of every write,
# while it is made, a unit leaves or a set is added; then the same command again: the bytes of the
# session that was not disturbed.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
preload=$(dirname "$MODELS")/tests/harness/preload/crash.so
"$EVOKE" maximize --mean 110 --steps 2 --starts 2 --neurons 0-1 -o max tiny.keras > /dev/null 2>&1
"$EVOKE" leaves --count 2 --size 9x8 -o leaves > /dev/null 2>&1
command_of() { # NAME FOLDER
    case $1 in
    make) set -- session -o "$2" --threads 1 --repeats 3 --blanks 2 max ;;
    drop) set -- session "$2" --drop tiny:1 --after 1 ;;
    add) set -- session "$2" --threads 1 --add leaves --after 1 ;;
    esac
    exec "$EVOKE" "$@"
}
mkdir nothing
(command_of make one/night) > /dev/null 2>&1
try() { # NAME BEFORE
    rm -rf whole
    cp -r "$2" whole
    (command_of "$1" whole/night) > /dev/null 2>&1 || echo "$1 fails"
    n=0
    while :; do
        n=$((n + 1))
        rm -rf torn
        cp -r "$2" torn
        (CRASH_AT=$n CRASH_HOW=kill LD_PRELOAD=$preload command_of "$1" torn/night) > /dev/null 2>&1
        [ $? = 137 ] || break
        (command_of "$1" torn/night) > /dev/null 2>&1
        diff -r whole torn || echo "differs after a kill at call $n"
    done
    diff -r whole torn && echo "$1: $([ $n -gt 40 ] && echo over 40) kills, same bytes"
}
{
    try make nothing >&3
    try drop one >&3
    try add one >&3
} 3>&1 2> /dev/null # where a shell says that a process was killed

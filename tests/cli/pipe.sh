# Standard output that is closed, or whose reader has gone: one sentence, status 1, a whole set.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
make() { "$EVOKE" maximize --mean 110 --steps 1 --starts 1 --neurons 0-1 "$@" tiny.keras; }
make -o whole > /dev/null 2>&1
gone() { # NAME COMMAND...: its reader goes before it writes
    name=$1
    shift
    {
        {
            while [ ! -e gone ]; do sleep 0.01; done
            "$@" 2> err
            echo "$name: status $?" >&3
        } | touch gone
    } 3>&1
    rm gone
    grep '^evoke: ' err
}
gone maximize make -o piped
diff -r whole piped && echo whole
make -o closed >&- 2> err
echo "closed: status $?"
grep '^evoke: ' err
diff -r whole closed && echo whole
make -o full > /dev/full 2> err
echo "full: status $?"
grep '^evoke: ' err
diff -r whole full && echo whole
# All three closed.
make -o silent <&- >&- 2>&-
echo "silent: status $?"
diff -r whole silent && echo whole
gone list "$EVOKE" list
gone again "$EVOKE" again whole stim-max000001
echo >> piped/README
gone verify "$EVOKE" verify piped

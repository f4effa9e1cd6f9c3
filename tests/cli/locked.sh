# One writer at a time: the second is told whose turn it is, and both sets come out fine.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
make() { "$EVOKE" maximize --method published --mean 110 --steps 8000 --starts 5 --neurons 0-1 "$@" tiny.keras; }
make -o whole > /dev/null 2>&1
# begin: a writer that stands still after it has begun.
begin() {
    for _ in 1 2 3 4 5; do # should it be too fast for the eye
        rm -rf set
        "$EVOKE" maximize --method published --mean 110 --steps 8000 --starts 5 --neurons 0-1 --threads 1 -o set \
            tiny.keras > first.out 2> first.err &
        pid=$!
        until [ -e set/unfinished.tsv ] || grep -qs '^State:.*Z' /proc/$pid/status; do
            sleep 0.01
        done
        kill -STOP $pid && [ -e set/unfinished.tsv ] && return
        kill -CONT $pid
        wait $pid
    done
}
second() {
    make -o set > out 2> err
    echo "status $?, $(wc -c < out) bytes on stdout"
    sed -e "s/process $pid on [^ ]* /process PID on HOST /" err
}
begin
find set -type f -exec sha256sum {} + | sort > before
second
"$EVOKE" maximize --mean 110 --steps 3 -o set tiny.keras 2>&1 | grep -c 'is writing to it'
find set -type f -exec sha256sum {} + | sort | cmp - before
make -o another > /dev/null 2>&1
diff -r whole another && echo another folder is free
kill -CONT $pid
wait $pid
echo "the first: status $?"
diff -r whole set && echo same bytes
# Killed: its lock ends with it, though the file is there.
begin
kill -KILL $pid
{ wait $pid; } 2> /dev/null
ls set/writing.lock
make -o set > /dev/null 2>&1
echo "status $?"
diff -r whole set && echo same bytes

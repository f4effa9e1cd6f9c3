# A hundred kills at random moments of a set of 24 images, and each time the same command again:
# in the end the bytes of the set that was not disturbed, for 1 and 2 threads.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
make() { "$EVOKE" maximize --method published --mean 110 --steps 200 --starts 12 --neurons 0-1 "$@" tiny.keras; }
make -o whole > /dev/null 2>&1
seed=${SEED:-1}
# Kills come later the more there were, so that a slow computer gets on as well.
try() { # THREADS
    kills=0
    while [ $kills -lt 50 ]; do
        rm -rf torn
        before=$kills
        while :; do
            seed=$((seed + 1))
            # Not by the function: the process in the background would be a shell.
            "$EVOKE" maximize --method published --mean 110 --steps 200 --starts 12 --neurons 0-1 -o torn \
                --threads "$1" tiny.keras > /dev/null 2>&1 &
            pid=$!
            sleep "$(awk -v s=$seed -v k=$((kills - before)) \
                'BEGIN {srand(s); print 0.002 + 0.07 * rand() * (1 + k / 20)}')"
            kill -KILL $pid
            wait $pid && break
            kills=$((kills + 1))
        done
        diff -r whole torn >&3 || echo "differs: threads $1, seed $seed" >&3
    done
    echo "threads $1: over 50 kills, same bytes" >&3
}
for threads in 1 2; do
    try $threads
done 3>&1 2> /dev/null # where a shell says that a process was killed

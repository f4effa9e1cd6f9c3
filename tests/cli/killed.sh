# A hundred kills at random moments of a set of 24 images, and each time the same command again:
# in the end the bytes of the set that was not disturbed, for 1 and 2 threads.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" .
make() { "$EVOKE" maximize --steps 8 --starts 12 "$@" gabor.keras dot.keras; }
make -o whole > /dev/null 2>&1
seed=${SEED:-1}
for threads in 1 2; do
    kills=0
    sets=0
    while [ $kills -lt 50 ]; do
        rm -rf torn
        sets=$((sets + 1))
        while :; do
            seed=$((seed + 1))
            make -o torn --threads $threads > /dev/null 2>&1 &
            pid=$!
            sleep "$(awk -v s=$seed 'BEGIN {srand(s); print 0.002 + 0.15 * rand()}')"
            kill -KILL $pid 2> /dev/null
            wait $pid 2> /dev/null && break
            kills=$((kills + 1))
        done
        diff -r whole torn || echo "differs: threads $threads, seed $seed"
    done
    echo "threads $threads: $([ $kills -ge 50 ] && echo over 50) kills, same bytes"
    [ $sets -gt 3 ] || echo "only $sets sets"
done

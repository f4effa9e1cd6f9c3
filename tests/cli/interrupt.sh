# SIGINT, SIGTERM, SIGHUP: what is done stays, and is not made again; status 75 and a sentence.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
make() { "$EVOKE" maximize --method published --mean 110 --steps 8000 --starts 10 --neurons 0-1 "$@" tiny.keras; }
make -o whole > /dev/null 2>&1
count() { find "$1/stimuli" -name '*_image.png' 2> /dev/null | wc -l; }
ended() { [ ! -e "/proc/$1" ] || grep -qs '^State:.*Z' "/proc/$1/status"; }
# hold PID: stop it when some images are there; false where it has ended before.
hold() {
    until [ "$(count torn)" -ge 3 ] || ended "$1"; do
        sleep 0.01
    done
    kill -STOP "$1" && [ "$(count torn)" -lt 20 ]
}
# interrupt SIGNAL ENV-OPTION: a few times, should it be too fast for the eye.
interrupt() {
    for threads in 2 1 1 1 1; do
        rm -rf torn
        env "$2" "$EVOKE" maximize --method published --mean 110 --steps 8000 --starts 10 --neurons 0-1 \
            --threads $threads -o torn tiny.keras > out 2> err &
        pid=$!
        hold $pid && break
        kill -CONT $pid
        wait $pid
    done
    kill -"$1" $pid
    kill -CONT $pid
    wait $pid
}
# A shell starts what is in the background with SIGINT ignored, and what is ignored stays so.
for signal in INT TERM HUP; do
    interrupt $signal --default-signal=INT
    echo "$signal: status $?"
    sed 's/ [0-9]* of 20 / some of 20 /' err
    cat out
    ls -a torn | grep -c -e '^unfinished.tsv$' -e '^writing.lock$' -e '^manifest'
    (cd torn/stimuli && stat -c '%n %i %y' ./*_image.png) > before
    make -o torn > /dev/null 2> err
    said=$(sed -n 's/^20 images (\([0-9]*\) there already);.*/\1/p' err)
    [ "$said" -ge "$(wc -l < before)" ] || cat err
    (cd torn/stimuli && stat -c '%n %i %y' ./*_image.png) | grep -xFf before | cmp - before
    diff -r whole torn && echo same bytes
done
# nohup
interrupt HUP --ignore-signal=HUP
echo "ignored: status $?"
diff -r whole torn && echo same bytes

# Where the system refuses threads, those there are make the whole set, and its bytes stay the same.
# The system holds the superuser to no limit, who becomes a user without any other process. An
# ordinary user has other processes, and so is refused all threads, and the child process that
# reads a Keras file too.
chmod 711 ..
mkdir -m 777 open
cd open || exit 2
cp "$EVOKE" "$EVOKE_TOP/tests/data/tiny.keras" .
limited() { # LIMIT COMMAND...
    limit=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        user=$((20000 + $$ % 40000))
        setpriv --reuid=$user --regid=$user --clear-groups prlimit --nproc="$limit" "$@"
    else
        prlimit --nproc="$limit" "$@"
    fi
}
# leaves FOLDER THREADS COMMAND...
leaves() {
    folder=$1 threads=$2
    shift 2
    "$@" ./evoke leaves --threads "$threads" --count 9 --size 40x56 -o "$folder" > log 2>&1 || cat log
}
maximize() {
    folder=$1 threads=$2
    shift 2
    "$@" ./evoke maximize --threads "$threads" --method published --mean 110 --steps 2 --starts 8 --keep 0 \
        --neurons 0-1 -o "$folder" tiny.keras > log 2>&1 || cat log
    "$@" ./evoke verify --threads "$threads" --models tiny.keras -- "$folder" > log 2>&1 || cat log
}
leaves leaves 1 env
maximize maximize 1 env
leaves leaves.1 8 limited 1
diff -r leaves leaves.1 && echo the calling thread alone makes the same set
for limit in 2 3 5; do
    [ "$(id -u)" = 0 ] || break
    leaves leaves.$limit 8 limited $limit
    diff -r leaves leaves.$limit
    maximize maximize.$limit 8 limited $limit
    diff -r maximize maximize.$limit
done
echo some of the threads make the same sets

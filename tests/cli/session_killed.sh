# Fifty kills at random moments while a session is made, changed and exported, and each time the same
# command again: in the end the bytes of the session that was not disturbed.
quiet() { "$@" > /dev/null 2>&1; }
quiet "$EVOKE" leaves --count 60 --size 40x40 -o leaves
quiet "$EVOKE" leaves --count 20 --size 40x40 --seed 2 -o more
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 800, "height_px": 600, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 60, "background": 128, "shown_as": "linear"}
EOF
# Each prints one command, which the shell in the background becomes (exec): a kill ends evoke itself.
command_of() { # NUMBER FOLDER
    case $1 in
    1) set -- session -o "$2" --repeats 3 --display rig.json --degrees 9 --edge 1 leaves ;;
    2) set -- session "$2" --add more --after 10 ;;
    3) set -- export "$2" --to csv,psychopy,psychtoolbox ;;
    esac
    exec "$EVOKE" "$@"
}
for k in 1 2 3; do
    (quiet command_of $k whole) || echo "command $k fails"
done
seed=${SEED:-1} kills=0
while [ $kills -lt 50 ]; do
    rm -rf torn
    for k in 1 2 3; do
        tries=0
        while :; do
            seed=$((seed + 1)) tries=$((tries + 1))
            (quiet command_of $k torn) &
            pid=$!
            # Kills come later the more there were, so that a slow computer gets on as well.
            sleep "$(awk -v s=$seed -v k=$tries \
                'BEGIN {srand(s); print 0.001 + 0.05 * rand() * (1 + k / 10)}')"
            kill -KILL $pid
            wait $pid && break
            kills=$((kills + 1))
        done
    done 2> /dev/null # where the shell says that a process was killed
    diff -r whole torn || echo "differs: seed $seed"
done
echo "over 50 kills, the same bytes"
[ -z "$(find torn -name '*.part' -o -name writing.lock -o -name pending)" ] && echo nothing is left over

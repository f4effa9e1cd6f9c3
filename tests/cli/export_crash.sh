# An export that is killed before every call that changes a file, and in the middle of every write;
# then the same command again: the bytes of the session that was not disturbed.
preload=$(dirname "$MODELS")/tests/harness/preload/crash.so
"$EVOKE" leaves --count 2 --size 8 -o leaves > /dev/null 2>&1
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 640, "height_px": 480, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 60, "background": 128, "shown_as": "linear"}
EOF
mkdir made
"$EVOKE" session -o made/night --repeats 2 --blanks 1 --display rig.json --degrees 3 leaves > /dev/null 2>&1
export_to() { "$EVOKE" export "$1/night" --to csv,ex > /dev/null 2>&1; }
# What is replaced: an export that somebody changed.
"$EVOKE" export made/night --to csv 2> /dev/null
cp -r made before && echo changed > before/night/display_trials.csv
cp -r before whole && export_to whole
{
    n=0
    while :; do
        n=$((n + 1))
        rm -rf torn && cp -r before torn
        env CRASH_AT=$n CRASH_HOW=kill LD_PRELOAD="$preload" "$EVOKE" export torn/night --to csv,ex > /dev/null 2>&1
        [ $? = 137 ] || break
        export_to torn
        diff -r whole torn || echo "differs after a kill at call $n" >&3
    done
    diff -r whole torn >&3 && echo "$([ $n -gt 40 ] && echo over 40) kills, same bytes" >&3
} 3>&1 2> /dev/null # where a shell says that a process was killed

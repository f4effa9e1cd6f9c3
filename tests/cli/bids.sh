# A set is a BIDS derivative: the validator of the standard, fetched once, finds no error in it.
validator=1.15.0 deno=2.9.6 # which the validator runs on
tools=$EVOKE_TOP/build/bids-$validator-$deno
fetch() {
    npm_config_cache=$PWD/npm/cache
    export npm_config_cache
    set -e
    mkdir npm tools && cd npm
    timeout 120 npm pack --fetch-retries=1 --loglevel=error bids-validator@$validator
    tar xzf bids-validator-$validator.tgz package/dist/validator/bids-validator.js
    timeout 120 npm install --fetch-retries=1 --loglevel=error --no-audit --no-fund \
        --ignore-scripts --prefix . deno@$deno
    mv package/dist/validator/bids-validator.js node_modules/@deno/*/deno ../tools
}
if [ ! -d "$tools" ]; then
    command -v npm > /dev/null || {
        echo "npm, which fetches the BIDS validator, is not installed"
        exit 77
    }
    (fetch) > log 2>&1
    code=$?
    if [ $code = 124 ] || grep -qE 'ENOTFOUND|EAI_AGAIN|ENET|EHOST|ECONN|TIMEDOUT|E50[234]|_CERT' log; then
        echo "no network: npm could not fetch bids-validator $validator and deno $deno"
        exit 77
    elif [ $code != 0 ]; then
        cat log
        exit 1
    fi
    rm -rf "$tools.part"
    mv tools "$tools.part" && mv "$tools.part" "$tools"
fi
# A set has no subjects, and may follow a version of the standard that is newer than the validator.
echo '{"ignore": [{"code": "SUBJECT_FOLDERS"}, {"code": "UNKNOWN_BIDS_VERSION"}]}' > config.json
validate() {
    NO_COLOR=1 DENO_DIR=$PWD/deno DENO_NO_UPDATE_CHECK=1 "$tools/deno" run --no-prompt \
        --allow-read="$PWD,$tools" --allow-env --deny-net \
        "$tools/bids-validator.js" -c config.json "$1" > report 2>&1
}
"$EVOKE" maximize -o set --steps 1 --starts 1 "$MODELS/gabor.keras" > /dev/null 2>&1
if validate set; then echo valid; else cat report; fi
# It does look: a file that is neither named by the standard nor in .bidsignore.
echo something > set/stray.txt
validate set || grep -o 'ERROR. NOT_INCLUDED' report
# So is a session, whose template becomes the events of a recording.
"$EVOKE" leaves --count 3 --size 8 -o leaves > /dev/null 2>&1
cat > rig.json <<'EOF'
{"name": "rig", "width_px": 640, "height_px": 480, "width_cm": 40, "distance_cm": 57,
 "refresh_hz": 60, "background": 128, "shown_as": "linear"}
EOF
"$EVOKE" session -o night --repeats 2 --blanks 2 --display rig.json --degrees 3 leaves > /dev/null 2>&1
"$EVOKE" export night --to psychopy,psychtoolbox,monkeylogic,mworks,ex,csv 2> /dev/null
if validate night; then echo 'valid session'; else cat report; fi
for place in beh ieeg; do
    events=night/sub-01/$place/sub-01_task-session_events
    mkdir -p night/sub-01/$place
    cp night/events.tsv $events.tsv
    if validate night; then echo "valid with events in $place"; else cat report; fi
    cp night/task-session_events.json $events.json
    if validate night; then echo "valid with events in $place, described"; else cat report; fi
    grep -o 'TSV_ADDITIONAL_COLUMNS[A-Z_]*' report
    sed -i '2s/stim-0000/stim-9999/' $events.tsv
    validate night || grep -o 'ERROR. STIMULUS_FILE_MISSING' report
    rm -r night/sub-01
done

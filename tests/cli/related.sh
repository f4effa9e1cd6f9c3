# Judges that learned from what the climbed model learned from are related, and not counted.
cp "$MODELS"/*.keras .
"$EVOKE" leaves --count 8 --size 112 -o leaves > /dev/null 2>&1
rm leaves/stimuli/stimuli.*
hash() { printf %s "$1" | sha256sum | cut -c "1-$2"; }
# card NAME WEIGHTS ROWS TEACHERS: a model that was fitted to these rows of one file of responses.
card() {
    printf '{"card": 1, "weights": "%s.keras", "neurons": ["u0"], "lineage": {"recordings": [%s], "teachers": [%s]}}\n' \
        "$2" "${3:+{\"responses\": \"$(hash day1 64)\", \"rows\": \"$3\", \"images\": [], \"rows_sha256\": []\}}" \
        "${4:+{\"name\": \"teacher\", \"sha256\": \"$4\"\}}" > "$1.json"
}
card fit gabor 1-600 "$(hash t 64)"
card sibling dot 300-900
card other corner 601-900
card pupil curvature '' "$(sha256sum < gabor.keras | cut -c 1-64)"
card classmate red_green '' "$(hash t 64)"
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
make() { "$EVOKE" maximize --steps 2 --starts 1 --reference leaves/stimuli "$@" 2>&1 > out | grep judge; }
make -o set --judge sibling.json --judge other.json --judge pupil.json --judge classmate.json --judge itself=fit.json fit.json
cells set judges judge_roles
# What is held out alone counts.
cells set judge_z | cut -d ';' -f 2 | grep -x -e "$(cells set heldout_z)" > out && echo one judge
"$EVOKE" verify set --reference leaves/stimuli --models ./*.json 2>&1
# A table of units pairs its judges, and --judge others.
printf 'unit,model,judge\nu0,fit.json,sibling.json;other.json\n' > units.csv
make -o table --units units.csv --judge classmate.json
cells table judges judge_roles
# Of an ensemble any member counts.
make -o both --ensemble two=fit.json,corner.keras --judge u=sibling.json:0 --judge v=other.json:0
cells both judges judge_roles
# A role that somebody changed, with all hashes made right.
. "$EVOKE_TOP/tests/cli/forging"
fresh set
edit 1 judge_roles 'heldout;heldout;related;related;selection'
seal
"$EVOKE" verify copy --reference leaves/stimuli --models ./*.json 2> total | cut -c 1-200

# Rows of several sets, of which one thread reads a part each: none is taken for a row of the set before.
"$EVOKE" leaves --count 4 --size 8 --seed 1 -o a > /dev/null 2>&1
"$EVOKE" leaves --count 4 --size 8 --seed 22222 -o b > /dev/null 2>&1
cat > veto.tsv <<'EOF'
set	stimulus_id	reason
a	stim-natural000003	x
a	stim-natural000004	x
b	stim-natural000001	x
b	stim-natural000002	x
EOF
OMP_NUM_THREADS=1 "$EVOKE" session -o s --repeats 1 --blanks 1 --veto veto.tsv a b 2>&1
cut -f 1-4 s/roles.tsv

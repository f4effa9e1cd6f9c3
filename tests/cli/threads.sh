# --threads decides on how many threads a command runs; where it is 0, OMP_NUM_THREADS does.
# OMP_THREAD_LIMIT bounds both.  The bytes of the set depend on none of them.
ldd "$EVOKE" | grep -qE 'lib(g|i)?omp\.so' && echo linked with OpenMP
cp "$EVOKE_TOP/tests/data/tiny.keras" .
unset OMP_NUM_THREADS OMP_THREAD_LIMIT OMP_PROC_BIND OMP_DYNAMIC
# make WHAT VARIABLES OPTIONS: the number of threads that the log names
make() {
    env $2 "$EVOKE" maximize --neurons 0 --method published --mean 110 --steps 2 --starts 8 --keep 0 $3 -o set tiny.keras > /dev/null 2>&1
    echo "$1: $(sed -n 's/^run .*, //p' set.log)"
    if [ -d first ]; then diff -r first set; else cp -r set first; fi
    rm -r set set.log
}
make 'one thread' '' '--threads 1'
make 'an option' '' '--threads 3'
make 'the environment' OMP_NUM_THREADS=1 ''
make 'the environment, more' OMP_NUM_THREADS=5 '--threads 0'
make 'both' OMP_NUM_THREADS=5 '--threads 2'
make 'a limit' 'OMP_NUM_THREADS=5 OMP_THREAD_LIMIT=2' ''
make 'an option over a limit' OMP_THREAD_LIMIT=2 '--threads 4'
make 'bound to cores' 'OMP_NUM_THREADS=4 OMP_PROC_BIND=true' ''
make 'teams that shrink' 'OMP_NUM_THREADS=4 OMP_DYNAMIC=true' ''

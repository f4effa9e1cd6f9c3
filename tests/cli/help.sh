# Every command describes itself on stdout, and every row of its tables is there.
for c in info predict maximize list; do
    "$EVOKE" $c --help | sed -n 1p
done
"$EVOKE" maximize --help | grep -c -e '-o SET' -e '--neurons LIST' -e '--image-blur-every N' -e '--threads N'
"$EVOKE" list | grep -c -e '^  published ' -e '^  conv2d '
"$EVOKE" --version | grep -c '^evoke [0-9]'

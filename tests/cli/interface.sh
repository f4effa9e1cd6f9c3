# A program that was built with an earlier interface runs with the library, or is told that it
# cannot; tests/interface/check.sh notices what a change of the interface would break.
export LC_ALL=C
folder=$(dirname "$EVOKE") work=$PWD
library=$(cd "$folder" && ls libevoke.so.*)
number=${library##*.}
cd "$EVOKE_TOP" || exit
sh tests/interface/list.sh "$library" now > "$work/now.txt"

echo == what is a change
mkdir "$work/lists"
kept() { # WHAT EDIT...: is a library with these headers one for programs that see them so edited?
    echo "-- $1"
    shift
    sed "$@" "$work/now.txt" > "$work/lists/1.2.3.txt"
    [ "$1" = -n ] || ! cmp -s "$work/now.txt" "$work/lists/1.2.3.txt" || echo nothing was edited
    sh tests/interface/check.sh "$folder" "$work/lists" | sed "s/\.so\.$number/.so.N/"
}
kept 'the same' -n p
kept 'a new function' '/evk_version/d'
kept 'a new constant' '/EVK_EBUSY/d'
kept 'a struct of the library that grows at its end' '/double best;/d'
kept 'other names of parameters' 's/evk_status s)/evk_status status)/'
kept 'another order' '/evk_version/{h;d;};$G'
kept 'a function that is gone' 's/^const char .evk_version(void);/&\nvoid evk_gone(int i);/'
kept 'another type of a parameter' 's/evk_status s)/int s)/'
kept 'another result' 's/^const \(char .evk_version\)/\1/'
kept 'a caller'"'"'s struct that grows' '/char msg\[/d'
kept 'results in a caller'"'"'s struct that grow' '/int64_t findings;/d'
kept 'a member that is gone' 's/^} evk_progress;/    int more;\n&/'
kept 'members in another order' '/evk_status code;/{h;d;};/char msg\[/G'
kept 'another value' 's/EVK_EBUSY = -9/EVK_EBUSY = -10/'
kept 'values that move' 's/EVK_SCALING_Z,/EVK_SCALING_GONE,\n&/'
kept 'a type that is gone' 's/^} evk_progress;/&\ntypedef struct evk_gone evk_gone;/'
kept 'the same with another number' 's/libevoke.so.[0-9]*/&0/; s/evk_version/evk_gone/'

# A program that refers to every function of a list, linked with a library of its soname.
cd "$work" || exit
functions() { sed -n '/^typedef/!s/^[a-z].*[ *]\(evk_[a-z0-9_]*\)(.*);$/\1/p' "$1"; }
build() { # LIST
    soname=$(head -n 1 "$1" | sed 's/^.. \(.*\), evoke.*/\1/')
    functions "$1" | sed 's/.*/void &(void); void &(void) {}/' > stub.c
    {
        cat "$1"
        echo '#include <stdio.h>'
        echo 'static void (*const volatile all[])(void) = {'
        functions "$1" | sed 's/.*/(void (*)(void))&,/'
        echo '};'
        echo 'int main(void) { return !all[0] || puts(evk_version()) < 0; }'
    } > program.c
    mkdir -p stub && ${CC:-cc} -shared -fPIC -Wl,-soname,"$soname" -o stub/libevoke.so stub.c &&
        ${CC:-cc} -std=c11 -o program program.c -Lstub -levoke
}
start() { # with the library alone, wherever others are installed
    loader=$(readelf -l program | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
    LD_BIND_NOW=1 "$loader" --inhibit-cache --library-path "$(realpath "$folder")" "$PWD/program" 2>&1 |
        sed "s|$PWD/||; s/^$("$EVOKE" --version | cut -d ' ' -f 2)$/it runs/"
}
echo == a program of this interface
build now.txt && start
echo == programs of kept interfaces
build "$EVOKE_TOP/tests/interface/0.4.0.txt" && start
for list in "$EVOKE_TOP"/tests/interface/*.txt; do
    build "$list"
    case $soname,$(start) in
    "$library,it runs" | libevoke.so.*,*" $soname: cannot open shared object file: "*) ;;
    *) echo "$list: $(start)" ;;
    esac
done

# One photograph gives every command the same pixels, whatever its shape; what is not used is named.
cells() { # SET COLUMN...
    set=$1
    shift
    awk -F '\t' -v want="$*" 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); next}
        {for (k = 1; k <= n; k++) printf "%s%s", $at[w[k]], (k < n ? " " : "\n")}' "$set/stimuli/stimuli.tsv"
}
cp "$MODELS/gabor.keras" .
"$EVOKE" leaves --count 3 --size 180x120 -o leaves 2> /dev/null
mkdir photos && for i in 1 2 3; do cp leaves/stimuli/stim-natural00000${i}_image.png photos/$i.png; done
for shape in crop squash pad "pad --pad 7"; do
    echo "== $shape"
    # shellcheck disable=SC2086
    for command in "naturals --images photos --keep 3 --least 0" "adversarial --images photos --resize --budget 5" \
        "maximize --method published --reference photos --start natural --starts 3 --keep 0 --steps 0 --result last" \
        "maximize --method published --start photos/1.png --starts 1 --keep 0 --steps 0 --result last" \
        "gaudy --images photos --with-originals"; do
        rm -rf set
        "$EVOKE" $command --shape $shape -o set gabor.keras > out 2> err || cat err
        cells set source_file start_image source_changes pixel_sha256 start_sha256 set_type |
            awk '$3 != "n/a" && $6 != "gaudy" {print ($1 == "n/a" ? $2 : $1), $3, ($5 == "n/a" ? $4 : $5)}'
        grep -c 'to the wanted shape' err
        "$EVOKE" verify set > out 2>&1 || cat out
    done | sort | uniq -c | sed 's/^ *//' | cut -c 1-48
    # shellcheck disable=SC2086
    "$EVOKE" predict --images photos --resize --shape $shape gabor.keras 2> /dev/null | sort > predicted
    cells set source_file response_pred set_type | awk '$3 == "natural" {print $1 "," $2}' | sort > said
    join -t , predicted said | awk -F , '$2 != $3 {bad = 1} END {print NR, bad ? "differ" : "agree"}'
done
# What is recorded makes an image again and says whether the reference images are the set's.
"$EVOKE" naturals --images photos --keep 2 --least 1 --shape pad --pad 9 -o padded gabor.keras > out 2>&1
sed -n "/Reference/,\$p" padded/dataset_description.json | tr -d " \n" | sed "s|\"PixelSHA256\":\"[0-9a-f]*\"|PIXELS|"
echo
"$EVOKE" again padded stim-natural000001 --reference photos
"$EVOKE" verify padded --models gabor.keras --reference photos 2>&1
"$EVOKE" naturals --images photos --keep 2 --least 1 --shape crop -o padded gabor.keras 2>&1
# One that cannot be read, one that repeats another.
cp -r photos some && cp photos/2.png some/22.png && echo nonsense > some/0.png && ln -s nowhere some/9.png
for command in "naturals --images some --keep 3" "predict --images some --resize" \
    "adversarial --images some --resize --budget 5" "gaudy --images some" "maximize --reference some --starts 2 --steps 3" \
    "match --images some"; do
    rm -rf set
    case $command in predict*) o= ;; *) o="-o set" ;; esac
    case $command in match*) m= ;; *) m=gabor.keras ;; esac
    # shellcheck disable=SC2086
    "$EVOKE" $command $o $m > out 2> err
    echo "${command%% *} $?" "$([ -z "$o" ] && wc -l < out) $([ -d set ] && cells set source_file | sort -u | wc -l)"
    grep -v '^look\|wanted shape' err | grep 'some\|read'
done
# Lists, and files in a zip.
(cd photos && zip -q ../photos.zip 1.png 2.png 3.png)
printf 'photos.zip/2.png\r\n\nphotos/1.png\n' > list.txt
"$EVOKE" predict --images @list.txt photos.zip/3.png --resize gabor.keras 2> /dev/null | cut -d , -f 1
printf '\357\273\277photos/1.png\n  \nphotos/none.png\n' > gone.txt
"$EVOKE" predict --images @gone.txt --resize gabor.keras 2>&1 | grep -v 'wanted shape' | cut -d , -f 1
printf 'photos/1.png\n@list.txt\n' > bad.txt
"$EVOKE" predict --images @bad.txt --resize gabor.keras 2>&1
"$EVOKE" predict --images photos/none.png --resize gabor.keras 2>&1
"$EVOKE" predict --images photos.zip/ --resize gabor.keras 2> /dev/null | cut -d , -f 1
mkdir packed && cp photos/3.png out.png && : > packed/0.png && echo text > packed/a.txt
(cd packed && zip -q ../odd.zip 0.png a.txt ../out.png ../photos/1.png ../photos/2.png && zip -q ../odd.zip -j ../photos/1.png)
"$EVOKE" predict --images odd.zip --resize gabor.keras 2>&1 | grep -v 'wanted shape' | sed 's/^\([^ ]*\),.*/\1/'
"$EVOKE" predict --images odd.zip/a.txt --resize gabor.keras 2>&1
"$EVOKE" predict --images photos.zip/none.png --resize gabor.keras 2>&1
"$EVOKE" predict --images @none.txt --resize gabor.keras 2>&1
# Some drawn by a seed, alone and beside others.
"$EVOKE" leaves --count 40 --size 8 -o many 2> /dev/null
"$EVOKE" gaudy --images many/stimuli --random 5 --seed 3 -o drawn 2> /dev/null
"$EVOKE" gaudy --images many/stimuli --random 5 --seed 3 --threads 1 -o again 2> /dev/null
"$EVOKE" gaudy --images many/stimuli --random 5 --seed 4 -o other 2> /dev/null
diff -r drawn again && echo the same draw
cells drawn rank source_file
[ "$(cells drawn source_file)" = "$(cells other source_file)" ] || echo another draw
"$EVOKE" gaudy --images many/stimuli --keep 4 --random 40 --seed 3 -o both 2> /dev/null
cells both rank | sort -n | uniq -c | sed 's/^ *//' && cells both source_file | sort -u | wc -l
"$EVOKE" verify both 2>&1
# Wrong ones.
"$EVOKE" gaudy --images photos --shape round -o wrong 2>&1
"$EVOKE" gaudy --images photos --shape crop --pad 3 -o wrong 2>&1
"$EVOKE" gaudy --images photos --shape pad --pad 300 -o wrong 2>&1
"$EVOKE" maximize --shape round -o wrong gabor.keras 2>&1
"$EVOKE" naturals --images photos --keep 0 --least 0 -o wrong gabor.keras 2>&1
ls -d wrong 2>&1

# The recipe in stimuli/ gives the bytes that are there; only lettering may differ between machines.
recorded=$EVOKE_TOP/stimuli/embedded
for m in "$MODELS"/*.keras; do
    grep -q "$(sha256sum < "$m" | cut -d ' ' -f 1)" "$recorded/dataset_description.json" || {
        echo "this libhdf5 writes $(basename "$m") with other bytes, so its noise is another"
        exit 77
    }
done
"$EVOKE" verify "$recorded" --models "$MODELS"/*.keras 2> said && sed 's/.*; //' said
sh "$EVOKE_TOP/stimuli/embedded.sh" "$EVOKE" "$MODELS" set > /dev/null 2>&1
diff -r -x sheet.png -x manifest-sha256.txt "$recorded" set && echo the same bytes
grep -v sheet.png "$recorded/manifest-sha256.txt" > recorded
grep -v sheet.png set/manifest-sha256.txt | diff recorded - && echo the same manifest

# A teacher that takes images of another size than the cores: its table of units has the card alone, and can be climbed.
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$EVOKE_TOP/tests/data/tiny.keras" .
"$EVOKE" leaves --count 40 --size 112 -o leaves 2> /dev/null
mv leaves/stimuli images && rm images/*.tsv images/*.json
"$EVOKE" fit --resize --images images --core gabor.keras --teacher dot.keras --teacher tiny.keras -o taught > /dev/null 2>&1
cut -f 1-3 taught.tsv
sed -i 's/false/true/' taught.tsv
"$EVOKE" maximize --method published --steps 2 --starts 1 --units taught.tsv -o set 2>&1 | grep '^evoke'
cut -f 1-5 set/units.tsv
"$EVOKE" verify set --models dot.keras taught.json 2>&1

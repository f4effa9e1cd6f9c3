# A page of sets for a browser: one file that asks for nothing, with every image, number and name of
# the sets as they are; vetoes; hostile names.
exec 2>&1
page() { /usr/bin/python3 -B "$EVOKE_TOP/tests/harness/page.py" "$@"; }
cp "$MODELS/gabor.keras" "$MODELS/dot.keras" "$MODELS/corner.keras" .
quiet() { "$@" > log 2>&1 || cat log; }
quiet "$EVOKE" leaves --count 6 --size 112 --seed 5 -o leaves
mkdir photos && cp leaves/stimuli/*.png photos
printf 'unit\tmodel\toutput\timages\nten\tgabor.keras\t0\t2\neleven\tdot.keras\t0\t1\n' > units.tsv
quiet "$EVOKE" maximize --units units.tsv --steps 3 --starts 3 --reference photos \
    --judge J=corner.keras:0,0 --controls natural,scrambled,blank -o max
quiet "$EVOKE" maximize --steps 2 --starts 2 --keep 1 -o more corner.keras gabor.keras
quiet "$EVOKE" naturals --images photos --keep 2 --least 1 -o nat gabor.keras
quiet "$EVOKE" adversarial --images photos/*1_image.png --steps 2 --controls noise -o adv dot.keras
quiet "$EVOKE" gaudy --images photos -o gaudy

echo '-- units of several sets, joined'
"$EVOKE" sheet max more nat adv/ ./gaudy -o all.html
echo "status $?"
page all.html max more nat adv gaudy
"$EVOKE" sheet max more nat adv gaudy -o again.HTML && cmp all.html again.HTML && echo the same bytes
"$EVOKE" sheet gaudy max -o other.html && page other.html gaudy max | sed -n 1,3p
"$EVOKE" sheet nat -o nat.html && page nat.html nat
mkdir else && cp dot.keras else/gabor.keras
quiet "$EVOKE" maximize --steps 1 --starts 1 -o other else/gabor.keras
"$EVOKE" sheet max other -o other.html && page other.html max other | grep '^unit\|other'

echo '-- vetoes'
printf 'stimulus_id,set,reason\nstim-max000002,more,"a <b>, too ""bright"""\nstim-gaudy000006,gaudy,\n' > veto.csv
"$EVOKE" sheet max more nat adv gaudy --veto veto.csv -o vetoed.html
page vetoed.html max more nat adv gaudy | grep veto
"$EVOKE" sheet gaudy --veto veto.csv -o one.html
echo "status $?"
printf 'set\tstimulus_id\treason\nmore\tstim-max000002\tface\n' > veto.tsv
"$EVOKE" sheet more -o plain.png && "$EVOKE" sheet more --veto veto.tsv -o marked.png &&
    ! cmp -s plain.png marked.png && echo marked on the sheet
for row in 'more\tstim-max000077\tx' 'more\tstim-max000001\tdropped' 'more\tstim-max000002\t\nmore\tstim-max000002\tx' '\tstim-max000001\tx'; do
    printf "set\tstimulus_id\treason\n$row\n" > veto.tsv
    "$EVOKE" sheet more --veto veto.tsv -o bad.png
    "$EVOKE" sheet more --veto veto.tsv -o bad.html
done
printf 'set\tstimulus_id\nmore\tstim-max000001\n' > veto.tsv
"$EVOKE" sheet more --veto veto.tsv -o bad.html
"$EVOKE" sheet more --veto nowhere.tsv -o bad.html
ls bad* 2> /dev/null

echo '-- names of strangers'
mkdir strange
for name in '<!--<script>' '</script><img src=x onerror=alert(1)>' "x\"'&amp;"; do
    name=$(printf %s "$name" | tr / '|')
    cp photos/stim-natural000001_image.png "strange/$name.png"
done
quiet "$EVOKE" gaudy --images strange -o '<img src=x onerror=alert(1)>'
"$EVOKE" sheet '<img src=x onerror=alert(1)>' -o strange.html
page strange.html '<img src=x onerror=alert(1)>'
grep -c '<img src' strange.html

echo '-- what is refused'
"$EVOKE" sheet max ./max -o x.html
"$EVOKE" sheet max nowhere -o x.html
"$EVOKE" sheet max -o nowhere/x.html
"$EVOKE" sheet max --reference photos -o x.html
"$EVOKE" sheet adv --dose-response -o x.html
"$EVOKE" sheet max more --veto veto.csv -o x.png
"$EVOKE" sheet adv --dose-response --veto veto.csv -o x.png
cp -r gaudy altered && cp gaudy/stimuli/stim-gaudy000001_image.png altered/stimuli/stim-gaudy000002_image.png
"$EVOKE" sheet altered -o x.html
quiet "$EVOKE" leaves --count 5001 --size 8 -o many
"$EVOKE" sheet gaudy many -o x.html
ls x* 2> /dev/null
true

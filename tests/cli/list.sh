# Every table is listed with its parameters, and what is listed is what there is.
"$EVOKE" list > whole
"$EVOKE" list all | cmp - whole
"$EVOKE" list methods priors optimizers objectives layers formats transforms attacks norms controls columns readouts exports | cmp - whole && echo the topics make the whole
"$EVOKE" list methods | grep -c -e '^  published ' -e '^  --step-size S .*; 0 to 1e+12 \[25\]$' \
    -e '^  --starts N .*; 1 to 32767 \[10\]$'
# What a method sets, as the command line that would.
"$EVOKE" list methods | sed -n '/^  published /,/^  mei /{s/^ *--/--/p}' | tr '\n' ' '
echo
"$EVOKE" list priors | grep -A 2 '^  image-blur '
"$EVOKE" list priors | grep -A 3 '^  parameters of every prior:'
"$EVOKE" list optimizers | grep -o '^  adam .*Kingma.*'
"$EVOKE" list layers | grep -A 1 '^  conv2d ' | grep -o 'parameters: kernel, bias, stride'
"$EVOKE" list objectives | grep -c -e '^  mean ' -e '^  mean+k\*sd ' -e '^  disagreement .*Cowley'
"$EVOKE" list formats | grep -c -e '^  keras ' -e '^  PNG ' -e '^  --size HxW '
"$EVOKE" list transforms | grep -A 3 '^  gaudy '
"$EVOKE" list transforms | grep -c -e '^  near-edges .*Cowley' -e '^    fraction F .*; 0 to 1 \[0.1\]' -e '^  red-only '
"$EVOKE" list attacks | grep -c -e '^  pgd ' -e '^  auto-pgd ' -e '^  smoothing '
"$EVOKE" list norms | grep -c -e '^  rms ' -e '^  l2 '
"$EVOKE" list controls | grep -c -e '^  scrambled ' -e '^  blank '
"$EVOKE" list exports | grep -c -e '^  psychopy .*\[display_psychopy.csv\]$' -e '^  ex .*\[display_ex.mat, display_ex.xml\]$'
"$EVOKE" list columns | grep -c '^  gray_mean  *real .*\[display level (0-255)\]$'
# Options of the ascent, each once.
"$EVOKE" list methods | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort > listed
uniq -d listed
"$EVOKE" maximize --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort | comm -13 - listed
# The columns are those of a set.
"$EVOKE" maximize -o set --steps 0 --starts 1 "$MODELS/gabor.keras" > /dev/null 2>&1
head -n 1 set/stimuli/stimuli.tsv | tr '\t' '\n' > columns
"$EVOKE" list columns | awk 'NR > 1 {print $1}' | cmp - columns && echo the columns of a set
"$EVOKE" list nonesuch 2>&1 | sed 's/ methods,.*//'
"$EVOKE" list nonesuch > /dev/null 2>&1
echo "status $?"

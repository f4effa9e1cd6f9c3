# SPDX-License-Identifier: GPL-3.0-or-later
# A unit left the session: Octave reads what remains from the files of three programs.
. "$EVOKE_TOP/tests/display/session"
unit=$(awk -F '\t' 'NR == 2 {print $5}' night/roles.tsv)
"$EVOKE" session night --drop "$unit" --after 5 > made 2>&1 || { cat made; exit 1; }
"$EVOKE" export night --to psychtoolbox,monkeylogic,ex > made 2>&1 || { cat made; exit 1; }
octave-cli --norc -q "$EVOKE_TOP/tests/display/changed.m"

# SPDX-License-Identifier: GPL-3.0-or-later
# Octave reads MonkeyLogic's conditions as that program does: Info is the inside of struct().
. "$EVOKE_TOP/tests/display/session"
octave-cli --norc -q "$EVOKE_TOP/tests/display/conditions.m"

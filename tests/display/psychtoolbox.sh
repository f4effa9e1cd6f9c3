# SPDX-License-Identifier: GPL-3.0-or-later
# The function for the Psychtoolbox loads the images, and draws them where they should be.
. "$EVOKE_TOP/tests/display/session"
octave-cli --norc -q "$EVOKE_TOP/tests/display/load.m" || exit 1
# With a window, whose screen has the size of the rig's; also images of the whole screen.
"$EVOKE" session -o whole --repeats 1 --blanks 1 --display rig.json --degrees 3 --at -3,2 \
    --canvas full --photodiode top-left max leaves > made 2>&1 || { cat made; exit 1; }
"$EVOKE" export whole --to psychtoolbox 2> made || { cat made; exit 1; }
for session in night whole; do
    if SESSION=$session timeout 120 xvfb-run -a -s '-screen 0 640x480x24' octave --no-gui --norc \
        -q "$EVOKE_TOP/tests/display/draw.m" > drawn 2>&1; then
        grep 'drawn' drawn
    elif grep -q 'no window' drawn; then
        echo "no window opened here; the loading part alone was tried:"
        cat drawn
    else
        cat drawn
        exit 1
    fi
done

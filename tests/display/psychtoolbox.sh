# SPDX-License-Identifier: GPL-3.0-or-later
# The function for the Psychtoolbox loads the images, and draws them where they should be.
. "$EVOKE_TOP/tests/display/session"
octave-cli --norc -q "$EVOKE_TOP/tests/display/load.m" || exit 1
# A window: its screen has the size of the rig's.
if timeout 120 xvfb-run -a -s '-screen 0 640x480x24' octave --no-gui --norc -q \
    "$EVOKE_TOP/tests/display/draw.m" > drawn 2>&1; then
    grep 'drawn' drawn
elif grep -q 'no window' drawn; then
    echo "no window opened here; the loading part alone was tried:"
    cat drawn
else
    cat drawn
    exit 1
fi

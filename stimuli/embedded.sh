#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# embedded.sh EVOKE MODELS SET - maximizing stimuli of the embedded models
set -eu
"$1" maximize --method published -o "$3" --starts 2 "$2"/*.keras

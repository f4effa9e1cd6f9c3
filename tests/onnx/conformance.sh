#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# conformance.sh - ONNX's own conformance cases: those that fail are known, and few
set -u
data=/usr/share/libonnx-testdata/data
[ -e "$data/node/test_add/model.onnx" ] || {
    echo "ONNX's conformance cases are not installed: make check-onnx installs them"
    exit 77
}
exec build/release/tests/onnx/check "$data"

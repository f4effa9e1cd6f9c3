/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blank.c - a control: mean gray */
#include <string.h>

#include "stimset/controls/control.h"

enum { GRAY = 128 };

static void blank_make(int64_t n, unsigned char *out)
{
    memset(out, GRAY, (size_t)n);
}

const struct evk_control_type evk_control_type_blank = {
    .name = "blank",
    .summary = "mean gray, 128 everywhere, or the background of a window, one a neuron",
    .blank = blank_make,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repeats.c - count images that repeat others */
#include "cli/repeats.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/say.h"

static bool has_cell(const evk_set *set, int64_t row, const char *column)
{
    const char *cell = evk_set_cell(set, row, column);

    return cell && strcmp(cell, "n/a") != 0;
}

void repeats_say(const char *folder, long long said)
{
    long long images = 0, repeats = 0, controls = 0;
    evk_set *set;

    if (evk_set_open(&set, folder, NULL))
        return;
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        const char *present = evk_set_cell(set, i, "present");

        if (!present || strcmp(present, "true") != 0)
            continue;
        images++;
        if (!has_cell(set, i, "duplicate_of"))
            continue;
        repeats++;
        controls += has_cell(set, i, "control");
    }
    evk_set_free(set);
    if (repeats != said)
        fprintf(
            stderr,
            "%lld of %lld images of the set repeat%s an earlier one (column duplicate_of); %lld "
            "of these %s\n",
            repeats, images, repeats == 1 ? "s" : "", controls,
            controls == 1 ? "is a control" : "are controls");
}

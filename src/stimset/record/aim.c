/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aim.c - the words that tables and options have for each aim */
#include "stimset/record/aim.h"

#include <string.h>

static const struct {
    const char *objective, *direction;
} words[EVK_AIMS] = {
    [EVK_AIM_RAISE] = {"max", "increase"},
    [EVK_AIM_LOWER] = {"min", "decrease"},
    [EVK_AIM_REACH] = {"target", "target"},
};

const char *evk_aim_objective(enum evk_aim aim)
{
    return words[aim].objective;
}

const char *evk_aim_direction(enum evk_aim aim)
{
    return words[aim].direction;
}

enum evk_aim evk_aim_opposite(enum evk_aim aim)
{
    return aim == EVK_AIM_RAISE ? EVK_AIM_LOWER : EVK_AIM_RAISE;
}

enum evk_aim evk_row_aim(const struct evk_row *row)
{
    int aim = EVK_AIM_RAISE;

    while (aim < EVK_AIM_REACH &&
           strncmp(row->objective, words[aim].objective, strlen(words[aim].objective)) != 0)
        aim++;
    return (enum evk_aim)aim;
}

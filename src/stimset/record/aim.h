/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aim.h - what the response to an image is to be: as high as possible, as low, or a given number */
#ifndef EVK_STIMSET_RECORD_AIM_H
#define EVK_STIMSET_RECORD_AIM_H

#include "stimset/record/row.h"

enum evk_aim { EVK_AIM_RAISE, EVK_AIM_LOWER, EVK_AIM_REACH };

enum { EVK_AIMS = EVK_AIM_REACH + 1 };

/* Returns the first word of the column objective: "max", "min" or "target". */
const char *evk_aim_objective(enum evk_aim aim);

/* Returns the value of the option --direction: "increase", "decrease" or "target". */
const char *evk_aim_direction(enum evk_aim aim);

/* Returns EVK_AIM_LOWER for EVK_AIM_RAISE, and EVK_AIM_RAISE for the other two. */
enum evk_aim evk_aim_opposite(enum evk_aim aim);

/* Returns the aim that the objective of a row begins with; EVK_AIM_REACH where it has none. */
enum evk_aim evk_row_aim(const struct evk_row *row);

#endif /* EVK_STIMSET_RECORD_AIM_H */

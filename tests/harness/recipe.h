/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.h - a plain recipe, for tests of what does not depend on the method */
#ifndef EVK_TESTS_RECIPE_H
#define EVK_TESTS_RECIPE_H

#include "evoke/synth.h"

/* The published ascent: no priors but its blurs, and the same bits with any FFT. */
evk_recipe published_recipe(void);

#endif /* EVK_TESTS_RECIPE_H */

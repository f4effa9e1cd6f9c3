/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.h - a plain recipe, for tests of what does not depend on the method */
#ifndef EVK_TESTS_RECIPE_H
#define EVK_TESTS_RECIPE_H

#include "evoke/synth.h"

/*
 * Returns the recipe of the published ascent: its only priors are blurs, and no bit depends on
 * FFTW.
 */
evk_recipe published_recipe(void);

#endif /* EVK_TESTS_RECIPE_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recipe.c - a plain recipe, for tests of what does not depend on the method */
#include "recipe.h"

#include "synth/settings.h"
#include "test.h"

evk_recipe published_recipe(void)
{
    evk_recipe r;

    assert_ok(evk_recipe_of_method(&r, "published", err));
    return r;
}

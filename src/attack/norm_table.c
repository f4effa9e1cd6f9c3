/* SPDX-License-Identifier: GPL-3.0-or-later */
/* norm_table.c - the norms of perturbations that this build knows */
#include <string.h>

#include "attack/norm.h"
#include "base/error.h"
#include "base/str.h"
#include "evoke/attack.h"

#define EVK_NORM(name) extern const struct evk_norm_type evk_norm_##name;
#include "attack/norms.def"
#undef EVK_NORM

static const struct evk_norm_type *const table[] = {
#define EVK_NORM(name) &evk_norm_##name,
#include "attack/norms.def"
#undef EVK_NORM
};

#define NORMS ((int)(sizeof(table) / sizeof(table[0])))

bool evk_norm_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= NORMS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, table[i]->unit};
    return true;
}

evk_status evk_norm_find(const struct evk_norm_type **out, const char *name, evk_error *err)
{
    struct evk_str known = EVK_STR_INIT;
    evk_status s;

    for (int i = 0; i < NORMS; i++) {
        if (strcmp(table[i]->name, name) == 0) {
            evk_str_release(&known);
            *out = table[i];
            return EVK_OK;
        }
        evk_str_printf(&known, "%s%s", i ? ", " : "", table[i]->name);
    }
    s = evk_fail(err, EVK_ENOTFOUND, "norm is '%s', expected one of: %s", name, known.data);
    evk_str_release(&known);
    return s;
}

evk_status evk_norm_check(const struct evk_norm_type *norm, double budget, evk_error *err)
{
    if (!(budget > 0 && budget <= norm->most))
        return evk_fail(err, EVK_EINVAL, "budget is %g, expected above 0 and at most %g (%s, %s)",
                        budget, norm->most, norm->name, norm->unit);
    return EVK_OK;
}

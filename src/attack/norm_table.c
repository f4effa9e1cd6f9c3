/* SPDX-License-Identifier: GPL-3.0-or-later */
/* norm_table.c - the table of the norms of perturbations, from norms.def */
#include "attack/norm.h"
#include "base/named.h"
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
    int i;

    EVK_TRY(evk_named_find(&i, "norm", name, evk_norm_info, err));
    *out = table[i];
    return EVK_OK;
}

evk_status evk_norm_check(const struct evk_norm_type *norm, double budget, evk_error *err)
{
    if (!(budget > 0 && budget <= norm->most))
        return evk_fail(err, EVK_EINVAL, "budget is %g, expected above 0 and at most %g (%s, %s)",
                        budget, norm->most, norm->name, norm->unit);
    return EVK_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout_table.c - the kinds of readouts, by name */
#include "fit/readout_table.h"

#include "base/named.h"
#include "evoke/fit.h"

static const struct evk_readout_kind kinds[] = {
#define EVK_READOUT(name, summary) {#name, summary, evk_fit_##name},
#include "fit/readouts.def"
#undef EVK_READOUT
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

bool evk_readout_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= KINDS)
        return false;
    *out = (evk_type_info){kinds[i].name, kinds[i].summary, ""};
    return true;
}

evk_status evk_readout_kind_find(const struct evk_readout_kind **out, const char *name,
                                 evk_error *err)
{
    int i;

    EVK_TRY(evk_named_find(&i, "readout", name, evk_readout_info, err));
    *out = &kinds[i];
    return EVK_OK;
}

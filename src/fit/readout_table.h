/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readout_table.h - the kinds of readouts, by name */
#ifndef EVK_FIT_READOUT_TABLE_H
#define EVK_FIT_READOUT_TABLE_H

#include "fit/readouts.h"

struct evk_readout_kind {
    const char *name, *summary;
    /* as evk_fit_ridge */
    evk_status (*fit)(struct evk_fit_result *out, const struct evk_fit_data *d, evk_error *err);
};

/* Finds a kind by its name.  EVK_ENOTFOUND: there is none; the message lists all names. */
evk_status evk_readout_kind_find(const struct evk_readout_kind **out, const char *name,
                                 evk_error *err);

#endif /* EVK_FIT_READOUT_TABLE_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitting.c - the settings of a fit: made, set, read and freed */
#include "fit/fitting.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/settings.h"

static const char kind[] = "a fit";

#define AT(field) offsetof(evk_fitting, field)

static const evk_param params[] = {
    {"readout", "NAME",
     "fit readouts of this kind: local, ridge, factorized or poisson; 'evoke list readouts' "
     "describes all",
     EVK_PARAM_TEXT, AT(readout), 0, 0},
    {"grid", "N",
     "average each map of a core to N rows and N columns; a smaller map stays as it is",
     EVK_PARAM_INT, AT(grid), 1, 1024},
    {"folds", "N",
     "cross-validate in N parts of the images, each of which is contiguous in time where the order "
     "is known",
     EVK_PARAM_INT, AT(folds), 3, 100},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

const evk_param *evk_fitting_params(void)
{
    return params;
}

evk_status evk_fitting_new(evk_fitting **out, evk_error *err)
{
    EVK_TRY(evk_alloc(out, 1, sizeof(**out), kind, err));
    **out = (evk_fitting){.readout = "local", .grid = 7, .folds = 5};
    return EVK_OK;
}

void evk_fitting_free(evk_fitting *fitting)
{
    if (!fitting)
        return;
    evk_names_release(&fitting->owned);
    free(fitting);
}

evk_status evk_fitting_set(evk_fitting *fitting, const char *name, const char *text, evk_error *err)
{
    return evk_settings_set(params, fitting, &fitting->owned, kind, name, text, err);
}

evk_status evk_fitting_get(const evk_fitting *fitting, const char *name, char **text,
                           evk_error *err)
{
    return evk_settings_get(params, fitting, kind, name, text, err);
}

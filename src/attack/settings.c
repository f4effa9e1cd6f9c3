/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c - attacks of callers: made, set, read and freed */
#include <stdlib.h>

#include "attack/settings.h"
#include "base/mem.h"
#include "base/settings.h"

static const char kind[] = "an attack";

evk_status evk_attack_new(evk_attack **out, evk_error *err)
{
    EVK_TRY(evk_alloc(out, 1, sizeof(**out), kind, err));
    **out = evk_attack_default();
    return EVK_OK;
}

void evk_attack_free(evk_attack *attack)
{
    if (!attack)
        return;
    evk_names_release(&attack->owned);
    free(attack);
}

evk_status evk_attack_set(evk_attack *attack, const char *name, const char *text, evk_error *err)
{
    return evk_settings_set(evk_attack_params(), attack, &attack->owned, kind, name, text, err);
}

evk_status evk_attack_get(const evk_attack *attack, const char *name, char **text, evk_error *err)
{
    return evk_settings_get(evk_attack_params(), attack, kind, name, text, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* method_table.c - the table of the methods of searching, from methods.def */
#include "attack/search.h"
#include "base/named.h"

#define EVK_ATTACK_METHOD(name) extern const struct evk_attack_method evk_attack_method_##name;
#include "attack/methods.def"
#undef EVK_ATTACK_METHOD

static const struct evk_attack_method *const table[] = {
#define EVK_ATTACK_METHOD(name) &evk_attack_method_##name,
#include "attack/methods.def"
#undef EVK_ATTACK_METHOD
};

#define METHODS ((int)(sizeof(table) / sizeof(table[0])))

bool evk_attack_method_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= METHODS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, ""};
    return true;
}

evk_status evk_attack_method_find(const struct evk_attack_method **out, const char *name,
                                  evk_error *err)
{
    int i;

    EVK_TRY(evk_named_find(&i, "method", name, evk_attack_method_info, err));
    *out = table[i];
    return EVK_OK;
}

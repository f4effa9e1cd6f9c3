/* SPDX-License-Identifier: GPL-3.0-or-later */
/* method_table.c - the table of the synthesis methods, from methods.def */
#include "base/named.h"
#include "synth/method.h"

#define EVK_METHOD(name) extern const struct evk_method evk_method_##name;
#include "synth/methods.def"
#undef EVK_METHOD

static const struct evk_method *const table[] = {
#define EVK_METHOD(name) &evk_method_##name,
#include "synth/methods.def"
#undef EVK_METHOD
};

#define METHODS ((int)(sizeof(table) / sizeof(table[0])))

bool evk_method_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= METHODS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, ""};
    return true;
}

bool evk_method_setting(int method, int i, const char **name, const char **value)
{
    const struct evk_setting *settings;

    if (method < 0 || method >= METHODS || i < 0)
        return false;
    settings = table[method]->settings;
    for (int at = 0; at < i; at++)
        if (!settings[at].name)
            return false;
    if (!settings[i].name)
        return false;
    *name = settings[i].name;
    *value = settings[i].value;
    return true;
}

evk_status evk_method_find(const struct evk_method **out, const char *name, evk_error *err)
{
    int i;

    EVK_TRY(evk_named_find(&i, "method", name, evk_method_info, err));
    *out = table[i];
    return EVK_OK;
}

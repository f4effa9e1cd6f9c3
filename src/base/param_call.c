/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param_call.c - texts that name a row of a table and set its parameters */
#include "base/param_call.h"

#include <string.h>

#include "base/error.h"
#include "base/named.h"
#include "base/near.h"

evk_status evk_call_find(const struct evk_call_table *table, const char *text, int *row,
                         evk_error *err)
{
    const size_t n = strcspn(text, ":");
    evk_type_info info;

    for (int i = 0; table->info(i, &info); i++)
        if (strlen(info.name) == n && memcmp(info.name, text, n) == 0) {
            *row = i;
            return EVK_OK;
        }
    return evk_named_fail(table->kind, text, n, table->info, err);
}

static const evk_param *find_param(const evk_param *params, const char *name)
{
    for (const evk_param *p = params; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static evk_status no_parameter(const struct evk_call *call, const char *name, evk_error *err)
{
    struct evk_near near = evk_near_begin(name, strlen(name));
    char hint[EVK_NEAR_HINT];

    for (int which = 0; which < 2; which++)
        for (const evk_param *p = call->params[which]; p && p->name; p++)
            evk_near_offer(&near, p->name);
    return evk_fail(err, EVK_EINVAL, "%s %s has no parameter '%s'; 'evoke list %ss' has them%s",
                    call->kind, call->name, name, call->kind, evk_near_hint(&near, "", hint));
}

/* Set one parameter from "PARAMETER=VALUE", or the first parameter from "VALUE". */
static evk_status set_item(const struct evk_call *call, char *item, bool is_first, evk_error *err)
{
    char *equals = strchr(item, '=');

    if (!equals) {
        if (!is_first || !call->params[0])
            return evk_fail(err, EVK_EINVAL, "%s %s has '%s', expected PARAMETER=VALUE", call->kind,
                            call->name, item);
        return call->set(call->arg, 0, call->params[0], item, err);
    }
    *equals = '\0';
    for (int which = 0; which < 2; which++) {
        const evk_param *param = find_param(call->params[which], item);

        if (param)
            return call->set(call->arg, which, param, equals + 1, err);
    }
    return no_parameter(call, item, err);
}

evk_status evk_call_read(const struct evk_call *call, char *text, evk_error *err)
{
    char *rest, *item = strtok_r(text + strcspn(text, ":"), ":,", &rest);

    for (bool is_first = true; item; is_first = false) {
        EVK_TRY(set_item(call, item, is_first, err));
        item = strtok_r(NULL, ",", &rest);
    }
    return EVK_OK;
}

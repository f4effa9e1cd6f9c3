/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rest.c - what of a session remains to be shown */
#include "export/rest.h"

#include "base/mem.h"

bool evk_rest_is(const struct evk_rig_session *s)
{
    return s->changes > 0;
}

int64_t evk_rest_first(const struct evk_rig_session *s)
{
    const evk_json *changes = evk_json_get(s->options, "Changes");
    int64_t after = 0, i = 0;

    if (evk_rest_is(s))
        (void)evk_json_int(evk_json_get(evk_json_at(changes, s->changes - 1), "After"), &after);
    while (i < s->trials && s->trial[i].trial <= after)
        i++;
    return i;
}

evk_status evk_rest_images(bool **out, const struct evk_rig_session *s, evk_error *err)
{
    EVK_TRY(evk_alloc(out, s->images, sizeof(**out), "images that remain", err));
    for (int64_t i = 0; i < s->images; i++)
        (*out)[i] = !evk_rest_is(s);
    for (int64_t i = evk_rest_first(s); i < s->trials; i++)
        (*out)[s->trial[i].code - 1] = true;
    return EVK_OK;
}

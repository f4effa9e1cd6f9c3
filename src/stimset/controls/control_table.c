/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control_table.c - the kinds of controls that this build knows */
#include <string.h>

#include "base/error.h"
#include "base/named.h"
#include "evoke/adversarial.h"
#include "stimset/controls/control.h"

#define EVK_CONTROL(name) extern const struct evk_control_type evk_control_type_##name;
#include "stimset/controls/controls.def"
#undef EVK_CONTROL

static const struct evk_control_type *const table[] = {
#define EVK_CONTROL(name) &evk_control_type_##name,
#include "stimset/controls/controls.def"
#undef EVK_CONTROL
};

#define CONTROLS ((int)(sizeof(table) / sizeof(table[0])))
_Static_assert(CONTROLS <= EVK_CONTROLS_MAX, "EVK_CONTROLS_MAX is too small");

bool evk_control_info(int i, evk_type_info *out)
{
    if (i < 0 || i >= CONTROLS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary,
                           table[i]->blank                              ? "all sets"
                           : table[i]->perturbed && table[i]->maximized ? "adversarial, maximize"
                           : table[i]->perturbed                        ? "adversarial"
                                                                        : "maximize"};
    return true;
}

const struct evk_control_type *evk_control_find(const char *name)
{
    for (int i = 0; i < CONTROLS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

/* Are the n characters at text this name? */
static bool is_name(const char *text, size_t n, const char *name)
{
    return strlen(name) == n && strncmp(text, name, n) == 0;
}

/* Mark the kind that the n characters at text name: named (CONTROLS). */
static evk_status find_named(const char *text, size_t n, bool named[], evk_error *err)
{
    for (int i = 0; i < CONTROLS; i++) {
        if (!is_name(text, n, table[i]->name))
            continue;
        if (named[i])
            return evk_fail(err, EVK_EINVAL, "control %s is asked for twice", table[i]->name);
        named[i] = true;
        return EVK_OK;
    }
    return evk_named_fail("control", text, n, evk_control_info, err);
}

evk_status evk_controls_parse(struct evk_controls *out, const char *list, evk_error *err)
{
    bool named[CONTROLS] = {false};

    *out = (struct evk_controls){.count = 0};
    while (list && list[0]) {
        const size_t n = strcspn(list, ",");

        EVK_TRY(find_named(list, n, named, err));
        list += n;
        if (list[0] && !(++list)[0])
            return evk_fail(err, EVK_EINVAL, "the list of controls ends with a comma");
    }
    for (int i = 0; i < CONTROLS; i++)
        if (named[i])
            out->type[out->count++] = table[i];
    return EVK_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_name.c - can a text be the name of a neuron? */
#include "base/neuron_name.h"

#include <string.h>

#include "base/shown.h"
#include "base/str.h"
#include "evoke/model.h"

evk_status evk_neuron_check_name(const char *name, evk_error *err)
{
    if (evk_is_utf8(name) && (strpbrk(name, " \",;") || !evk_is_plain(name)))
        return evk_fail(err, EVK_EFORMAT,
                        "the neuron's name '%.64s' has a space, comma, semicolon, quote, control "
                        "or invisible character, which tables and lists cannot hold",
                        name);
    if (!name[0] || strspn(name, "0123456789-") == strlen(name) || !evk_is_utf8(name) ||
        strlen(name) >= EVK_NEURON_TEXT)
        return evk_fail(err, EVK_EFORMAT,
                        "the neuron's name '%.64s' is empty, a number, too long or not UTF-8",
                        name);
    return EVK_OK;
}

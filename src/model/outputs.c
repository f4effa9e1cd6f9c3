/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outputs.c - which outputs a list such as "0-32,40" names, and the names of models */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "model/model.h"

static evk_status malformed(const char *list, evk_error *err)
{
    return evk_fail(err, EVK_EINVAL, "neurons is '%s', expected numbers and ranges such as 0-32,40",
                    list);
}

/* One item, "7" or "3-5", of length n. */
static evk_status parse_item(const char *list, const char *item, size_t n, int64_t *first,
                             int64_t *last, evk_error *err)
{
    char text[64], *dash;

    if (n == 0 || n >= sizeof(text) || strspn(item, "0123456789-") < n)
        return malformed(list, err);
    memcpy(text, item, n);
    text[n] = '\0';
    dash = strchr(text, '-');
    if (dash)
        *dash = '\0';
    if (!evk_parse_int(text, first) || *first < 0)
        return malformed(list, err);
    *last = *first;
    if (dash && (!evk_parse_int(dash + 1, last) || *last < *first))
        return malformed(list, err);
    return EVK_OK;
}

/* Append the outputs of a list, each once; seen marks them. */
static evk_status parse_list(const evk_model *m, const char *list, bool *seen, int64_t *outputs,
                             size_t *count, evk_error *err)
{
    for (const char *item = list; item;) {
        const char *comma = strchr(item, ',');
        const size_t n = comma ? (size_t)(comma - item) : strlen(item);
        int64_t first, last;

        EVK_TRY(parse_item(list, item, n, &first, &last, err));
        if (last >= m->outputs)
            return evk_fail(err, EVK_EINVAL, "%s: neuron %lld is out of range, expected 0 to %lld",
                            m->path, (long long)last, (long long)m->outputs - 1);
        for (int64_t o = first; o <= last; o++)
            if (!seen[o]) {
                seen[o] = true;
                outputs[(*count)++] = o;
            }
        item = comma ? comma + 1 : NULL;
    }
    return EVK_OK;
}

evk_status evk_model_outputs(const evk_model *m, const char *list, int64_t **outputs, size_t *count,
                             evk_error *err)
{
    int64_t *all = NULL;
    bool *seen = NULL;
    size_t n = 0;
    evk_status s = evk_alloc(&all, m->outputs, sizeof(*all), "outputs", err);

    if (!s)
        s = evk_alloc(&seen, m->outputs, sizeof(*seen), "outputs", err);
    if (!s && list)
        s = parse_list(m, list, seen, all, &n, err);
    else
        for (int64_t o = 0; !s && o < m->outputs; o++)
            all[n++] = o;
    free(seen);
    if (s) {
        free(all);
        return s;
    }
    *outputs = all;
    *count = n;
    return EVK_OK;
}

static evk_status check_name(const evk_model *m, evk_error *err)
{
    for (const char *c = m->name; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127 || strchr("\",:", *c))
            return evk_fail(err, EVK_EINVAL,
                            "%s: its name has a comma, a colon, a quote or a control character, "
                            "which tables cannot hold",
                            m->path);
    if (!evk_is_utf8(m->name))
        return evk_fail(err, EVK_EINVAL, "%s: its name is not UTF-8, which tables must be",
                        m->path);
    return EVK_OK;
}

evk_status evk_models_check_names(const evk_model *const *models, size_t count, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        EVK_TRY(check_name(models[i], err));
        for (size_t j = 0; j < i; j++)
            if (strcmp(models[i]->name, models[j]->name) == 0)
                return evk_fail(err, EVK_EINVAL, "%s and %s have one name, '%s': rename one",
                                models[j]->path, models[i]->path, models[i]->name);
    }
    return EVK_OK;
}

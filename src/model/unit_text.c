/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit_text.c - units of a network, named by texts such as "layer0_conv:5" */
#include "model/unit_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/num.h"
#include "base/str.h"

enum { NUMBER = 24, UNITS_MAX = 1 << 16 };

/* A text that is being read. */
struct reading {
    const char *text; /* the whole text, for messages */
    struct evk_unit_list *list;
    const struct evk_network *network;
    evk_error *err;
};

void evk_unit_list_release(struct evk_unit_list *l)
{
    free(l->units);
    *l = (struct evk_unit_list){0};
}

evk_status evk_unit_name(const struct evk_unit *u, char **out, evk_error *err)
{
    struct evk_str name = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&name, "%s:%lld", u->layer->name, (long long)u->channel);
    if (u->place == EVK_UNIT_MEAN)
        evk_str_puts(&name, "@mean");
    if (u->place == EVK_UNIT_AT)
        evk_str_printf(&name, "@%lldx%lld", (long long)u->row, (long long)u->column);
    s = evk_str_check(&name, err);
    if (!s)
        s = evk_strdup(out, name.data, err);
    evk_str_release(&name);
    return s;
}

/* ---- one layer ------------------------------------------------------------------------------ */

static evk_status unknown_layer(const struct reading *r, size_t size)
{
    struct evk_near near = evk_near_begin(r->text, size);
    char hint[EVK_NEAR_HINT];

    for (int64_t i = 0; i < r->network->count; i++)
        evk_near_offer(&near, r->network->layers[i].name);
    return evk_fail(r->err, EVK_EINVAL,
                    "channel '%.200s' names no layer of the model, expected LAYER:CHANNEL with a "
                    "layer that 'evoke info' lists%s",
                    r->text, evk_near_hint(&near, "", hint));
}

/* Finds the layer whose name the text begins with; *rest is what follows its name.  Names may have
   colons in them, so that the longest one counts. */
static evk_status find_layer(const struct reading *r, const struct evk_layer_record **out,
                             const char **rest)
{
    size_t longest = 0;

    for (int64_t i = 0; i < r->network->count; i++) {
        const struct evk_layer_record *l = &r->network->layers[i];
        const size_t n = strlen(l->name);

        if (n <= longest || strncmp(r->text, l->name, n) != 0 || !strchr(":@", r->text[n]))
            continue;
        longest = n;
        *out = l;
    }
    if (!longest)
        return unknown_layer(r, strcspn(r->text, ":@"));
    if ((*out)->node < 0)
        return evk_fail(r->err, EVK_EINVAL,
                        "channel '%.200s': no output of the model depends on layer %s, expected "
                        "another layer",
                        r->text, (*out)->name);
    *rest = r->text + longest;
    return EVK_OK;
}

/* ---- channels and places -------------------------------------------------------------------- */

/* Reads the n characters at text as a whole number from 0. */
static bool read_number(const char *text, size_t n, int64_t *out)
{
    char number[NUMBER];

    if (n == 0 || n >= sizeof(number) || strspn(text, "0123456789") < n)
        return false;
    memcpy(number, text, n);
    number[n] = '\0';
    return evk_parse_int(number, out);
}

static evk_status malformed(const struct reading *r)
{
    return evk_fail(
        r->err, EVK_EINVAL,
        "channel '%.200s' is malformed, expected LAYER:CHANNEL or LAYER:CHANNEL@PLACE, "
        "such as NAME:5, NAME:0-31,40 or NAME:all@mean, where PLACE is ROW,COLUMN, mean "
        "or centre",
        r->text);
}

/* Reads the text behind '@'. */
static evk_status read_place(const struct reading *r, const char *text, struct evk_unit *u)
{
    const struct evk_shape *map = &u->layer->shape;
    const size_t n = strcspn(text, ",x");

    if (map->flat)
        return evk_fail(r->err, EVK_EINVAL,
                        "channel '%.200s': %s is a vector without rows and columns, expected no @",
                        r->text, u->layer->name);
    if (strcmp(text, "centre") == 0)
        return EVK_OK;
    u->place = strcmp(text, "mean") == 0 ? EVK_UNIT_MEAN : EVK_UNIT_AT;
    if (u->place == EVK_UNIT_MEAN)
        return EVK_OK;
    if (!text[n] || !read_number(text, n, &u->row) ||
        !read_number(text + n + 1, strlen(text + n + 1), &u->column))
        return malformed(r);
    if (u->row >= map->h || u->column >= map->w)
        return evk_fail(r->err, EVK_EINVAL,
                        "channel '%.200s': position %lld,%lld is outside the map of %s, expected "
                        "rows 0 to %lld and columns 0 to %lld",
                        r->text, (long long)u->row, (long long)u->column, u->layer->name,
                        (long long)map->h - 1, (long long)map->w - 1);
    return EVK_OK;
}

/* Appends channels first to last of the layer and the place of u. */
static evk_status add_range(const struct reading *r, struct evk_unit u, int64_t first, int64_t last)
{
    struct evk_unit_list *l = r->list;
    const int64_t count = l->count + last - first + 1;
    struct evk_unit *more;

    if (last >= u.layer->shape.c)
        return evk_fail(r->err, EVK_EINVAL,
                        "channel '%.200s': %s has no channel %lld, expected 0 to %lld", r->text,
                        u.layer->name, (long long)last, (long long)u.layer->shape.c - 1);
    if (count > UNITS_MAX)
        return evk_fail(r->err, EVK_EUNSUPPORTED, "channels are %lld units, supported: up to %d",
                        (long long)count, UNITS_MAX);
    more = realloc(l->units, (size_t)count * sizeof(*more));
    if (!more)
        return evk_fail(r->err, EVK_ENOMEM, "out of memory for units");
    l->units = more;
    for (u.channel = first; u.channel <= last; u.channel++)
        l->units[l->count++] = u;
    return EVK_OK;
}

/* Appends one item of a list, a number or a range; n characters. */
static evk_status add_item(const struct reading *r, const struct evk_unit *u, const char *item,
                           size_t n)
{
    const char *dash = memchr(item, '-', n);
    const size_t size = dash ? (size_t)(dash - item) : n;
    int64_t first, last;

    if (!read_number(item, size, &first))
        return malformed(r);
    last = first;
    if (dash && (!read_number(dash + 1, n - size - 1, &last) || last < first))
        return malformed(r);
    return add_range(r, *u, first, last);
}

/* Appends the channels that n characters list. */
static evk_status add_channels(const struct reading *r, const struct evk_unit *u, const char *list,
                               size_t n)
{
    if ((n == 3 && strncmp(list, "all", n) == 0) || (n == 1 && *list == '*'))
        return add_range(r, *u, 0, u->layer->shape.c - 1);
    for (const char *item = list, *end = list + n; item <= end;) {
        const char *comma = memchr(item, ',', (size_t)(end - item));
        const size_t size = (size_t)((comma ? comma : end) - item);

        EVK_TRY(add_item(r, u, item, size));
        item += size + 1;
    }
    return EVK_OK;
}

/* ---- the whole text ------------------------------------------------------------------------- */

/* Is the layer's sum that of a convolution, whose channels are filters? */
static bool is_convolution(const struct evk_network *n, const struct evk_layer_record *l)
{
    const struct evk_layer_type *type = l->node < 0 ? NULL : n->graph.nodes[l->before].type;

    return type && (evk_layer_is(type, "conv2d") || evk_layer_is(type, "depthwise"));
}

/* Appends all channels of all convolutions, in the order of the graph, which is that of depth.
   place is what follows '@', or NULL. */
static evk_status add_filters(const struct reading *r, const char *place)
{
    const int64_t before = r->list->count;

    for (int node = 0; node < r->network->graph.count; node++)
        for (int64_t i = 0; i < r->network->count; i++) {
            const struct evk_layer_record *l = &r->network->layers[i];
            struct evk_unit u = {.layer = l};

            if (l->node != node || !is_convolution(r->network, l))
                continue;
            if (place)
                EVK_TRY(read_place(r, place, &u));
            EVK_TRY(add_range(r, u, 0, l->shape.c - 1));
        }
    if (r->list->count == before)
        return evk_fail(r->err, EVK_EINVAL,
                        "channel '%s': the model has no convolution, expected LAYER:CHANNEL",
                        r->text);
    return EVK_OK;
}

evk_status evk_unit_list_add(struct evk_unit_list *l, const struct evk_network *n, const char *text,
                             evk_error *err)
{
    const struct reading r = {text, l, n, err};
    struct evk_unit u = {0};
    const size_t all = *text == '*' ? 1 : strncmp(text, "all", 3) == 0 ? 3 : 0;
    const char *rest, *place;

    if (all && (!text[all] || text[all] == '@'))
        return add_filters(&r, text[all] ? text + all + 1 : NULL);
    EVK_TRY(find_layer(&r, &u.layer, &rest));
    place = strchr(rest, '@');
    if (place)
        EVK_TRY(read_place(&r, place + 1, &u));
    if (*rest != ':')
        return add_range(&r, u, 0, u.layer->shape.c - 1);
    rest++;
    return add_channels(&r, &u, rest, place ? (size_t)(place - rest) : strlen(rest));
}

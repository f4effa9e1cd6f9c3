/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c - finding the tensors of a core with readouts by name, and checking for other tensors */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shown.h"
#include "model/core/build.h"
#include "model/core/core.h"

static const char READOUT[] = "readout.";

enum { SHOWN_KEYS = 4, NAME_SHOWN = 120, KEY_MAX = 64 };

static bool starts(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static bool ends(const char *name, const char *in)
{
    const size_t n = strlen(name), m = strlen(in);

    return n >= m && strcmp(name + n - m, in) == 0;
}

/* ---- one tensor --------------------------------------------------------------------------- */

/* Compares a whole name with prefix.name; returns a number below, equal to or above 0. */
static int compare_name(const char *whole, const char *prefix, const char *name)
{
    const size_t n = strlen(prefix);
    const int order = strncmp(whole, prefix, n);

    if (order)
        return order;
    return whole[n] != '.' ? (unsigned char)whole[n] - '.' : strcmp(whole + n + 1, name);
}

/* Returns the index of tensor prefix.name, or -1.  The tensors are sorted by name. */
static int64_t find_tensor(const struct evk_core *c, const char *prefix, const char *name)
{
    int64_t first = 0, end = c->t->count;

    while (first < end) {
        const int64_t middle = first + (end - first) / 2;
        const int order = compare_name(c->t->tensors[middle].name, prefix, name);

        if (order == 0)
            return middle;
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return -1;
}

bool evk_core_has(const struct evk_core *c, const char *prefix, const char *name)
{
    return find_tensor(c, prefix, name) >= 0;
}

evk_status evk_core_wrong_shape(struct evk_core *c, const char *prefix, const char *name,
                                const struct evk_tensor *found, const char *expected)
{
    char text[EVK_SHAPE_TEXT];

    return evk_fail(c->err, EVK_EFORMAT, "%.120s.%s is %s, expected %s", prefix, name,
                    evk_shape_text(found->axes, found->dim, text), expected);
}

evk_status evk_core_peek(struct evk_core *c, const char *prefix, const char *name,
                         const struct evk_tensor **out)
{
    const int64_t i = find_tensor(c, prefix, name);

    if (i < 0)
        return evk_fail(c->err, EVK_EFORMAT, "has no tensor %.120s.%s, which this core needs",
                        prefix, name);
    *out = &c->t->tensors[i].values;
    if (evk_tensor_count(*out) == 0)
        return evk_core_wrong_shape(c, prefix, name, *out, "numbers in it");
    return EVK_OK;
}

evk_status evk_core_take_raw(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out)
{
    char expected[EVK_SHAPE_TEXT];
    int64_t i;

    EVK_TRY(evk_core_peek(c, prefix, name, out));
    if (!evk_tensor_is(*out, axes, dim))
        return evk_core_wrong_shape(c, prefix, name, *out, evk_shape_text(axes, dim, expected));
    i = find_tensor(c, prefix, name);
    if (!c->used[i])
        c->taken += evk_tensor_count(*out);
    c->used[i] = true;
    return EVK_OK;
}

evk_status evk_core_take(struct evk_core *c, const char *prefix, const char *name, int axes,
                         const int64_t *dim, const struct evk_tensor **out)
{
    int64_t bad;

    EVK_TRY(evk_core_take_raw(c, prefix, name, axes, dim, out));
    bad = evk_tensor_not_finite(*out);
    if (bad >= 0)
        return evk_fail(c->err, EVK_EFORMAT,
                        "%.120s.%s has a value that is not finite (%g at %lld)", prefix, name,
                        (double)(*out)->data[bad], (long long)bad);
    return EVK_OK;
}

evk_status evk_core_take_any(struct evk_core *c, const char *prefix, const char *name, int axes,
                             const int64_t *dim, const struct evk_tensor **out)
{
    *out = NULL;
    return evk_core_has(c, prefix, name) ? evk_core_take(c, prefix, name, axes, dim, out) : EVK_OK;
}

evk_status evk_core_take_index(struct evk_core *c, const struct evk_core_key *k, const char *name,
                               int64_t end, const struct evk_tensor **out)
{
    EVK_TRY(evk_core_take(c, k->prefix, name, 1, &k->count, out));
    for (int64_t i = 0; i < k->count; i++) {
        const double at = (double)(*out)->data[i];

        if (at < 0 || at >= (double)end || at != floor(at))
            return evk_fail(c->err, EVK_EFORMAT, "%.120s.%s is %g at %lld, expected 0 to %lld",
                            k->prefix, name, at, (long long)i, (long long)end - 1);
    }
    return EVK_OK;
}

/* ---- data keys ------------------------------------------------------------------------------ */

/* A tensor whose name has a data key in it. */
struct sight {
    const char *text; /* n bytes from here on are the key; they point into the name */
    size_t n;
    int64_t place; /* index of the tensor in the file's order */
};

/* Has the tensor's name a data key in it?  It has if it is "readout.", a key, and one of these
   parts, which belong to readouts themselves and not to modules within a readout. */
static bool sees_key(const struct evk_named_tensor *t, struct sight *out)
{
    static const char *const parts[] = {"._features", ".features", "._mu",         ".mu",
                                        ".grid",      ".spatial",  ".source_grid", ".weight"};
    const size_t n = strlen(t->name), m = sizeof(READOUT) - 1;

    if (!starts(t->name, READOUT) || strstr(t->name + m, ".mu_transform."))
        return false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (ends(t->name, parts[i]) && n > m + strlen(parts[i])) {
            *out = (struct sight){t->name + m, n - m - strlen(parts[i]), t->place};
            return true;
        }
    return false;
}

bool evk_core_has_keys(const struct evk_tensors *t)
{
    struct sight sight;

    for (int64_t i = 0; i < t->count; i++)
        if (sees_key(&t->tensors[i], &sight))
            return true;
    return false;
}

static int by_text(const void *a, const void *b)
{
    const struct sight *x = a, *y = b;
    const int order = memcmp(x->text, y->text, x->n < y->n ? x->n : y->n);

    if (order)
        return order;
    return x->n != y->n ? (x->n > y->n) - (x->n < y->n)
                        : (x->place > y->place) - (x->place < y->place);
}

static int by_place(const void *a, const void *b)
{
    const struct sight *x = a, *y = b;

    return (x->place > y->place) - (x->place < y->place);
}

/* Lists the data keys of a file, each once, in the order in which the file has them first.  The
   caller frees *out with free(). */
static evk_status list_keys(const struct evk_tensors *t, struct sight **out, int64_t *count,
                            evk_error *err)
{
    struct sight *list;
    int64_t n = 0, kept = 0;

    EVK_TRY(evk_alloc(&list, t->count, sizeof(*list), "a list of data keys", err));
    for (int64_t i = 0; i < t->count; i++)
        n += sees_key(&t->tensors[i], &list[n]);
    qsort(list, (size_t)n, sizeof(*list), by_text);
    for (int64_t i = 0; i < n; i++)
        if (kept == 0 || list[kept - 1].n != list[i].n ||
            memcmp(list[kept - 1].text, list[i].text, list[i].n) != 0)
            list[kept++] = list[i];
    qsort(list, (size_t)kept, sizeof(*list), by_place);
    *out = list;
    *count = kept;
    return EVK_OK;
}

static evk_status key_init(struct evk_core_key *k, const struct sight *s, evk_error *err)
{
    const size_t m = sizeof(READOUT) - 1;

    EVK_TRY(evk_alloc(&k->prefix, (int64_t)(m + s->n + 1), 1, "a data key", err));
    memcpy(k->prefix, s->text - m, m + s->n);
    return evk_strdup(&k->key, k->prefix + m, err);
}

/* Fails where a key could not stand in KEY:INDEX, which is what lists and tables call a neuron. */
static evk_status check_key(const char *key, evk_error *err)
{
    const bool bad = strlen(key) > KEY_MAX || !evk_is_plain(key) || strpbrk(key, " \",:;");

    return bad ? evk_fail(err, EVK_EUNSUPPORTED,
                          "has a data key '%.80s', expected at most %d bytes of UTF-8 without "
                          "spaces, commas, colons and quotes",
                          key, KEY_MAX)
               : EVK_OK;
}

evk_status evk_core_find_keys(struct evk_core *c)
{
    struct sight *list;
    int64_t n;
    evk_status s;

    EVK_TRY(list_keys(c->t, &list, &n, c->err));
    if (n == 0)
        s = evk_fail(c->err, EVK_EFORMAT,
                     "has a core, but no readout of a kind that is known here");
    else
        s = evk_alloc(&c->keys, n, sizeof(*c->keys), "a list of data keys", c->err);
    for (int64_t i = 0; i < n && !s; i++, c->key_count++)
        s = key_init(&c->keys[i], &list[i], c->err);
    for (int64_t i = 0; i < n && !s; i++)
        s = check_key(c->keys[i].key, c->err);
    if (s && c->keys)
        c->key_count = n;
    free(list);
    return s;
}

evk_status evk_core_needs_card(const struct evk_tensors *t, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct sight *list;
    int64_t n;
    evk_status s;

    EVK_TRY(list_keys(t, &list, &n, err));
    for (int64_t i = 0; i < n && i < SHOWN_KEYS; i++)
        evk_str_printf(&text, "%s%.*s", i ? ", " : "", (int)(list[i].n < 80 ? list[i].n : 80),
                       list[i].text);
    free(list);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is a core with readouts for %lld data key%s (%s%s), which does not say the "
                     "size of its images nor its paddings; expected a model card that does "
                     "(models/README.md)",
                     (long long)n, n == 1 ? "" : "s", text.data, n > SHOWN_KEYS ? ", ..." : "");
    evk_str_release(&text);
    return s;
}

/* ---- the rest ------------------------------------------------------------------------------- */

bool evk_core_is_idle(const char *name)
{
    return ends(name, ".num_batches_tracked") || starts(name, "core._input_weights_regularizer.") ||
           starts(name, "shifter.") ||
           (starts(name, READOUT) &&
            (ends(name, ".sigma") || ends(name, ".source_grid") || ends(name, ".mean_activity")));
}

evk_status evk_core_check_rest(struct evk_core *c)
{
    int64_t tensors = 0, numbers = 0;
    char text[2 * NAME_SHOWN];
    const char *first = NULL;

    for (int64_t i = 0; i < c->t->count; i++) {
        const struct evk_named_tensor *t = &c->t->tensors[i];

        if (c->used[i] || ends(t->name, ".num_batches_tracked"))
            continue;
        if (!evk_core_is_idle(t->name))
            return evk_fail(
                c->err, EVK_EUNSUPPORTED,
                "has a tensor %.120s, which may change responses, and has no place in a "
                "core with readouts as it is known here; write the network as ONNX "
                "(models/README.md)",
                t->name);
        first = first ? first : t->name;
        tensors++;
        numbers += evk_tensor_count(&t->values);
    }
    if (!first)
        return EVK_OK;
    snprintf(text, sizeof(text),
             "%lld tensor%s with %lld numbers, without a part in responses: %.80s%s",
             (long long)tensors, tensors == 1 ? "" : "s", (long long)numbers, first,
             tensors > 1 ? ", ..." : "");
    return evk_network_note(c->network, "passed over", text, c->err);
}

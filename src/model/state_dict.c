/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_dict.c - which network the tensors of a state dictionary are, by their names */
#include "model/state_dict.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/str.h"
#include "model/bare_weights.h"
#include "model/compact_state.h"
#include "model/core/core.h"

enum { WHY = 400 };

/*
 * A state dictionary while its network is built.  container has an article, and names the keys that
 * lead to the dictionary in a checkpoint.
 */
struct opening {
    struct evk_network *network;
    struct evk_tensors *t;
    const char *container;
    const struct evk_load_options *options;
    struct evk_str passed; /* the names of tensors that were passed over */
    int64_t passed_count;
    evk_error *err;
};

/* ---- names ---------------------------------------------------------------------------------- */

/* What PyTorch puts before all names of a model that is compiled or on several devices. */
static const char *const wrappers[] = {"module.", "_orig_mod.", NULL};

/* Returns the name behind the wrappers that it begins with. */
static const char *unwrapped(const char *name)
{
    for (int i = 0; wrappers[i]; i++)
        if (strncmp(name, wrappers[i], strlen(wrappers[i])) == 0)
            return unwrapped(name + strlen(wrappers[i]));
    return name;
}

/*
 * Has a tensor, by its name, nothing to do with responses?  Checkpoints of training have losses,
 * measures, and copies of the network with averaged weights beside the network, in modules with
 * names of their own; and such copies count the weights that they average.
 */
static bool is_of_training(const struct evk_named_tensor *t)
{
    static const char *const modules[] = {
        "loss",           "loss_fn", "loss_func", "loss_function", "criterion", "metric",
        "metrics",        "ema",     "ema_model", "model_ema",     "swa_model", "average_model",
        "averaged_model", NULL};
    static const char *const starts[] = {"train_", "val_", "test_", NULL};
    static const char *const counters[] = {"n_averaged", "num_updates", "decay", NULL};
    const char *name = unwrapped(t->name);
    const size_t n = strcspn(name, ".");
    char first[16];

    if (!name[n])
        return evk_is_word(name, counters) && evk_tensor_count(&t->values) == 1;
    for (int i = 0; starts[i]; i++)
        if (strncmp(name, starts[i], strlen(starts[i])) == 0)
            return true;
    if (n >= sizeof(first))
        return false;
    memcpy(first, name, n);
    first[n] = '\0';
    return evk_is_word(first, modules);
}

static bool all_are_of_training(const struct evk_tensors *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (!is_of_training(&t->tensors[i]))
            return false;
    return true;
}

/* Does each name have this text at byte n? */
static bool all_have(const struct evk_tensors *t, size_t n, const char *text)
{
    for (int64_t i = 0; i < t->count; i++)
        if (strncmp(t->tensors[i].name + n, text, strlen(text)) != 0)
            return false;
    return t->count > 0;
}

/* Removes the wrappers that all names begin with. */
static void strip_wrappers(struct evk_tensors *t)
{
    size_t n = 0, before;

    do {
        before = n;
        for (int w = 0; wrappers[w]; w++)
            if (all_have(t, n, wrappers[w]))
                n += strlen(wrappers[w]);
    } while (n > before);
    for (int64_t i = 0; n && i < t->count; i++)
        memmove(t->tensors[i].name, t->tensors[i].name + n, strlen(t->tensors[i].name) + 1 - n);
}

/*
 * Removes the tensors that have nothing to do with responses, and remembers their names.  Where all
 * tensors have such names, as in a file of averaged weights alone, all are kept.
 */
static void pass_over(struct opening *o)
{
    int64_t kept = 0;

    if (all_are_of_training(o->t))
        return;
    for (int64_t i = 0; i < o->t->count; i++) {
        struct evk_named_tensor *t = &o->t->tensors[i];

        if (!is_of_training(t)) {
            o->t->tensors[kept++] = *t;
            continue;
        }
        if (o->passed_count++ == 0)
            evk_str_puts(&o->passed, t->name);
        free(t->name);
        evk_tensor_release(&t->values);
    }
    o->t->count = kept;
}

static evk_status note_passed(struct opening *o)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    if (o->passed_count == 0 && !o->t->beside)
        return EVK_OK;
    if (o->passed_count)
        evk_str_printf(&text, "%lld tensor%s of losses, measures or averages of training: %.80s%s",
                       (long long)o->passed_count, o->passed_count == 1 ? "" : "s", o->passed.data,
                       o->passed_count > 1 ? ", ..." : "");
    if (o->t->beside)
        evk_str_printf(&text, "%sother state dictionaries of the checkpoint: %s",
                       o->passed_count ? "; " : "", o->t->beside);
    s = evk_str_check(&text, o->err);
    if (!s)
        s = evk_network_note(o->network, "passed over", text.data, o->err);
    evk_str_release(&text);
    return s;
}

/* ---- another network ------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const struct evk_named_tensor *const *x = a, *const *y = b;

    return ((*x)->place > (*y)->place) - ((*x)->place < (*y)->place);
}

/* Lists the tensors in the order of the file; the caller frees *out with free(). */
static evk_status list_arrays(const struct evk_tensors *t, struct evk_bare_array **out,
                              evk_error *err)
{
    const struct evk_named_tensor **sorted;

    EVK_TRY(evk_alloc(&sorted, t->count, sizeof(*sorted), "a list of tensors", err));
    for (int64_t i = 0; i < t->count; i++)
        sorted[i] = &t->tensors[i];
    if (t->count)
        qsort(sorted, (size_t)t->count, sizeof(*sorted), by_place);
    if (evk_alloc(out, t->count, sizeof(**out), "a list of tensors", err)) {
        free(sorted);
        return EVK_ENOMEM;
    }
    for (int64_t i = 0; i < t->count; i++)
        (*out)[i] =
            (struct evk_bare_array){sorted[i]->name, sorted[i]->values.axes, sorted[i]->values.dim};
    free(sorted);
    return EVK_OK;
}

/* Fails, for a state dictionary of a network that is not known here. */
static evk_status fail_unknown(struct opening *o, const char *why)
{
    struct evk_bare_array *arrays;
    evk_status s;

    EVK_TRY(list_arrays(o->t, &arrays, o->err));
    s = evk_bare_weights_fail(&(struct evk_bare_weights){.container = o->container,
                                                         .framework = EVK_FRAMEWORK_PYTORCH,
                                                         .path = o->options->path,
                                                         .arrays = arrays,
                                                         .listed = o->t->count,
                                                         .count = o->t->count,
                                                         .why = why},
                              o->err);
    free(arrays);
    return s;
}

/* ---- the networks that are known -------------------------------------------------------------- */

static evk_status note_recognised(struct opening *o, const char *what)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%s%s of %s", o->container, o->t->key ? "," : "", what);
    s = evk_str_check(&text, o->err);
    if (!s)
        s = evk_network_note(o->network, "recognised", text.data, o->err);
    evk_str_release(&text);
    return s;
}

static evk_status load_core(struct opening *o)
{
    const struct evk_load_options *options = o->options;

    if (!options->core || options->height == 0 || options->width == 0)
        return evk_core_needs_card(o->t, o->err);
    EVK_TRY(note_recognised(o, "a core with readouts"));
    return evk_core_build(o->network, o->t, options->core, options->height, options->width, o->err);
}

static evk_status load_compact(struct opening *o)
{
    EVK_TRY(note_recognised(o, "a compact model"));
    return evk_compact_state_build(o->network, o->t, o->err);
}

static evk_status load(struct opening *o)
{
    char why[WHY];
    evk_status s;

    if (evk_core_fits(o->t, why, sizeof(why)))
        s = load_core(o);
    else if (!why[0] && evk_compact_state_fits(o->t, why, sizeof(why)))
        s = load_compact(o);
    else
        return fail_unknown(o, why);
    return s ? s : note_passed(o);
}

evk_status evk_state_dict_load(struct evk_network *out, struct evk_tensors *t,
                               const char *container, const struct evk_load_options *options,
                               evk_error *err)
{
    struct evk_str where = EVK_STR_INIT;
    struct opening o = {
        .network = out, .t = t, .options = options, .passed = EVK_STR_INIT, .err = err};
    evk_status s;

    evk_str_puts(&where, container);
    if (t->key)
        evk_str_printf(&where, ", '%s' of the checkpoint", t->key);
    s = evk_str_check(&where, err);
    o.container = where.data;
    pass_over(&o);
    strip_wrappers(t);
    if (!s)
        s = load(&o);
    evk_str_release(&o.passed);
    evk_str_release(&where);
    return s;
}

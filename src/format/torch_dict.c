/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_dict.c - the dictionary of tensors among the values that a PyTorch file holds */
#include <string.h>

#include "base/shown.h"
#include "format/torch_container.h"

enum {
    DEPTH = 4,    /* containers within containers that are searched for tensors */
    VISITS = 100, /* dictionaries that are searched at most: they may refer to each other */
    ITEMS = 16,   /* items of a list that are searched at most */
    FOUND = 8,    /* dictionaries that a search finds at most */
    SHOWN = 60    /* bytes of a key in messages */
};

typedef struct evk_pickle_value value;

/* The names under which checkpoints keep a state dictionary, the surest first. */
static const char *const wrappers[] = {
    "state_dict", "model_state_dict", "model_state", "model_weights", "net_state_dict", "model",
    "net",        "network",          "module",      "weights",       "params",         NULL};

/* The way to a dictionary: the key at each level, NULL for an item of a list, and the item. */
struct way {
    const value *key[DEPTH + 1];
    size_t item[DEPTH + 1];
    int levels;
};

/*
 * What is searched for, the surest first.  PARAMETERS: tensors whose names have a dot, as those of
 * modules within a module have; TENSORS: any; ARRAYS: NumPy's arrays in the place of tensors.
 */
enum sought { PARAMETERS, TENSORS, ARRAYS };

/* A dictionary that a search has found. */
struct place {
    const value *dict;
    struct way way;
};

struct search {
    enum sought sought;
    int visits;
    struct way way; /* to the dictionary that is searched just now */
    struct place found[FOUND];
    int count;
};

int64_t evk_torch_count(const value *v)
{
    int64_t n = 0;

    for (size_t i = 1; evk_pickle_is(v, EVK_PICKLE_DICT) && i < v->count; i += 2)
        n += evk_torch_is_tensor(v->is.items[i]);
    return n;
}

static bool is_array(const value *v)
{
    const char *class = evk_pickle_is(v, EVK_PICKLE_OBJECT) ? evk_pickle_class_name(v) : "";

    return strcmp(class, "numpy.core.multiarray._reconstruct") == 0 ||
           strcmp(class, "numpy._core.multiarray._reconstruct") == 0;
}

/* Has a dictionary a value of the kind that is sought? */
static bool holds(const value *v, enum sought sought)
{
    for (size_t i = 0; i < v->count; i += 2) {
        const value *key = v->is.items[i], *item = v->is.items[i + 1];
        const bool text = evk_pickle_is(key, EVK_PICKLE_TEXT);

        if (sought == ARRAYS ? text && is_array(item)
                             : evk_torch_is_tensor(item) &&
                                   (sought == TENSORS || (text && strchr(key->is.text, '.'))))
            return true;
    }
    return false;
}

/*
 * Returns the first object under one of the names that is no tensor; NULL where there is none.  It
 * may be a whole model.
 */
static const value *wrapped_object(const value *v)
{
    for (int i = 0; wrappers[i]; i++) {
        const value *next = evk_pickle_get(v, wrappers[i]);

        if (evk_pickle_is(next, EVK_PICKLE_OBJECT) && !evk_torch_is_tensor(next))
            return next;
    }
    return NULL;
}

/* Returns the value at a key of a dictionary, and sets *key to the key as the file has it. */
static const value *get(const value *v, const char *name, const value **key)
{
    const value *item = evk_pickle_get(v, name);

    for (size_t i = 0; item && i < v->count; i += 2)
        if (v->is.items[i + 1] == item && evk_pickle_says(v->is.items[i], name))
            *key = v->is.items[i];
    return item;
}

/* Returns true, for the dictionary that is searched just now, if it may be searched. */
static bool visit(struct search *s, const value *v)
{
    return evk_pickle_is(v, EVK_PICKLE_DICT) && s->way.levels <= DEPTH && ++s->visits <= VISITS;
}

/* Notes a dictionary that was found, unless it was found before under another key. */
static void add_found(struct search *s, const value *v)
{
    for (int i = 0; i < s->count; i++)
        if (s->found[i].dict == v)
            return;
    if (s->count < FOUND)
        s->found[s->count++] = (struct place){v, s->way};
}

/*
 * Finds the dictionary that v holds under one of the names, or v itself if it holds what is sought,
 * and no whole model beside it.
 */
static bool find_wrapped(struct search *s, const value *v)
{
    const int level = s->way.levels;

    if (!visit(s, v))
        return false;
    for (int i = 0; level < DEPTH && wrappers[i]; i++) {
        const value *next = get(v, wrappers[i], &s->way.key[level]);
        bool found;

        s->way.levels = level + 1;
        found = next && find_wrapped(s, next);
        s->way.levels = level;
        if (found)
            return true;
    }
    if (!holds(v, s->sought) || wrapped_object(v))
        return false;
    add_found(s, v);
    return true;
}

/* Is it the key of what training keeps beside a network, which may have tensors of its own? */
static bool is_of_training(const char *key)
{
    static const char *const parts[] = {"optim",     "sched",   "callback", "loop",
                                        "hyper",     "hparams", "loss",     "metric",
                                        "criterion", "history", "scaler"};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(key, parts[i]))
            return true;
    return strcmp(key, "amp") == 0;
}

static void search(struct search *s, const value *v);

/* Searches a value below the dictionary or list that is searched just now. */
static void search_item(struct search *s, const value *key, size_t item, const value *v)
{
    const int level = s->way.levels;

    if (level >= DEPTH)
        return;
    s->way.key[level] = key;
    s->way.item[level] = item;
    s->way.levels = level + 1;
    search(s, v);
    s->way.levels = level;
}

/*
 * Finds all dictionaries that hold what is sought, under whatever names, and not what stands within
 * such a dictionary.  Keys that are no text are those of an optimizer's state.
 */
static void search(struct search *s, const value *v)
{
    if (evk_pickle_is(v, EVK_PICKLE_LIST) || evk_pickle_is(v, EVK_PICKLE_TUPLE))
        for (size_t i = 0; i < v->count && i < ITEMS; i++)
            search_item(s, NULL, i, v->is.items[i]);
    if (!visit(s, v) || wrapped_object(v))
        return;
    if (holds(v, s->sought)) {
        add_found(s, v);
        return;
    }
    for (size_t i = 0; i < v->count; i += 2) {
        const value *key = v->is.items[i];

        if (evk_pickle_is(key, EVK_PICKLE_TEXT) && !is_of_training(key->is.text))
            search_item(s, key, 0, v->is.items[i + 1]);
    }
}

/* ---- names of what was found ------------------------------------------------------------ */

/*
 * Appends a key; characters that would end a text in Python become question marks, and so does a
 * key that is not safe to show.
 */
static void put_key(struct evk_str *out, const value *key)
{
    const bool plain = evk_pickle_is(key, EVK_PICKLE_TEXT) && evk_is_plain(key->is.text);
    const char *text = plain ? key->is.text : "?";

    for (int i = 0; text[i] && (i < SHOWN || ((unsigned char)text[i] & 0xc0) == 0x80); i++)
        evk_str_printf(out, "%c", strchr("'\"\\", text[i]) ? '?' : text[i]);
}

/* Appends the way to a dictionary: checkpoint.model, models[0]. */
static void put_way(struct evk_str *out, const struct way *way)
{
    for (int i = 0; i < way->levels; i++) {
        if (!way->key[i]) {
            evk_str_printf(out, "[%zu]", way->item[i]);
            continue;
        }
        evk_str_puts(out, i ? "." : "");
        put_key(out, way->key[i]);
    }
}

/* Appends the way to a dictionary as Python writes it: ["checkpoint"]["model"], ["models"][0]. */
static void put_python(struct evk_str *out, const struct way *way)
{
    for (int i = 0; i < way->levels; i++) {
        if (!way->key[i]) {
            evk_str_printf(out, "[%zu]", way->item[i]);
            continue;
        }
        evk_str_puts(out, "[\"");
        put_key(out, way->key[i]);
        evk_str_puts(out, "\"]");
    }
}

/* Appends the ways to all dictionaries but one, in quotes: 'ema', 'net'. */
static void put_others(struct evk_str *out, const struct search *s, const value *but,
                       const char *last)
{
    int others = 0, put = 0;

    for (int i = 0; i < s->count; i++)
        others += s->found[i].dict != but && s->found[i].way.levels > 0;
    for (int i = 0; i < s->count; i++) {
        if (s->found[i].dict == but || s->found[i].way.levels == 0)
            continue;
        evk_str_puts(out, put == 0 ? "'" : put + 1 < others ? ", '" : last);
        put_way(out, &s->found[i].way);
        evk_str_puts(out, "'");
        put++;
    }
}

/* ---- failures --------------------------------------------------------------------------- */

/* Fails, with a message that says what a file without a dictionary of tensors holds. */
static evk_status fail_no_tensors(const value *root, evk_error *err)
{
    const value *object = evk_pickle_is(root, EVK_PICKLE_OBJECT) ? root : wrapped_object(root);

    if (evk_torch_is_tensor(root))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds one tensor and nothing else, expected a state dictionary");
    if (!object)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds %s without tensors, expected a state "
                        "dictionary",
                        evk_pickle_kind_name(root));
    return evk_fail(err, EVK_EUNSUPPORTED,
                    "holds a whole model, or another object, of class '%.120s', and no state "
                    "dictionary: what it computes is Python code, which is not in the file; in "
                    "PyTorch, where this class can be imported, load the file and write the model "
                    "as ONNX with torch.onnx.export, or save its model.state_dict() if it is of an "
                    "architecture that is known here (models/README.md)",
                    evk_pickle_class_name(object));
}

/* Fails, for a file of several state dictionaries, none of which has a name that is known. */
static evk_status fail_several(const struct search *s, evk_error *err)
{
    struct evk_str names = EVK_STR_INIT, first = EVK_STR_INIT;
    evk_status status;

    put_others(&names, s, NULL, " and '");
    put_python(&first, &s->found[0].way);
    status = evk_str_check(&names, err);
    if (!status)
        status = evk_str_check(&first, err);
    if (!status)
        status = evk_fail(err, EVK_EUNSUPPORTED,
                          "holds several state dictionaries, under %.400s; save one of them in "
                          "Python: torch.save(torch.load(\"FILE\")%.300s, \"one.pt\")",
                          names.data, first.data);
    evk_str_release(&names);
    evk_str_release(&first);
    return status;
}

/* Fails, for a file whose dictionary has NumPy's arrays in the place of tensors. */
static evk_status fail_arrays(const struct search *s, evk_error *err)
{
    struct evk_str way = EVK_STR_INIT;
    evk_status status;

    put_python(&way, &s->found[0].way);
    status = evk_str_check(&way, err);
    if (!status)
        status =
            evk_fail(err, EVK_EUNSUPPORTED,
                     "holds NumPy arrays and no tensors, expected a state dictionary; make "
                     "them tensors in Python: torch.save({k: torch.from_numpy(v) for k, v in "
                     "torch.load(\"FILE\", weights_only=False)%.300s.items()}, \"tensors.pt\")",
                     way.data);
    evk_str_release(&way);
    return status;
}

/* ---- the choice ------------------------------------------------------------------------- */

/* Tells how the dictionary is called, and which other ones of parameters the file has. */
static evk_status tell(struct evk_torch_found *out, const struct place *taken, const value *root,
                       evk_error *err)
{
    struct search all = {.sought = PARAMETERS};

    out->dict = taken->dict;
    put_way(&out->key, &taken->way);
    if (taken->dict != root) {
        search(&all, root);
        put_others(&out->beside, &all, taken->dict, " and '");
    }
    EVK_TRY(evk_str_check(&out->key, err));
    return evk_str_check(&out->beside, err);
}

evk_status evk_torch_find(struct evk_torch_found *out, const value *root, evk_error *err)
{
    for (enum sought sought = PARAMETERS; sought <= ARRAYS; sought++) {
        struct search known = {.sought = sought}, any = {.sought = sought};

        if (!find_wrapped(&known, root))
            search(&any, root);
        if (known.count + any.count == 0)
            continue;
        if (sought == ARRAYS)
            return fail_arrays(known.count ? &known : &any, err);
        if (any.count > 1)
            return fail_several(&any, err);
        return tell(out, known.count ? &known.found[0] : &any.found[0], root, err);
    }
    return fail_no_tensors(root, err);
}

void evk_torch_found_release(struct evk_torch_found *f)
{
    evk_str_release(&f->key);
    evk_str_release(&f->beside);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_dict.c - which of the dictionaries in a PyTorch file is the state dictionary */
#include <string.h>

#include "base/shown.h"
#include "format/torch_container.h"
#include "format/torch_search.h"

enum { SHOWN = 60 }; /* bytes of a key in messages */

typedef struct evk_pickle_value value;

int64_t evk_torch_count(const value *v)
{
    int64_t n = 0;

    for (size_t i = 1; evk_pickle_is(v, EVK_PICKLE_DICT) && i < v->count; i += 2)
        n += evk_torch_is_tensor(v->is.items[i]);
    return n;
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
static void put_way(struct evk_str *out, const struct evk_torch_way *way)
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
static void put_python(struct evk_str *out, const struct evk_torch_way *way)
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
static void put_others(struct evk_str *out, const struct evk_torch_search *s, const value *but,
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
    const value *object =
        evk_pickle_is(root, EVK_PICKLE_OBJECT) ? root : evk_torch_wrapped_object(root);

    if (evk_torch_is_tensor(root))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds one tensor and nothing else, expected a state dictionary");
    if (!object)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds %s, in which no state dictionary was found under keys that are "
                        "texts; save one in Python: torch.save(model.state_dict(), \"net.pt\")",
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
static evk_status fail_several(const struct evk_torch_search *s, evk_error *err)
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
static evk_status fail_arrays(const struct evk_torch_search *s, evk_error *err)
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
static evk_status tell(struct evk_torch_found *out, const struct evk_torch_place *taken,
                       const value *root, evk_error *err)
{
    struct evk_torch_search all = {.sought = EVK_TORCH_PARAMETERS};

    out->dict = taken->dict;
    put_way(&out->key, &taken->way);
    if (taken->dict != root) {
        evk_torch_search_all(&all, root);
        put_others(&out->beside, &all, taken->dict, " and '");
    }
    EVK_TRY(evk_str_check(&out->key, err));
    return evk_str_check(&out->beside, err);
}

evk_status evk_torch_find(struct evk_torch_found *out, const value *root, evk_error *err)
{
    for (enum evk_torch_sought sought = EVK_TORCH_PARAMETERS; sought <= EVK_TORCH_ARRAYS;
         sought++) {
        struct evk_torch_search known = {.sought = sought}, any = {.sought = sought};

        if (!evk_torch_search_known(&known, root))
            evk_torch_search_all(&any, root);
        if (known.count + any.count == 0)
            continue;
        if (sought == EVK_TORCH_ARRAYS)
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

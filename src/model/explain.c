/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c - what evoke assumed of a model beyond its file, and how to check that, for listings */
#include "model/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/param_json.h"
#include "base/path.h"
#include "base/str.h"
#include "model/core/options.h"

static const char ASSUMED[] = "assumed";
static const char CHECK[] =
    "gradients: evoke info --selftest; the rest: evoke predict of an image whose response is known";

/* ---- the parts of the note "assumed" --------------------------------------------------------- */

/* Appends the options of a core that are not the defaults, which only its card can have said. */
static void put_core(struct evk_str *text, const struct evk_core_options *core)
{
    struct evk_json_writer w, plain;
    char brief[EVK_JSON_BRIEF];
    const char *key = NULL;
    int said = 0;

    evk_json_writer_init(&w);
    evk_json_writer_init(&plain);
    evk_params_put(&w, w.root, evk_core_params, core);
    evk_params_put(&plain, plain.root, evk_core_params, &evk_core_options_default);
    while ((key = evk_json_key_after(w.root, key)) != NULL)
        if (!evk_json_equal(evk_json_get(w.root, key), evk_json_get(plain.root, key)))
            evk_str_printf(text, "%s%s %s", said++ ? ", " : "by the card ", key,
                           evk_json_brief(evk_json_get(w.root, key), brief));
    evk_str_printf(text, "%sall %score options at their defaults, as batch-norm-epsilon %g",
                   said ? "; " : "", said ? "other " : "", core->epsilon);
    evk_json_writer_release(&w);
    evk_json_writer_release(&plain);
}

/* Appends what of the architecture is not in the file; own is the loader's note, or NULL. */
static void put_architecture(struct evk_str *text, const evk_model *m, const char *own,
                             const struct evk_load_options *o)
{
    if (own)
        evk_str_puts(text, own);
    else if (m->network.population_count && o->core)
        put_core(text, o->core);
    else
        evk_str_puts(text, "nothing of the architecture");
    if (m->network.axes)
        evk_str_printf(text, "; the input's axes are %s", m->network.axes);
}

static void put_preprocessing(struct evk_str *text, const evk_model *m)
{
    static const char *const words[] = {
        [EVK_PREPROCESSING_UNKNOWN] = "display values of 0 to 255 go in as they are",
        [EVK_PREPROCESSING_GIVEN] = "mean and scale are those given",
        [EVK_PREPROCESSING_PUBLISHED] = "mean and scale are those of the published compact models",
        [EVK_PREPROCESSING_FILE] = "display values of 0 to 255 go in, which the network itself "
                                   "scales",
    };

    evk_str_printf(text, "; %s", words[m->preprocessing]);
}

/* ---- the notes ------------------------------------------------------------------------------- */

static struct evk_network_note *find_note(struct evk_network *n, const char *what)
{
    for (int64_t i = 0; i < n->note_count; i++)
        if (strcmp(n->notes[i].what, what) == 0)
            return &n->notes[i];
    return NULL;
}

/* Sets the note's text, or adds a note. */
static evk_status put_note(struct evk_network *n, struct evk_network_note *note, const char *text,
                           evk_error *err)
{
    char *copy;

    if (!note)
        return evk_network_note(n, ASSUMED, text, err);
    EVK_TRY(evk_strdup(&copy, text, err));
    free(note->text);
    note->text = copy;
    return EVK_OK;
}

/* Moves the note that says what the file is before all others. */
static void put_recognised_first(struct evk_network *n)
{
    struct evk_network_note *note = find_note(n, "recognised"), copy;

    if (!note)
        return;
    copy = *note;
    memmove(n->notes + 1, n->notes, (size_t)(note - n->notes) * sizeof(*note));
    n->notes[0] = copy;
}

evk_status evk_explain(evk_model *m, const struct evk_load_options *options, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_network_note *own;
    evk_status s;

    put_recognised_first(&m->network);
    own = find_note(&m->network, ASSUMED);
    put_architecture(&text, m, own ? own->text : NULL, options);
    put_preprocessing(&text, m);
    s = evk_str_check(&text, err);
    if (!s)
        s = put_note(&m->network, own, text.data, err);
    evk_str_release(&text);
    if (s)
        return s;
    return evk_network_note(&m->network, "check", CHECK, err);
}

/* ---- fitted readouts ------------------------------------------------------------------------- */

static void put_blocks(struct evk_str *text, const struct evk_features *f)
{
    char shape[EVK_LAYER_SHAPE_TEXT];

    for (size_t i = 0; i < f->count; i++)
        evk_str_printf(text, "%s%s %s", i ? ", " : "", f->blocks[i].layer,
                       evk_layer_shape_text(&f->blocks[i].shape, shape));
}

static evk_status note_readout(evk_model *ensemble, const evk_model *network, evk_error *err)
{
    const struct evk_fitted *f = network->fitted;
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "of %s: layers ", network->name);
    put_blocks(&text, &f->features);
    evk_str_printf(&text, "; grid %lld; %s; member %lld of %s, SHA-256 %.12s",
                   (long long)f->features.grid, f->output, (long long)f->member,
                   evk_base_name(f->file), f->sha256);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_network_note(&ensemble->network, "readout", text.data, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_explain_readouts(evk_model *ensemble, evk_error *err)
{
    for (int64_t i = 0; i < ensemble->member_count; i++) {
        const evk_model *network = ensemble->members[i].model;

        if (network->fitted && network->fitted->file)
            EVK_TRY(note_readout(ensemble, network, err));
    }
    return EVK_OK;
}

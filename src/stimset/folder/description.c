/* SPDX-License-Identifier: GPL-3.0-or-later */
/* description.c - dataset_description.json, read, and compared with what a call asks for */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/param_json.h"
#include "model/card_file.h"
#include "model/model.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/pairing.h"
#include "stimset/record/set_file.h"
#include "synth/settings.h"

evk_status evk_description_read(const struct evk_dir *folder, evk_json **out, evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_get(folder, EVK_SET_DESCRIPTION, &file, err));
    s = evk_json_parse(out, file.data, file.size, err);
    evk_bytes_release(&file);
    return s ? evk_wrap(err, s, "%s/%s", folder->path, EVK_SET_DESCRIPTION) : EVK_OK;
}

static const evk_json *set_member(const evk_json *description, const char *key)
{
    return evk_json_get(evk_json_get(description, "StimulusSet"), key);
}

const char *evk_description_version(const evk_json *description)
{
    const evk_json *generator = evk_json_at(evk_json_get(description, "GeneratedBy"), 0);
    const char *version = evk_json_text(evk_json_get(generator, "Version"));

    return version ? version : "unknown";
}

static const evk_json *find_model(const evk_json *description, const char *key, const char *value)
{
    const evk_json *models = set_member(description, "Models");

    for (size_t i = 0; i < evk_json_count(models); i++) {
        const char *text = evk_json_text(evk_json_get(evk_json_at(models, i), key));

        if (text && value && strcmp(text, value) == 0)
            return evk_json_at(models, i);
    }
    return NULL;
}

/* Read the numbers at the beginning of an array; returns how many there are. */
static int read_numbers(const evk_json *array, double out[EVK_CHANNELS_MAX])
{
    int n = 0;

    while (n < EVK_CHANNELS_MAX && evk_json_real(evk_json_at(array, (size_t)n), &out[n]))
        n++;
    return n;
}

/* Read the texts that chose units.  False where they are no list of at most EVK_UNIT_TEXTS_MAX
   texts. */
static bool read_units(const evk_json *m, struct evk_load_options *out)
{
    const evk_json *list = evk_json_get(m, "Units");

    out->after_activation = evk_json_bool(evk_json_get(m, "AfterActivation"), false);
    if (list && (evk_json_count(list) < 1 || evk_json_count(list) > EVK_UNIT_TEXTS_MAX))
        return false;
    for (size_t i = 0; i < evk_json_count(list); i++) {
        out->channels[i] = evk_json_text(evk_json_at(list, i));
        if (!out->channels[i])
            return false;
    }
    out->channel_count = (int)evk_json_count(list);
    return true;
}

static bool read_model(const evk_json *m, struct evk_described_model *out)
{
    const char *preprocessing = evk_json_text(evk_json_get(m, "Preprocessing"));

    *out = (struct evk_described_model){
        .name = evk_json_text(evk_json_get(m, "Name")),
        .file = evk_json_text(evk_json_get(m, "File")),
        .sha256 = evk_json_text(evk_json_get(m, "SHA256")),
        .card = evk_json_get(m, "Card"),
        .outputs = evk_json_get(m, "TargetOutputs"),
        .fewer = evk_json_get(m, "FewerStarts"),
        .keep = evk_json_get(m, "Keep"),
        .least = evk_json_get(m, "Least"),
        .before_softmax = evk_json_bool(evk_json_get(m, "EndsInSoftmax"), false),
    };
    if (!out->name || !out->file || !out->sha256 || !preprocessing ||
        !evk_json_int(evk_json_get(m, "Height"), &out->options.height) ||
        !evk_json_int(evk_json_get(m, "Width"), &out->options.width) ||
        !read_units(m, &out->options))
        return false;
    out->options.names = evk_json_get(m, "NeuronNames");
    if (strcmp(preprocessing, "given") == 0) {
        out->options.mean_count = read_numbers(evk_json_get(m, "Mean"), out->options.mean);
        out->options.scale_count = read_numbers(evk_json_get(m, "Scale"), out->options.scale);
    }
    return true;
}

void evk_described_neuron(const struct evk_described_model *m, size_t i, char text[EVK_NEURON_TEXT])
{
    const evk_json *one = evk_json_at(m->outputs, i);
    const char *name = evk_json_text(one);
    int64_t number = 0;

    text[0] = '\0';
    if (name)
        snprintf(text, EVK_NEURON_TEXT, "%s", name);
    else if (evk_json_int(one, &number))
        snprintf(text, EVK_NEURON_TEXT, "%lld", (long long)number);
}

int64_t evk_described_starts(const struct evk_described_model *m, const char *neuron,
                             int64_t starts)
{
    int64_t own = starts;

    (void)evk_json_int(evk_json_get(m->fewer, neuron), &own);
    return own < 0 ? 0 : own < starts ? own : starts;
}

int64_t evk_described_images(const evk_json *numbers, const char *neuron, int64_t options)
{
    int64_t own = options;

    (void)evk_json_int(evk_json_get(numbers, neuron), &own);
    return own;
}

bool evk_described_has(const struct evk_described_model *m, const char *neuron)
{
    char text[EVK_NEURON_TEXT];

    for (size_t i = 0; i < evk_json_count(m->outputs); i++) {
        evk_described_neuron(m, i, text);
        if (strcmp(text, neuron) == 0)
            return true;
    }
    return false;
}

/*
 * Returns the name of the first member of either object in which the two differ, not counting the
 * members named in `but`; NULL where they agree.
 */
static const char *first_difference(const evk_json *a, const evk_json *b, const char *const *but)
{
    const char *key = NULL;

    while ((key = evk_json_key_after(a, key)) != NULL)
        if (!evk_is_word(key, but) && !evk_json_equal(evk_json_get(a, key), evk_json_get(b, key)))
            return key;
    while ((key = evk_json_key_after(b, key)) != NULL)
        if (!evk_json_get(a, key) && !evk_is_word(key, but))
            return key;
    return NULL;
}

static evk_status check_object(const char *what, const evk_json *there, const evk_json *asked,
                               const char *const *but, evk_error *err)
{
    const char *key = first_difference(there, asked, but);
    char a[EVK_JSON_BRIEF], b[EVK_JSON_BRIEF];

    if (!key)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "holds another stimulus set: %s %s is %s there, %s here; expected the same, a "
                    "new or an empty folder",
                    what, key, evk_json_brief(evk_json_get(there, key), a),
                    evk_json_brief(evk_json_get(asked, key), b));
}

/* Append the names of the judges, "a, b", or "none". */
static void list_judges(const evk_json *description, struct evk_str *text)
{
    struct evk_described_model m;
    const evk_json *outputs;

    for (size_t i = 0; evk_description_judge_at(description, i, &m, &outputs); i++)
        evk_str_printf(text, "%s%s", i ? ", " : "", m.name);
    if (!text->size)
        evk_str_puts(text, "none");
}

/*
 * Are two lists of judges the same apart from Outputs, which grow with the neurons?  A judge
 * without Outputs counts as another one, since nothing can be added to it.
 */
static bool are_same_judges(const evk_json *a, const evk_json *b)
{
    static const char *const outputs[] = {"Outputs", NULL};
    const size_t count = evk_json_count(a);

    for (size_t i = 0; i < count; i++)
        if (!evk_json_get(evk_json_at(a, i), "Outputs") ||
            first_difference(evk_json_at(a, i), evk_json_at(b, i), outputs))
            return false;
    return count == evk_json_count(b);
}

/* Compares the number of images of a neuron in Keep or Least of both sets; what: which images. */
static evk_status check_images(const char *what, const evk_json *there,
                               const struct evk_described_model *m, const evk_json *asked,
                               const char *neuron, evk_error *err)
{
    const int64_t a = evk_described_images(there, neuron, -1);
    const int64_t b = evk_described_images(asked, neuron, -1);
    static const char options[] = "as many as the options say";
    char before[32], now[32];

    if (a == b)
        return EVK_OK;
    snprintf(before, sizeof(before), "%lld", (long long)a);
    snprintf(now, sizeof(now), "%lld", (long long)b);
    return evk_fail(err, EVK_EINVAL,
                    "holds another stimulus set: the number of %s of neuron %s of %s is %s there, "
                    "%s here; expected the same in the column images, a new or an empty folder",
                    what, neuron, m->name, a < 0 ? options : before, b < 0 ? options : now);
}

/* Compares what both sets say of a neuron that both have. */
static evk_status check_neuron(const evk_json *there, const evk_json *asked,
                               const struct evk_described_model *before,
                               const struct evk_described_model *now, const char *neuron,
                               evk_error *err)
{
    const evk_json *outputs_there, *outputs;
    struct evk_described_model judge;

    for (size_t i = 0; evk_description_judge_at(asked, i, &judge, &outputs); i++)
        if (evk_description_judge_at(there, i, &judge, &outputs_there))
            EVK_TRY(evk_pairing_check(judge.name, outputs_there, outputs, now->name, neuron, err));
    EVK_TRY(check_images("images", before->keep, now, now->keep, neuron, err));
    return check_images("images with the lowest responses", before->least, now, now->least, neuron,
                        err);
}

/* Compares what both sets say of the neurons that both have. */
static evk_status check_neurons(const evk_json *there, const evk_json *asked, evk_error *err)
{
    struct evk_described_model before, now;
    char neuron[EVK_NEURON_TEXT];

    for (size_t i = 0; evk_description_model_at(asked, i, &now); i++)
        for (size_t k = 0; k < evk_json_count(now.outputs); k++) {
            evk_described_neuron(&now, k, neuron);
            if (evk_description_model_named(there, now.name, &before) &&
                evk_described_has(&before, neuron))
                EVK_TRY(check_neuron(there, asked, &before, &now, neuron, err));
        }
    return EVK_OK;
}

static evk_status check_judges(const evk_json *there, const evk_json *asked, evk_error *err)
{
    struct evk_str a = EVK_STR_INIT, b = EVK_STR_INIT;
    evk_status s;

    if (are_same_judges(set_member(there, "Judges"), set_member(asked, "Judges")))
        return EVK_OK;
    list_judges(there, &a);
    list_judges(asked, &b);
    s = evk_str_check(&a, err);
    if (!s)
        s = evk_str_check(&b, err);
    if (!s)
        s = evk_fail(err, EVK_EINVAL,
                     "holds another stimulus set: its judges are %s there, %s here%s; expected the "
                     "same, a new or an empty folder",
                     a.data, b.data,
                     strcmp(a.data, b.data) == 0 ? ", of other contents or options" : "");
    evk_str_release(&a);
    evk_str_release(&b);
    return s;
}

/* Has a neuron a number of images of its own? */
static bool has_own_numbers(const evk_json *description)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(description, i, &m); i++)
        if (m.keep)
            return true;
    return false;
}

evk_status evk_description_check(const evk_json *there, const evk_json *asked, evk_error *err)
{
    static const char *const listed[] = {"Options", "Models",    "Judges",
                                         "Chosen",  "UnitTable", NULL};
    static const char *const starts[] = {"starts", NULL}, *const nothing[] = {NULL};
    const struct evk_set_kind *kind = evk_set_kind_of(asked);
    static const char *const outputs[] = {"TargetOutputs", "FewerStarts", "Keep", "Least", NULL};
    const evk_json *models = set_member(asked, "Models");
    int64_t keep = 0;

    if (!evk_json_get(there, "StimulusSet"))
        return evk_fail(err, EVK_EINVAL,
                        "holds a data set that evoke did not make, expected a new or an empty "
                        "folder");
    if (strcmp(evk_description_version(there), evk_version()) != 0)
        return evk_fail(err, EVK_EINVAL,
                        "was made by evoke %s, and this is %s; expected the same version, a new or "
                        "an empty folder",
                        evk_description_version(there), evk_version());
    (void)evk_json_int(evk_json_get(set_member(asked, "Options"), "keep"), &keep);
    /* First the images: an option that is measured on them may differ only because they do. */
    EVK_TRY(check_object("description", evk_json_get(there, "StimulusSet"),
                         evk_json_get(asked, "StimulusSet"), listed, err));
    EVK_TRY(check_object("option", set_member(there, "Options"), set_member(asked, "Options"),
                         kind && kind->ascends && !keep && !has_own_numbers(there) &&
                                 !has_own_numbers(asked)
                             ? starts
                             : nothing,
                         err));
    EVK_TRY(check_judges(there, asked, err));
    EVK_TRY(check_neurons(there, asked, err));
    for (size_t i = 0; i < evk_json_count(models); i++) {
        const evk_json *model = evk_json_at(models, i), *before;
        const char *name = evk_json_text(evk_json_get(model, "Name"));
        char what[EVK_JSON_BRIEF];

        before = find_model(there, "Name", name);
        snprintf(what, sizeof(what), "of model %s, its", name);
        if (before)
            EVK_TRY(check_object(what, before, model, outputs, err));
    }
    return EVK_OK;
}

bool evk_description_flag(const evk_json *description, const char *option)
{
    return evk_json_bool(evk_json_get(set_member(description, "Options"), option), false);
}

int64_t evk_description_images(const evk_json *description)
{
    int64_t n = -1;

    (void)(evk_json_int(evk_json_get(set_member(description, "Bases"), "Images"), &n) ||
           evk_json_int(evk_json_get(set_member(description, "Images"), "Count"), &n));
    return n;
}

bool evk_description_int(const evk_json *description, const char *option, int64_t *out)
{
    return evk_json_int(evk_json_get(set_member(description, "Options"), option), out);
}

evk_status evk_description_outputs(const evk_json *description, size_t i, const evk_model *model,
                                   int64_t **outputs, size_t *count, evk_error *err)
{
    struct evk_described_model m = {.name = NULL};
    evk_status s = EVK_OK;

    (void)evk_description_model_at(description, i, &m);
    *count = evk_json_count(m.outputs);
    EVK_TRY(evk_alloc(outputs, (int64_t)*count, sizeof(**outputs), "outputs", err));
    for (size_t k = 0; k < *count && !s; k++) {
        char text[EVK_NEURON_TEXT];

        evk_described_neuron(&m, k, text);
        s = text[0] ? evk_model_find_neuron(model, text, &(*outputs)[k], err)
                    : evk_fail(err, EVK_EFORMAT, "TargetOutputs of a model are not neurons");
    }
    if (s)
        free(*outputs);
    return s;
}

evk_status evk_description_option(const evk_json *description, const evk_param *p, void *out,
                                  evk_error *err)
{
    const evk_json *value = evk_json_get(set_member(description, "Options"), p->name);

    if (!value && strcmp(evk_description_version(description), evk_version()) != 0)
        return EVK_OK;
    return evk_param_read(p, out, value, err);
}

evk_status evk_description_size(const evk_json *description, struct evk_size *out, evk_error *err)
{
    const evk_json *model = evk_json_at(set_member(description, "Models"), 0);

    if (!evk_json_int(evk_json_get(model, "Height"), &out->height) ||
        !evk_json_int(evk_json_get(model, "Width"), &out->width) ||
        !evk_json_int(evk_json_get(model, "Channels"), &out->channels) || out->height < 1 ||
        out->width < 1 || out->height > EVK_PIXELS_MAX / out->width ||
        (out->channels != 1 && out->channels != 3))
        return evk_fail(err, EVK_EFORMAT, "%s: does not say what size its models see",
                        EVK_SET_DESCRIPTION);
    return EVK_OK;
}

int64_t evk_description_channels(const evk_json *description)
{
    const evk_json *model = evk_json_at(set_member(description, "Models"), 0);
    int64_t channels = 0;

    (void)evk_json_int(evk_json_get(model, "Channels"), &channels);
    return channels;
}

evk_status evk_description_recipe(const evk_json *description, evk_recipe *out, evk_error *err)
{
    const struct evk_set_kind *kind;

    EVK_TRY(evk_set_kind_find(&kind, description, err));
    *out = evk_recipe_default();
    return kind->recipe ? kind->recipe(description, out, err) : EVK_OK;
}

bool evk_description_model_at(const evk_json *description, size_t i,
                              struct evk_described_model *out)
{
    return read_model(evk_json_at(set_member(description, "Models"), i), out);
}

bool evk_description_model_named(const evk_json *description, const char *name,
                                 struct evk_described_model *out)
{
    return read_model(find_model(description, "Name", name), out);
}

bool evk_description_judge_at(const evk_json *description, size_t i,
                              struct evk_described_model *out, const evk_json **outputs)
{
    const evk_json *judge = evk_json_at(set_member(description, "Judges"), i);

    *outputs = evk_json_get(judge, "Outputs");
    return read_model(judge, out);
}

const char *evk_description_reference(const evk_json *description)
{
    return evk_json_text(evk_json_get(set_member(description, "Reference"), "PixelSHA256"));
}

const evk_json *evk_description_model_object(const evk_json *description, const char *sha256)
{
    return find_model(description, "SHA256", sha256);
}

bool evk_description_model(const evk_json *description, const char *sha256,
                           struct evk_described_model *out)
{
    return read_model(find_model(description, "SHA256", sha256), out);
}

bool evk_described_needs(const struct evk_described_model *m, const char *sha256)
{
    struct evk_card_named_file file;

    if (!m->card)
        return strcmp(m->sha256, sha256) == 0;
    for (size_t i = 0; evk_card_file_at(m->card, i, &file); i++)
        if (file.sha256 && strcmp(file.sha256, sha256) == 0)
            return true;
    return false;
}

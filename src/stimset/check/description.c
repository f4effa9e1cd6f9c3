/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * description.c - dataset_description.json: a member or an option that evoke does not write, or
 * writes with another value, shows that somebody edited the file
 */
#include <string.h>

#include "base/named.h"
#include "base/param_json.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

/* Reports the first member of an object whose name is not in the list `known`. */
static void check_keys(struct evk_verification *v, const char *what, const evk_json *object,
                       const char *const *known)
{
    const char *key = NULL;

    while ((key = evk_json_key_after(object, key)) != NULL)
        if (!evk_is_word(key, known)) {
            evk_report_finding(v, "%s: %s has %.64s, which evoke does not write",
                               EVK_SET_DESCRIPTION, what, key);
            return;
        }
}

static void check_constant(struct evk_verification *v, const evk_json *set, const char *key,
                           const char *want)
{
    const evk_json *found = evk_json_get(set, key);
    const char *text = evk_json_text(found);

    if (found && (!text || strcmp(text, want) != 0))
        evk_report_finding(v, "%s: %s is not '%s'", EVK_SET_DESCRIPTION, key, want);
}

/* Reports each parameter that the options lack; params may be NULL. */
static void check_params(struct evk_verification *v, const evk_json *options,
                         const evk_param *params)
{
    for (const evk_param *p = params; p && p->name; p++)
        if (!evk_json_get(options, p->name))
            evk_report_finding(v, "%s: has no option %s", EVK_SET_DESCRIPTION, p->name);
}

void evk_verify_options(struct evk_verification *v, const evk_json *options,
                        const evk_param *params, const char *const *more)
{
    const char *key = NULL;

    check_params(v, options, params);
    while ((key = evk_json_key_after(options, key)) != NULL) {
        const evk_param *p = params;

        while (p && p->name && strcmp(p->name, key) != 0)
            p++;
        if ((!p || !p->name) && !evk_is_word(key, more)) {
            evk_report_finding(v, "%s: there is no option %.64s", EVK_SET_DESCRIPTION, key);
            return;
        }
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

/*
 * Compares Name, BIDSVersion, DatasetType and GeneratedBy with those that evoke writes for this
 * kind of set.
 */
static void check_head(struct evk_verification *v)
{
    static const char *const members[] = {"Name",        "BIDSVersion", "DatasetType",
                                          "GeneratedBy", "StimulusSet", NULL};
    struct evk_json_writer w;

    (void)evk_describe_head(&w, v->kind);
    for (size_t i = 0; !w.failed && strcmp(members[i], "StimulusSet") != 0; i++)
        if (!evk_json_equal(evk_json_get(v->description, members[i]),
                            evk_json_get(w.root, members[i])))
            evk_report_finding(v, "%s: %s is not that of a set of this kind", EVK_SET_DESCRIPTION,
                               members[i]);
    check_keys(v, "it", v->description, members);
    evk_json_writer_release(&w);
}

static void check_models(struct evk_verification *v, const evk_json *models)
{
    static const char *const members[] = {
        "Name",          "File",        "Format",      "SHA256",
        "Height",        "Width",       "Channels",    "Mean",
        "Scale",         "Card",        "Outputs",     "Preprocessing",
        "TargetOutputs", "FewerStarts", "Keep",        "Least",
        "HeldTolerance", "Units",       "NeuronNames", "AfterActivation",
        "EndsInSoftmax", NULL};

    for (size_t i = 0; i < evk_json_count(models); i++)
        check_keys(v, "a model", evk_json_at(models, i), members);
}

/* Compares Files with the files that the image priors of the options read. */
static void check_files(struct evk_verification *v, const evk_json *files)
{
    static const char *const members[] = {"Prior", "File", "SHA256", NULL};
    evk_error why = {EVK_OK, ""};

    for (size_t i = 0; i < evk_json_count(files); i++)
        check_keys(v, "a file", evk_json_at(files, i), members);
    if (evk_description_check_paths(v->description, &why))
        evk_report_finding(v, "%s", why.msg);
}

/* Compares the bytes of the file with those that evoke writes for the same members. */
static evk_status check_spelling(struct evk_verification *v, evk_error *err)
{
    const struct evk_json_writer w = {v->description, false};
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_json_write_exactly(&w, &text, err);

    if (!s)
        evk_verify_text(v, EVK_SET_DESCRIPTION, text.data, text.size);
    evk_str_release(&text);
    return s;
}

evk_status evk_verify_description(struct evk_verification *v, evk_error *err)
{
    static const char *const members[] = {"SetType",  "Method",    "Options", "PixelEncoding",
                                          "Rounding", "Models",    "Judges",  "Files",
                                          "Images",   "Reference", "Bases",   "Target",
                                          "Chosen",   "UnitTable", NULL};
    const evk_json *set = evk_json_get(v->description, "StimulusSet");
    const int64_t before = v->sum.findings;

    if (!v->description || !evk_verify_same_version(v))
        return EVK_OK;
    check_head(v);
    check_keys(v, "StimulusSet", set, members);
    check_constant(v, set, "PixelEncoding", evk_pixel_encoding);
    check_constant(v, set, "Rounding", evk_rounding);
    check_constant(v, set, "UnitTable", EVK_SET_UNITS);
    v->kind->verify_options(v, set);
    check_models(v, evk_json_get(set, "Models"));
    check_models(v, evk_json_get(set, "Judges"));
    check_files(v, evk_json_get(set, "Files"));
    evk_verify_all_members(v);
    return v->sum.findings == before ? check_spelling(v, err) : EVK_OK;
}

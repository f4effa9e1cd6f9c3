/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.c - members of a description that are texts, words, numbers or hashes, as evoke writes them */
#include <stdio.h>
#include <string.h>

#include "match/match.h"
#include "stimset/controls/control.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/check/verify.h"

enum { WORDS = 128 }; /* bytes of all words of a member */

enum type { ANY_TEXT, WORD, HASH, FLAG, COUNT, SIZE, WHOLE, NUMBERS };

struct member {
    const char *name;
    enum type type;
    const char *words; /* of WORD: with | before, between and after them */
};

#define END                  \
    {                        \
        NULL, ANY_TEXT, NULL \
    }

static bool is_word(const char *text, const char *words)
{
    const size_t n = strlen(text);

    for (const char *at = words; n && (at = strstr(at, text)) != NULL; at++)
        if (at[-1] == '|' && at[n] == '|')
            return true;
    return false;
}

static bool are_numbers(const evk_json *list)
{
    double r;

    for (size_t i = 0; i < evk_json_count(list); i++)
        if (!evk_json_real(evk_json_at(list, i), &r))
            return false;
    return evk_json_count(list) > 0;
}

/* NULL: the value is of that type, else what was expected. */
static const char *expected(const struct member *m, const evk_json *value)
{
    const char *text = evk_json_text(value);
    int64_t n = -1;

    switch (m->type) {
    case ANY_TEXT:
        return text && text[0] ? NULL : "a text";
    case WORD:
        return text && is_word(text, m->words) ? NULL : "one of: ";
    case HASH:
        return text && evk_verify_is_hash(text) ? NULL : "a SHA-256";
    case FLAG:
        return evk_json_is_bool(value) ? NULL : "true or false";
    case COUNT:
        return evk_json_int(value, &n) && n >= 0 ? NULL : "a number from 0 on";
    case SIZE:
        return evk_json_int(value, &n) && n >= 1 ? NULL : "a number from 1 on";
    case WHOLE:
        return evk_json_int(value, &n) ? NULL : "a whole number";
    case NUMBERS:
        return are_numbers(value) ? NULL : "numbers";
    }
    return NULL;
}

/* "a, b" of "|a|b|"; nothing where it is no word. */
static const char *list_words(const struct member *m, char text[WORDS])
{
    size_t n = 0;

    for (const char *at = m->type == WORD ? m->words + 1 : ""; *at && n + 3 < WORDS; at++) {
        if (*at != '|')
            text[n++] = *at;
        else if (at[1])
            n += (size_t)snprintf(text + n, WORDS - n, ", ");
    }
    text[n] = '\0';
    return text;
}

static void check(struct evk_verification *v, const char *what, const evk_json *object,
                  const struct member *members)
{
    char found[EVK_JSON_BRIEF], words[WORDS];

    for (; members->name; members++) {
        const evk_json *value = evk_json_get(object, members->name);
        const char *want = expected(members, value);

        if (want)
            evk_report_finding(v, "%s: %s of %s is %s, expected %s%s", EVK_SET_DESCRIPTION, members->name,
                     what, value ? evk_json_brief(value, found) : "not there", want,
                     list_words(members, words));
    }
}

/* ---- options that no table of parameters has --------------------------------------------------- */

static void check_options(struct evk_verification *v, enum evk_set_kind kind,
                          const evk_json *options)
{
    static const struct member natural[] = {{"keep", COUNT, NULL}, {"least", COUNT, NULL}, END};
    static const struct member leaves[] = {{"count", SIZE, NULL},
                                           {"height", SIZE, NULL},
                                           {"width", SIZE, NULL},
                                           {"seed", WHOLE, NULL},
                                           END};
    static const struct member gaudy[] = {
        {"transform", ANY_TEXT, NULL},  {"height", COUNT, NULL}, {"width", COUNT, NULL},
        {"keep", COUNT, NULL},          {"random", COUNT, NULL}, {"seed", WHOLE, NULL},
        {"with-originals", FLAG, NULL}, {"jpeg", FLAG, NULL},    END};
    static const struct member by[] = {{"by", WORD, "|gaudiness|response|disagreement|"}, END};
    static const struct member match[] = {{"height", COUNT, NULL},
                                          {"width", COUNT, NULL},
                                          {"colour", WORD, "|luminance|channels|"},
                                          END};
    int64_t keep = 0;

    if (kind == EVK_KIND_NATURAL)
        check(v, "Options", options, natural);
    if (kind == EVK_KIND_LEAVES)
        check(v, "Options", options, leaves);
    if (kind == EVK_KIND_MATCH)
        check(v, "Options", options, match);
    if (kind == EVK_KIND_GAUDY) {
        check(v, "Options", options, gaudy);
        if (evk_json_int(evk_json_get(options, "keep"), &keep) && keep)
            check(v, "Options", options, by);
        else if (evk_json_get(options, "by"))
            evk_report_finding(v, "%s: has the option by, but nothing was chosen", EVK_SET_DESCRIPTION);
    }
}

/* Options that are texts, whose words are known elsewhere. */
static void check_words(struct evk_verification *v, enum evk_set_kind kind)
{
    struct evk_controls controls;
    struct evk_match_plan plan;
    evk_match_options match;
    evk_error why = {EVK_OK, ""};
    const char *pixels;
    evk_recipe recipe;

    if (kind == EVK_KIND_MATCH)
        (void)(evk_description_match(v->description, &match, &pixels, &why) ||
               evk_match_steps_parse(&plan, match.what, &why));
    else if ((kind == EVK_KIND_MAX || kind == EVK_KIND_MIN) &&
             !evk_description_recipe(v->description, &recipe, NULL) && recipe.controls[0])
        (void)evk_controls_parse(&controls, recipe.controls, &why);
    if (why.code)
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
}

/* ---- the rest of StimulusSet ---------------------------------------------------------------------- */

static void check_kind(struct evk_verification *v, enum evk_set_kind kind, const evk_json *set)
{
    static const struct member of[][3] = {
        [EVK_KIND_MAX] = {END},
        [EVK_KIND_MIN] = {END},
        [EVK_KIND_NATURAL] = {{"SetType", WORD, "|natural|"}, END},
        [EVK_KIND_LEAVES] = {{"SetType", WORD, "|natural|"}, END},
        [EVK_KIND_GAUDY] = {{"SetType", WORD, "|gaudy|"}, END},
        [EVK_KIND_MATCH] = {{"SetType", WORD, "|control|"}, {"Method", WORD, "|match|"}, END},
        [EVK_KIND_ADVERSARIAL] = {{"SetType", WORD, "|adversarial|"}, END}};

    check(v, "StimulusSet", set, of[kind]);
    if ((kind == EVK_KIND_MAX || kind == EVK_KIND_MIN) && evk_json_get(set, "SetType"))
        evk_report_finding(v, "%s: has a SetType, expected none of images that an ascent made",
                 EVK_SET_DESCRIPTION);
}

static void check_models(struct evk_verification *v, const char *what, const evk_json *models)
{
    static const struct member members[] = {
        {"Name", ANY_TEXT, NULL},
        {"File", ANY_TEXT, NULL},
        {"Format", ANY_TEXT, NULL},
        {"SHA256", HASH, NULL},
        {"Height", SIZE, NULL},
        {"Width", SIZE, NULL},
        {"Channels", SIZE, NULL},
        {"Preprocessing", WORD,
         "|unknown: display values unchanged|given|published compact architecture|"},
        {"Mean", NUMBERS, NULL},
        {"Scale", NUMBERS, NULL},
        END};

    for (size_t i = 0; i < evk_json_count(models); i++) {
        const evk_json *m = evk_json_at(models, i);
        int64_t channels = 0;

        check(v, what, m, members);
        if (evk_json_int(evk_json_get(m, "Channels"), &channels) &&
            ((channels != 1 && channels != 3) ||
             evk_json_count(evk_json_get(m, "Mean")) != (size_t)channels ||
             evk_json_count(evk_json_get(m, "Scale")) != (size_t)channels))
            evk_report_finding(v, "%s: Channels, Mean and Scale of %s are not of as many channels",
                     EVK_SET_DESCRIPTION, what);
    }
}

/* Numbers from 0 on, or names, of one output at least. */
static void check_neurons(struct evk_verification *v)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++) {
        bool good = evk_json_count(m.outputs) > 0;
        char name[EVK_NEURON_TEXT];

        for (size_t k = 0; k < evk_json_count(m.outputs) && good; k++) {
            evk_described_neuron(&m, k, name);
            good = name[0] && name[0] != '-';
        }
        if (!good)
            evk_report_finding(v, "%s: TargetOutputs of %s are not outputs of a model", EVK_SET_DESCRIPTION,
                     m.name);
    }
}

/* Images, Bases or Reference: how many there were, and their digest. */
static void check_images(struct evk_verification *v, const evk_json *set, const char *what,
                         const struct member *members)
{
    static const struct member shape[] = {{"Shape", WORD, "|crop|squash|pad|"}, END};
    const evk_json *images = evk_json_get(set, what), *changes = evk_json_get(images, "Changes");
    const char *key = NULL;
    int64_t all = 0, n = 0;

    if (!images)
        return;
    check(v, what, images, members);
    check(v, what, images, shape);
    (void)evk_json_int(evk_json_get(images, members[0].name), &all);
    while ((key = evk_json_key_after(changes, key)) != NULL)
        if (!evk_json_int(evk_json_get(changes, key), &n) || n < 1 || n > all)
            evk_report_finding(v, "%s: Changes of %s has a %s that is no number of its images",
                     EVK_SET_DESCRIPTION, what, key);
    if (evk_json_get(images, "Changes") && !evk_json_key_after(changes, NULL))
        evk_report_finding(v, "%s: Changes of %s has none", EVK_SET_DESCRIPTION, what);
}

static void check_all_images(struct evk_verification *v, enum evk_set_kind kind,
                             const evk_json *set)
{
    static const struct member named[] = {{"Count", SIZE, NULL}, {"NamesSHA256", HASH, NULL}, END};
    static const struct member alike[] = {{"Count", SIZE, NULL}, {"PixelSHA256", HASH, NULL}, END};
    static const struct member seen[] = {{"Images", SIZE, NULL}, {"PixelSHA256", HASH, NULL}, END};
    static const struct member target[] = {{"Mean", NUMBERS, NULL}, {"SD", NUMBERS, NULL}, END};

    check_images(v, set, "Images", kind == EVK_KIND_MATCH ? alike : named);
    check_images(v, set, "Bases", seen);
    check_images(v, set, "Reference", seen);
    if (evk_json_get(set, "Target"))
        check(v, "Target", evk_json_get(set, "Target"), target);
}

/* What a set of the kind always has. */
static void check_there(struct evk_verification *v, enum evk_set_kind kind, const evk_json *set)
{
    static const char *const needed[] = {
        [EVK_KIND_MAX] = "Models",        [EVK_KIND_MIN] = "Models",
        [EVK_KIND_NATURAL] = "Reference", [EVK_KIND_LEAVES] = "Options",
        [EVK_KIND_GAUDY] = "Images",      [EVK_KIND_MATCH] = "Images",
        [EVK_KIND_ADVERSARIAL] = "Bases"};
    const char *const always[] = {needed[kind], "PixelEncoding",
                                  evk_json_get(set, "Models") ? "Rounding" : "Options"};

    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        if (!evk_json_get(set, always[i]))
            evk_report_finding(v, "%s: has no %s", EVK_SET_DESCRIPTION, always[i]);
}

void evk_verify_members(struct evk_verification *v)
{
    static const struct member file[] = {
        {"Prior", ANY_TEXT, NULL}, {"File", ANY_TEXT, NULL}, {"SHA256", HASH, NULL}, END};
    const enum evk_set_kind kind = evk_description_kind(v->description);
    const evk_json *set = evk_json_get(v->description, "StimulusSet");
    const evk_json *files = evk_json_get(set, "Files");

    check_there(v, kind, set);
    check_kind(v, kind, set);
    check_options(v, kind, evk_json_get(set, "Options"));
    check_words(v, kind);
    check_models(v, "a model", evk_json_get(set, "Models"));
    check_models(v, "a judge", evk_json_get(set, "Judges"));
    check_neurons(v);
    check_all_images(v, kind, set);
    for (size_t i = 0; i < evk_json_count(files); i++)
        check(v, "a file", evk_json_at(files, i), file);
}

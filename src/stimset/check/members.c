/* SPDX-License-Identifier: GPL-3.0-or-later */
/* members.c - the types of members of a description: texts, words, numbers and hashes */
#include <stdio.h>
#include <string.h>

#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

enum { WORDS = 128 }; /* bytes of a message's list of words */

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

/*
 * Returns NULL where the value has the type of the member, else the words that a message says were
 * expected.
 */
static const char *expected(const struct evk_member *m, const evk_json *value)
{
    const char *text = evk_json_text(value);
    int64_t n = -1;

    switch (m->type) {
    case EVK_MEMBER_ANY_TEXT:
        return text && text[0] ? NULL : "a text";
    case EVK_MEMBER_WORD:
        return text && is_word(text, m->words) ? NULL : "one of: ";
    case EVK_MEMBER_HASH:
        return text && evk_verify_is_hash(text) ? NULL : "a SHA-256";
    case EVK_MEMBER_FLAG:
        return evk_json_is_bool(value) ? NULL : "true or false";
    case EVK_MEMBER_COUNT:
        return evk_json_int(value, &n) && n >= 0 ? NULL : "a number from 0 on";
    case EVK_MEMBER_SIZE:
        return evk_json_int(value, &n) && n >= 1 ? NULL : "a number from 1 on";
    case EVK_MEMBER_WHOLE:
        return evk_json_int(value, &n) ? NULL : "a whole number";
    case EVK_MEMBER_NUMBERS:
        return are_numbers(value) ? NULL : "numbers";
    }
    return NULL;
}

/* Turns the words "|a|b|" of a member into "a, b"; a member of another type gives "". */
static const char *list_words(const struct evk_member *m, char text[WORDS])
{
    size_t n = 0;

    for (const char *at = m->type == EVK_MEMBER_WORD ? m->words + 1 : ""; *at && n + 3 < WORDS;
         at++) {
        if (*at != '|')
            text[n++] = *at;
        else if (at[1])
            n += (size_t)snprintf(text + n, WORDS - n, ", ");
    }
    text[n] = '\0';
    return text;
}

void evk_verify_members(struct evk_verification *v, const char *what, const evk_json *object,
                        const struct evk_member *members)
{
    char found[EVK_JSON_BRIEF], words[WORDS];

    for (; members->name; members++) {
        const evk_json *value = evk_json_get(object, members->name);
        const char *want = expected(members, value);

        if (want)
            evk_report_finding(v, "%s: %s of %s is %s, expected %s%s", EVK_SET_DESCRIPTION,
                               members->name, what,
                               value ? evk_json_brief(value, found) : "not there", want,
                               list_words(members, words));
    }
}

/* ---- the rest of StimulusSet ----------------------------------------------------------------- */

static void check_models(struct evk_verification *v, const char *what, const evk_json *models)
{
    static const struct evk_member members[] = {
        {"Name", EVK_MEMBER_ANY_TEXT, NULL},
        {"File", EVK_MEMBER_ANY_TEXT, NULL},
        {"Format", EVK_MEMBER_ANY_TEXT, NULL},
        {"SHA256", EVK_MEMBER_HASH, NULL},
        {"Height", EVK_MEMBER_SIZE, NULL},
        {"Width", EVK_MEMBER_SIZE, NULL},
        {"Channels", EVK_MEMBER_SIZE, NULL},
        {"Preprocessing", EVK_MEMBER_WORD,
         "|unknown: display values unchanged|given|published compact architecture|"},
        {"Mean", EVK_MEMBER_NUMBERS, NULL},
        {"Scale", EVK_MEMBER_NUMBERS, NULL},
        EVK_MEMBER_END};

    for (size_t i = 0; i < evk_json_count(models); i++) {
        const evk_json *m = evk_json_at(models, i);
        int64_t channels = 0;

        evk_verify_members(v, what, m, members);
        if (evk_json_int(evk_json_get(m, "Channels"), &channels) &&
            ((channels != 1 && channels != 3) ||
             evk_json_count(evk_json_get(m, "Mean")) != (size_t)channels ||
             evk_json_count(evk_json_get(m, "Scale")) != (size_t)channels))
            evk_report_finding(v, "%s: Channels, Mean and Scale of %s are not of as many channels",
                               EVK_SET_DESCRIPTION, what);
    }
}

/* Reports models whose TargetOutputs are empty, or are neither numbers from 0 on nor names. */
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
            evk_report_finding(v, "%s: TargetOutputs of %s are not outputs of a model",
                               EVK_SET_DESCRIPTION, m.name);
    }
}

/* Is the key, MODEL:NEURON, of a neuron of the set?  Names of models have no colon. */
static bool is_neuron(const evk_json *description, const char *key)
{
    const size_t n = strcspn(key, ":");
    struct evk_described_model m;

    for (size_t i = 0; key[n] && evk_description_model_at(description, i, &m); i++)
        if (strncmp(m.name, key, n) == 0 && !m.name[n] && evk_described_has(&m, key + n + 1))
            return true;
    return false;
}

/* Reports Outputs of judges for what is no neuron of the set. */
static void check_pairings(struct evk_verification *v)
{
    struct evk_described_model m;
    const evk_json *outputs;

    for (size_t i = 0; evk_description_judge_at(v->description, i, &m, &outputs); i++)
        for (const char *key = NULL; (key = evk_json_key_after(outputs, key)) != NULL;)
            if (!is_neuron(v->description, key))
                evk_report_finding(v,
                                   "%s: Outputs of judge %s has %.64s, which is no neuron of "
                                   "the set",
                                   EVK_SET_DESCRIPTION, m.name, key);
}

void evk_verify_images(struct evk_verification *v, const evk_json *set, const char *what,
                       const struct evk_member *members)
{
    static const struct evk_member shape[] = {{"Shape", EVK_MEMBER_WORD, "|crop|squash|pad|"},
                                              EVK_MEMBER_END};
    const evk_json *images = evk_json_get(set, what), *changes = evk_json_get(images, "Changes");
    const char *key = NULL;
    int64_t all = 0, n = 0;

    if (!images)
        return;
    evk_verify_members(v, what, images, members);
    evk_verify_members(v, what, images, shape);
    (void)evk_json_int(evk_json_get(images, members[0].name), &all);
    while ((key = evk_json_key_after(changes, key)) != NULL)
        if (!evk_json_int(evk_json_get(changes, key), &n) || n < 1 || n > all)
            evk_report_finding(
                v, "%s: %s in Changes of %s is not a number from 1 to that of its images",
                EVK_SET_DESCRIPTION, key, what);
    if (evk_json_get(images, "Changes") && !evk_json_key_after(changes, NULL))
        evk_report_finding(v, "%s: Changes of %s has no change", EVK_SET_DESCRIPTION, what);
}

void evk_verify_all_members(struct evk_verification *v)
{
    static const struct evk_member file[] = {{"Prior", EVK_MEMBER_ANY_TEXT, NULL},
                                             {"File", EVK_MEMBER_ANY_TEXT, NULL},
                                             {"SHA256", EVK_MEMBER_HASH, NULL},
                                             EVK_MEMBER_END};
    static const struct evk_member seen[] = {
        {"Images", EVK_MEMBER_SIZE, NULL}, {"PixelSHA256", EVK_MEMBER_HASH, NULL}, EVK_MEMBER_END};
    const evk_json *set = evk_json_get(v->description, "StimulusSet");
    const evk_json *files = evk_json_get(set, "Files");
    const char *const always[] = {v->kind->member, "PixelEncoding",
                                  evk_json_get(set, "Models") ? "Rounding" : "Options"};

    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        if (!evk_json_get(set, always[i]))
            evk_report_finding(v, "%s: has no %s", EVK_SET_DESCRIPTION, always[i]);
    check_models(v, "a model", evk_json_get(set, "Models"));
    check_models(v, "a judge", evk_json_get(set, "Judges"));
    check_neurons(v);
    check_pairings(v);
    evk_verify_images(v, set, "Bases", seen);
    evk_verify_images(v, set, "Reference", seen);
    for (size_t i = 0; i < evk_json_count(files); i++)
        evk_verify_members(v, "a file", evk_json_at(files, i), file);
}

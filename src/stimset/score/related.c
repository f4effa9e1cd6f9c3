/* SPDX-License-Identifier: GPL-3.0-or-later */
/* related.c - did a judge learn from what the model that was climbed learned from? */
#include "stimset/score/related.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "model/card.h"

static const char *text_of(const evk_json *object, const char *key)
{
    return evk_json_text(evk_json_get(object, key));
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* ---- recordings ------------------------------------------------------------------------------ */

/* Rows from first to last, from 1 on, both inclusive. */
struct range {
    long first, last;
};

/* Reads the range at *text, such as "1-600" or "7", and moves *text behind it and its comma. */
static bool next_range(const char **text, struct range *out)
{
    char *end;

    out->first = out->last = strtol(*text, &end, 10);
    if (end == *text)
        return false;
    if (*end == '-')
        out->last = strtol(end + 1, &end, 10);
    *text = end + (*end == ',');
    return true;
}

/* Appends a range to the list in why, as far as there is room. */
static void put_range(const struct range *r, char *why, size_t size)
{
    const size_t n = strlen(why);

    if (r->first == r->last)
        snprintf(why + n, size - n, "%s%ld", n ? "," : "", r->first);
    else
        snprintf(why + n, size - n, "%s%ld-%ld", n ? "," : "", r->first, r->last);
}

/* Writes the rows that two lists such as "1-600,901-1200" share; "": none.  NULL: all rows. */
static void shared_rows(const char *a, const char *b, char *rows, size_t size)
{
    struct range x, y;

    rows[0] = '\0';
    if (!a || !b)
        snprintf(rows, size, "%s", a ? a : b ? b : "all");
    while (a && b && next_range(&a, &x))
        for (const char *at = b; next_range(&at, &y);) {
            const struct range both = {x.first > y.first ? x.first : y.first,
                                       x.last < y.last ? x.last : y.last};

            if (both.first <= both.last)
                put_range(&both, rows, size);
        }
}

/* Makes an object whose keys are the texts of a list, each with its place.  NULL: no memory. */
static evk_json *index_of(const evk_json *list)
{
    struct evk_json_writer w;

    evk_json_writer_init(&w);
    for (size_t i = 0; i < evk_json_count(list) && !w.failed; i++) {
        const char *text = evk_json_text(evk_json_at(list, i));

        if (text && !evk_json_get(w.root, text))
            evk_json_put_int(&w, w.root, text, (int64_t)i);
    }
    if (!w.failed)
        return w.root;
    evk_json_writer_release(&w);
    return NULL;
}

/* Do two lists of texts share one? */
static bool share_text(const evk_json *a, const evk_json *b)
{
    evk_json *index = index_of(a);
    bool shared = index == NULL;

    for (size_t i = 0; i < evk_json_count(b) && !shared; i++) {
        const char *text = evk_json_text(evk_json_at(b, i));

        shared = text && evk_json_get(index, text);
    }
    evk_json_free(index);
    return shared;
}

static bool are_recordings_related(const evk_json *a, const evk_json *b, char *why, size_t size)
{
    const bool same = is_same_text(text_of(a, "responses"), text_of(b, "responses"));
    char rows[96];

    shared_rows(text_of(a, "rows"), text_of(b, "rows"), rows, sizeof(rows));
    if (same && rows[0])
        snprintf(why, size, "was fitted to the same responses, rows %s", rows);
    else if (same && share_text(evk_json_get(a, "images"), evk_json_get(b, "images")))
        snprintf(why, size, "was fitted to responses to the same images, in the same file");
    else if (share_text(evk_json_get(a, "rows_sha256"), evk_json_get(b, "rows_sha256")))
        snprintf(why, size, "was fitted to the same responses to the same images, in another file");
    else if (share_text(evk_json_get(a, "units_sha256"), evk_json_get(b, "units_sha256")))
        snprintf(why, size, "was fitted to a recording of which a unit has the same responses");
    else
        return false;
    return true;
}

/* ---- lineages -------------------------------------------------------------------------------- */

static bool share_recording(const evk_json *a, const evk_json *b, char *why, size_t size)
{
    const evk_json *x = evk_json_get(a, "recordings"), *y = evk_json_get(b, "recordings");

    for (size_t i = 0; i < evk_json_count(x); i++)
        for (size_t k = 0; k < evk_json_count(y); k++)
            if (are_recordings_related(evk_json_at(x, i), evk_json_at(y, k), why, size))
                return true;
    return false;
}

/* Returns teacher i of a lineage as its SHA-256, and its name; NULL past the last. */
static const char *teacher_at(const evk_json *lineage, size_t i, const char **name)
{
    const evk_json *one = evk_json_at(evk_json_get(lineage, "teachers"), i);

    *name = text_of(one, "name");
    if (!*name)
        *name = "a model";
    return text_of(one, "sha256");
}

static bool share_teacher(const evk_json *a, const evk_json *b, char *why, size_t size)
{
    const char *x, *y, *name, *other;

    for (size_t i = 0; (x = teacher_at(a, i, &name)) != NULL; i++)
        for (size_t k = 0; (y = teacher_at(b, k, &other)) != NULL; k++)
            if (strcmp(x, y) == 0) {
                snprintf(why, size, "has the same teacher, %s", name);
                return true;
            }
    return false;
}

bool evk_lineages_related(const evk_json *a, const evk_json *b, char *why, size_t size)
{
    return share_recording(a, b, why, size) || share_teacher(a, b, why, size);
}

/* ---- models ---------------------------------------------------------------------------------- */

static const evk_json *member_at(const struct evk_kin *m, size_t i)
{
    return evk_json_at(evk_json_get(m->card, "members"), i);
}

/* Returns the SHA-256 of network i of a model; NULL past the last. */
static const char *network_at(const struct evk_kin *m, size_t i)
{
    if (!m->card)
        return i == 0 ? m->sha256 : NULL;
    return text_of(member_at(m, i), "sha256");
}

/* Returns lineage i of a model: that of the model, then those of its members. */
static const evk_json *lineage_at(const struct evk_kin *m, size_t i)
{
    return evk_json_get(i ? member_at(m, i - 1) : m->card, "lineage");
}

static size_t lineages_of(const struct evk_kin *m)
{
    return 1 + evk_json_count(evk_json_get(m->card, "members"));
}

/* Are the readouts of two members, where they have one, of the same weights and layers? */
static bool is_same_readout(const evk_json *a, const evk_json *b)
{
    static const char *const parts[] = {"sha256", "member", "layers", "grid", "output"};
    const evk_json *x = evk_json_get(a, "readout"), *y = evk_json_get(b, "readout");
    bool same = true;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && same; i++)
        same = evk_json_equal(evk_json_get(x, parts[i]), evk_json_get(y, parts[i]));
    return same;
}

/* Compares the networks of two models.  The role is heldout where they share none. */
static evk_judge_role compare_networks(const struct evk_kin *judge, const struct evk_kin *climbed,
                                       char *why, size_t size)
{
    evk_judge_role role = EVK_JUDGE_HELDOUT;
    const char *a, *b;

    for (size_t i = 0; (a = network_at(judge, i)) != NULL; i++)
        for (size_t k = 0; (b = network_at(climbed, k)) != NULL; k++) {
            if (strcmp(a, b) != 0)
                continue;
            if (is_same_readout(member_at(judge, i), member_at(climbed, k))) {
                snprintf(why, size, "is climbed itself, or a part of it is");
                return EVK_JUDGE_SELECTION;
            }
            snprintf(why, size, "has the same core, SHA-256 %.12s...", a);
            role = EVK_JUDGE_RELATED;
        }
    return role;
}

/* Is a teacher of one model the other model, or a network of it? */
static bool is_taught_by(const struct evk_kin *pupil, const struct evk_kin *m, const char **name)
{
    const char *teacher, *network;

    for (size_t i = 0; i < lineages_of(pupil); i++)
        for (size_t k = 0; (teacher = teacher_at(lineage_at(pupil, i), k, name)) != NULL; k++) {
            if (is_same_text(teacher, m->sha256))
                return true;
            for (size_t n = 0; (network = network_at(m, n)) != NULL; n++)
                if (strcmp(teacher, network) == 0)
                    return true;
        }
    return false;
}

static bool are_lineages_related(const struct evk_kin *a, const struct evk_kin *b, char *why,
                                 size_t size)
{
    for (size_t i = 0; i < lineages_of(a); i++)
        for (size_t k = 0; k < lineages_of(b); k++)
            if (evk_lineages_related(lineage_at(a, i), lineage_at(b, k), why, size))
                return true;
    return false;
}

evk_judge_role evk_kin_role(const struct evk_kin *judge, const struct evk_kin *climbed, char *why,
                            size_t size)
{
    evk_judge_role role;
    const char *name;

    why[0] = '\0';
    if (is_same_text(judge->sha256, climbed->sha256)) {
        snprintf(why, size, "is the model that is climbed");
        return EVK_JUDGE_SELECTION;
    }
    role = compare_networks(judge, climbed, why, size);
    if (role != EVK_JUDGE_HELDOUT)
        return role;
    if (is_taught_by(judge, climbed, &name))
        snprintf(why, size, "was taught by the climbed model, %s", name);
    else if (is_taught_by(climbed, judge, &name))
        snprintf(why, size, "is the teacher of the climbed model, %s", name);
    else if (!are_lineages_related(judge, climbed, why, size))
        return EVK_JUDGE_HELDOUT;
    return EVK_JUDGE_RELATED;
}

static struct evk_kin kin_of(const evk_model *m)
{
    return (struct evk_kin){evk_model_describe(m)->sha256, evk_model_card(m)};
}

evk_judge_role evk_judge_role_of(const evk_model *judge, const evk_model *climbed, char *why,
                                 size_t size)
{
    const struct evk_kin a = kin_of(judge), b = kin_of(climbed);
    char phrase[256];
    const evk_judge_role role = evk_kin_role(&a, &b, phrase, sizeof(phrase));

    if (size)
        snprintf(why, size, "%s", phrase);
    return role;
}

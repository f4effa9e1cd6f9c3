/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_from.c - images and roles of a session, made again from its sets and compared */
#include <stdlib.h>
#include <string.h>

#include "session/pairs.h"
#include "session/verify.h"
#include "stimset/record/set_file.h"

/* The sets that were given, and what the session is made of again. */
struct again {
    struct evk_rig_verification *r;
    const evk_rig_source *source;
    struct evk_names hashes;      /* of the manifests of source->sets; owned */
    struct evk_rig_images images; /* all so far; owned */
    struct evk_str roles;         /* lines of the table; owned */
};

/* ---- what a description lists ---------------------------------------------------------------- */

/* Joins members of the objects of an array by tabs. */
static evk_status join(const evk_json *array, const char *const *keys, struct evk_names *out,
                       evk_error *err)
{
    for (size_t i = 0; i < evk_json_count(array); i++) {
        struct evk_str text = EVK_STR_INIT;
        evk_status s;

        for (int k = 0; keys[k]; k++) {
            const char *part = evk_json_text(evk_json_get(evk_json_at(array, i), keys[k]));

            evk_str_printf(&text, "%s%s", k ? "\t" : "", part ? part : "");
        }
        s = evk_str_check(&text, err);
        if (!s)
            s = evk_names_add(out, text.data, err);
        evk_str_release(&text);
        EVK_TRY(s);
    }
    return EVK_OK;
}

/* Finds the folder of a set by the hash of its manifest. */
static evk_status find_set(const struct again *a, const evk_json *set, const char **folder,
                           const char **name, evk_error *err)
{
    const char *hash = evk_json_text(evk_json_get(set, "ManifestSHA256"));

    *name = evk_json_text(evk_json_get(set, "Name"));
    for (size_t i = 0; hash && i < a->hashes.count; i++)
        if (strcmp(a->hashes.names[i], hash) == 0) {
            *folder = a->source->sets[i];
            return *name ? EVK_OK : evk_fail(err, EVK_EFORMAT, "a set of Session has no Name");
        }
    return evk_fail(err, EVK_EINVAL,
                    "%s: none of the sets that are given is its set %s as it was; expected a set "
                    "whose manifest has the SHA-256 %.12s...",
                    a->r->v.folder->path, *name ? *name : "", hash ? hash : "");
}

/* ---- one gathering --------------------------------------------------------------------------- */

static evk_status make_images(struct again *a, struct evk_gathering *g, bool first, evk_error *err)
{
    struct evk_rig_verification *r = a->r;
    struct evk_rig_options options = r->options;
    struct evk_rig_plan plan = r->plan;

    options.catch_image = NULL; /* the file may be gone; the session's own copy was hashed */
    plan.options = &options;
    plan.show.display = plan.has_display ? &r->plan.display : NULL;
    EVK_TRY(evk_rig_images_make(&a->images, g, &plan, r->v.folder, a->source->models,
                                a->source->model_count,
                                first && evk_rig_build_has_blank(&r->options), false, NULL, err));
    r->v.sum.responses += g->count - a->images.not_asked;
    return EVK_OK;
}

/*
 * The image of catch trials follows the images of the first sets, unless one of them is the same:
 * takes it from the session.
 */
static evk_status add_catch(struct again *a, evk_error *err)
{
    const struct evk_rig_session *s = &a->r->session;
    struct evk_rig_images *m = &a->images;
    struct evk_rig_made *list;
    int64_t code = 0;

    (void)evk_json_int(evk_json_get(s->options, "CatchCode"), &code);
    m->catch_image = code - 1;
    if (code != m->count + 1 || code > s->images)
        return EVK_OK;
    list = realloc(m->list, (size_t)(m->count + 1) * sizeof(*list));
    if (!list)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the images of a session");
    m->list = list;
    m->room = m->count + 1;
    m->own_catch = true;
    list[m->count] = (struct evk_rig_made){.role = "catch"};
    memcpy(list[m->count].sha256, s->image[m->count].sha256,
           strnlen(s->image[m->count].sha256, EVK_SHA256_TEXT - 1));
    m->count++;
    return EVK_OK;
}

static evk_status gather(struct again *a, const struct evk_gather_ask *ask, bool first,
                         evk_error *err)
{
    struct evk_gathering g;
    evk_rig_report *report;
    evk_status s;

    EVK_TRY(evk_rig_report_new(&report, err));
    s = evk_gather(&g, ask, err);
    if (!s)
        s = make_images(a, &g, first, err);
    if (!s)
        s = evk_rig_pairs_measure(&g, a->r->v.folder, report, err);
    if (!s && first)
        s = add_catch(a, err);
    if (!s) {
        evk_rig_roles_lines(&a->roles, &g, &a->images, first);
    }
    evk_gathering_release(&g);
    evk_rig_report_free(report);
    return s;
}

/* Gathers the sets of an object with Sets, Vetoes and Units: Session, or one of its Changes. */
static evk_status gather_listed(struct again *a, const evk_json *object, bool first, evk_error *err)
{
    static const char *const veto[] = {"Set", "StimulusID", "Reason", NULL};
    static const char *const unit[] = {"Neuron", "Name", NULL};
    const evk_json *sets = evk_json_get(object, "Sets"), *units = evk_json_get(object, "Units");
    struct evk_names names = {NULL, 0}, vetoes = {NULL, 0}, listed = {NULL, 0};
    const char **folders = calloc(evk_json_count(sets) + 1, sizeof(*folders));
    evk_status s = folders ? EVK_OK : evk_fail(err, EVK_ENOMEM, "out of memory for sets");

    for (size_t i = 0; i < evk_json_count(sets) && !s; i++) {
        const char *name;

        s = find_set(a, evk_json_at(sets, i), &folders[i], &name, err);
        if (!s)
            s = evk_names_add(&names, name, err);
    }
    if (!s)
        s = join(evk_json_get(object, "Vetoes"), veto, &vetoes, err);
    if (!s)
        s = join(units, unit, &listed, err);
    if (!s) {
        const struct evk_gather_ask ask = {folders, names.count, &names, &vetoes,
                                           units ? &listed : NULL};

        s = gather(a, &ask, first, err);
    }
    free(folders);
    evk_names_release(&names);
    evk_names_release(&vetoes);
    evk_names_release(&listed);
    return s;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Returns the cell of a line, counted from 0, and its length. */
static const char *cell_of(const char *line, int64_t column, size_t *length)
{
    for (; column > 0; column--) {
        line += strcspn(line, "\t\n");
        line += *line == '\t';
    }
    *length = strcspn(line, "\t\n");
    return line;
}

/* Compares a table, cell by cell, with what was made again; `open`: a column that may be n/a here. */
static void compare(struct again *a, const char *file, const struct evk_table *t,
                    const struct evk_str *made, const char *open)
{
    const char *line = made->data;

    for (size_t row = 0; row <= t->rows; row++) {
        size_t n = strcspn(line, "\n");

        if (!*line) {
            if (row < t->rows)
                evk_report_finding(&a->r->v, "%s: has %zu rows, its sets give %zu", file, t->rows,
                                   row);
            return;
        }
        for (size_t c = 0; c < t->columns && row < t->rows; c++) {
            const char *there = evk_table_cell(t, row, c);
            size_t length;
            const char *want = cell_of(line, (int64_t)c, &length);

            if ((strlen(there) == length && memcmp(there, want, length) == 0) ||
                (strcmp(evk_table_name(t, c), open) == 0 && length == 3 &&
                 memcmp(want, "n/a", 3) == 0))
                continue;
            evk_report_finding(&a->r->v, "%s: row %zu: %s is %s, its set gives %.*s", file, row + 1,
                               evk_table_name(t, c), there, (int)(length < 64 ? length : 64), want);
        }
        line += n + (line[n] == '\n');
    }
    if (*line)
        evk_report_finding(&a->r->v, "%s: its sets give more rows than its %zu", file, t->rows);
}

/* Compares the files of images with those that the sets give. */
static void compare_images(struct again *a)
{
    const struct evk_rig_session *s = &a->r->session;

    for (int64_t i = 0; i < s->images && i < a->images.count; i++)
        if (strcmp(s->image[i].sha256, a->images.list[i].sha256) != 0)
            evk_report_finding(&a->r->v, "%s: is not what its set gives on this screen",
                               s->image[i].filename);
    if (s->images != a->images.count)
        evk_report_finding(&a->r->v, "%s: has %lld images, its sets give %lld", EVK_SET_TABLE,
                           (long long)s->images, (long long)a->images.count);
}

static evk_status hash_sets(struct again *a, evk_error *err)
{
    for (size_t i = 0; i < a->source->set_count; i++) {
        char hash[EVK_SHA256_TEXT], *path;
        evk_status s;

        EVK_TRY(evk_path_join(&path, a->source->sets[i], EVK_SET_MANIFEST, err));
        s = evk_fs_hash(path, EVK_SET_FILE_MAX, hash, err);
        free(path);
        EVK_TRY(s);
        EVK_TRY(evk_names_add(&a->hashes, hash, err));
    }
    return EVK_OK;
}

static evk_status make_again(struct again *a, evk_error *err)
{
    const struct evk_rig_session *s = &a->r->session;
    const evk_json *changes = evk_json_get(s->options, "Changes");

    EVK_TRY(hash_sets(a, err));
    EVK_TRY(gather_listed(a, s->options, true, err));
    for (size_t i = 0; i < evk_json_count(changes); i++)
        if (evk_json_get(evk_json_at(changes, i), "Sets"))
            EVK_TRY(gather_listed(a, evk_json_at(changes, i), false, err));
    EVK_TRY(evk_str_check(&a->roles, err));
    compare_images(a);
    compare(a, EVK_RIG_ROLES, &s->roles, &a->roles, "response_shown");
    return EVK_OK;
}

evk_status evk_rig_verify_from(struct evk_rig_verification *r, const evk_rig_source *source,
                               evk_error *err)
{
    struct again a = {.r = r,
                      .source = source,
                      .images = {.blank = -1, .catch_image = -1},
                      .roles = EVK_STR_INIT};
    const evk_status s = make_again(&a, err);

    evk_names_release(&a.hashes);
    evk_rig_images_release(&a.images);
    evk_str_release(&a.roles);
    return s;
}

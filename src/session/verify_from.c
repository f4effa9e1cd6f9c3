/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_from.c - images and roles of a session, made again from its sets and compared */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/image.h"
#include "session/pairs.h"
#include "session/verify.h"
#include "stimset/record/set_file.h"

/* The sets that were given, and what the session is made of again. */
struct again {
    struct evk_rig_verification *r;
    const evk_rig_source *source;
    struct evk_names hashes;      /* of the manifests of source->sets; owned */
    struct evk_rig_images images; /* all so far; owned */
    struct evk_names words;       /* their roles, which outlive the gatherings; owned */
    struct evk_str roles;         /* lines of the table; owned */
    unsigned char *open;          /* (open_count) of each line; owned */
    size_t open_count;
    int64_t own_catch; /* index of the image of catch trials that is of no set; -1: there is none */
    bool failed;       /* the images cannot be made again */
};

/* Cells of a line that are not known: the model or a file is not there, or nothing is known. */
enum { RESPONSE = 1, PAIR = 2, WHOLE = 4 };

/* ---- sets ------------------------------------------------------------------------------------- */

/* Finds the folder of a set by the hash of its manifest. */
static evk_status find_set(const struct again *a, const evk_json *set, const char **folder,
                           evk_error *err)
{
    const char *hash = evk_json_text(evk_json_get(set, "ManifestSHA256"));
    const char *name = evk_json_text(evk_json_get(set, "Name"));

    for (size_t i = 0; hash && i < a->hashes.count; i++)
        if (strcmp(a->hashes.names[i], hash) == 0) {
            *folder = a->source->sets[i];
            return EVK_OK;
        }
    return evk_fail(err, EVK_EINVAL,
                    "%s: none of the sets that are given is its set %s as it was; expected a set "
                    "whose manifest has the SHA-256 %.12s...",
                    a->r->v.folder->path, name ? name : "", hash ? hash : "");
}

/* Is the set with this manifest among the sets of an object with Sets? */
static bool lists_set(const evk_json *object, const char *hash)
{
    const evk_json *sets = evk_json_get(object, "Sets");

    for (size_t i = 0; i < evk_json_count(sets); i++) {
        const char *text = evk_json_text(evk_json_get(evk_json_at(sets, i), "ManifestSHA256"));

        if (text && strcmp(text, hash) == 0)
            return true;
    }
    return false;
}

/* Fails where a set is given that is none of the session's. */
static evk_status check_given(const struct again *a, evk_error *err)
{
    const evk_json *session = a->r->session.options, *changes = evk_json_get(session, "Changes");

    for (size_t i = 0; i < a->hashes.count; i++) {
        bool listed = lists_set(session, a->hashes.names[i]);

        for (size_t k = 0; k < evk_json_count(changes) && !listed; k++)
            listed = lists_set(evk_json_at(changes, k), a->hashes.names[i]);
        if (!listed)
            return evk_fail(err, EVK_EINVAL, "%s: is no set of %s as it was made",
                            a->source->sets[i], a->r->v.folder->path);
    }
    return EVK_OK;
}

/* ---- one gathering --------------------------------------------------------------------------- */

static evk_status make_images(struct again *a, struct evk_gathering *g, bool first, evk_error *err)
{
    struct evk_rig_verification *r = a->r;
    struct evk_rig_options options = r->options;
    struct evk_rig_plan plan = r->plan;
    const evk_run run = {.threads = r->v.how->threads};

    options.catch_image = NULL; /* the file may be gone; the session's own copy was hashed */
    plan.options = &options;
    plan.show.display = plan.has_display ? &r->plan.display : NULL;
    EVK_TRY(evk_rig_images_make(&a->images, g, &plan, r->v.folder, a->source->models,
                                a->source->model_count,
                                first && evk_rig_build_has_blank(&r->options), false, &run, err));
    for (int64_t i = 0; i < g->count; i++)
        r->v.sum.responses += !isnan(g->list[i].response_shown);
    return EVK_OK;
}

/*
 * The image of catch trials follows the images of the first sets, unless one of them is the same:
 * takes it from the session, if its file can be read.
 */
static evk_status add_catch(struct again *a, evk_error *err)
{
    const struct evk_rig_session *s = &a->r->session;
    struct evk_rig_made made = {.role = "catch"};
    unsigned char key[EVK_SHA256_BYTES] = {0}; /* of no image, unless its file can be read */
    struct evk_pixels pixels;
    int64_t code = 0;
    evk_status status = EVK_OK;

    (void)evk_json_int(evk_json_get(s->options, "CatchCode"), &code);
    if (code < 1 || code > s->images)
        return EVK_OK;
    a->images.catch_image = code - 1;
    if (code != a->images.count + 1)
        return EVK_OK;
    if (!evk_rig_image_read(a->r->v.folder, code, NULL, &pixels, NULL)) {
        status = evk_pixels_hash(&pixels, key, err);
        evk_pixels_release(&pixels);
    }
    EVK_TRY(status);
    a->images.own_catch = true;
    a->own_catch = code - 1;
    snprintf(made.sha256, sizeof(made.sha256), "%s", s->image[code - 1].sha256);
    return evk_rig_images_append(&a->images, &made, key, err);
}

/* Notes which cells of the lines of a gathering are not known, before its lines are added. */
static evk_status note_open(struct again *a, const struct evk_gathering *g, const bool *unread,
                            evk_error *err)
{
    const size_t room = a->open_count + (size_t)g->count + 2; /* with the session's own images */
    unsigned char *open = realloc(a->open, room);

    if (!open)
        return evk_fail(err, EVK_ENOMEM, "out of memory for the roles of a session");
    a->open = open;
    for (int64_t i = 0; i < g->count; i++)
        open[a->open_count++] =
            (unsigned char)((g->list[i].has_model && isnan(g->list[i].response_shown) ? RESPONSE
                                                                                      : 0) |
                            (unread[i] ? PAIR : 0));
    return EVK_OK;
}

static evk_status make_lines(struct again *a, struct evk_gathering *g, bool first, evk_error *err)
{
    bool *unread;
    evk_status s;

    EVK_TRY(evk_alloc(&unread, g->count, sizeof(*unread), "a session", err));
    s = evk_rig_pairs_compare(g, a->r->v.folder, unread, err);
    if (!s && first)
        s = add_catch(a, err);
    if (!s)
        s = note_open(a, g, unread, err);
    free(unread);
    if (s)
        return s;
    evk_rig_roles_lines(&a->roles, g, &a->images, first);
    if (first) {
        if (a->images.own_blank)
            a->open[a->open_count++] = 0;
        if (a->images.catch_image >= 0)
            a->open[a->open_count++] = 0;
    }
    return evk_str_check(&a->roles, err);
}

/* Copies the roles of images from number `from` on, which are texts of a gathering. */
static evk_status keep_roles(struct again *a, int64_t from, evk_error *err)
{
    for (int64_t i = from; i < a->images.count; i++) {
        EVK_TRY(evk_names_add(&a->words, a->images.list[i].role, err));
        a->images.list[i].role = a->words.names[a->words.count - 1];
    }
    return EVK_OK;
}

/*
 * Gathers sets, and makes images and lines of them.  What the session asks for may be what no session
 * can ask for: that is a finding, and nothing else is compared.
 */
static evk_status gather(struct again *a, const struct evk_gather_ask *ask, bool first,
                         evk_error *err)
{
    const int64_t before = a->images.count;
    evk_error why = {EVK_OK, ""};
    struct evk_gathering g;
    evk_status s = evk_gather(&g, ask, &why);

    if (!s)
        s = make_images(a, &g, first, &why);
    if (!s)
        s = make_lines(a, &g, first, &why);
    if (!s)
        s = keep_roles(a, before, &why);
    evk_gathering_release(&g);
    if (!s)
        return EVK_OK;
    if (s == EVK_ENOMEM || s == EVK_EIO || s == EVK_ESTOPPED)
        return evk_fail(err, s, "%s", why.msg);
    evk_report_finding(&a->r->v, "%s: its images cannot be made again from its sets: %s",
                       a->r->v.folder->path, why.msg);
    a->failed = true;
    return EVK_OK;
}

/* Gathers the sets of an object with Sets, Vetoes and Units: Session, or one of its Changes. */
static evk_status gather_listed(struct again *a, const evk_json *object, bool first, evk_error *err)
{
    static const char *const name[] = {"Name", NULL};
    const evk_json *sets = evk_json_get(object, "Sets"), *units = evk_json_get(object, "Units");
    struct evk_names names = {NULL, 0}, vetoes = {NULL, 0}, listed = {NULL, 0};
    const char **folders = calloc(evk_json_count(sets) + 1, sizeof(*folders));
    evk_status s = folders ? EVK_OK : evk_fail(err, EVK_ENOMEM, "out of memory for sets");

    for (size_t i = 0; i < evk_json_count(sets) && !s; i++)
        s = find_set(a, evk_json_at(sets, i), &folders[i], err);
    if (!s)
        s = evk_rig_verify_list(sets, name, &names, err);
    if (!s)
        s = evk_rig_verify_list(evk_json_get(object, "Vetoes"), evk_rig_veto_keys, &vetoes, err);
    if (!s)
        s = evk_rig_verify_list(units, evk_rig_unit_keys, &listed, err);
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

static bool is_open(const char *column, unsigned mask)
{
    return mask & WHOLE || (mask & RESPONSE && strcmp(column, "response_shown") == 0) ||
           (mask & PAIR && (strcmp(column, "linf_shown") == 0 || strcmp(column, "rms_shown") == 0));
}

/* A table of the session, what was made again of it, and which cells of that are not known. */
struct compared {
    const char *file;
    const struct evk_table *t;
    enum evk_rig_table kind;
    const struct evk_str *made;
    const unsigned char *open; /* of each line that was made */
};

static void compare_row(struct again *a, const struct compared *p, size_t row, const char *line)
{
    for (size_t c = 0; c < p->t->columns; c++) {
        const char *there = evk_table_cell(p->t, row, c), *name = evk_table_name(p->t, c);
        size_t length;
        const char *want = cell_of(line, (int64_t)c, &length);

        if (is_open(name, p->open[row]) ||
            (strlen(there) == length && memcmp(there, want, length) == 0))
            continue;
        evk_report_finding(&a->r->v, "%s: row %zu: %s is %s, its set gives %.*s", p->file, row + 1,
                           name, there, (int)(length < 64 ? length : 64), want);
    }
}

/* Compares a table, cell by cell, with what was made again. */
static evk_status compare(struct again *a, const struct compared *p, evk_error *err)
{
    const char *line = p->made->data;
    bool same;

    EVK_TRY(evk_rig_verify_header(p->t, p->kind, &same, err));
    for (size_t row = 0; same && row < p->t->rows; row++) {
        if (!*line) {
            evk_report_finding(&a->r->v, "%s: has %zu rows, its sets give %zu", p->file, p->t->rows,
                               row);
            return EVK_OK;
        }
        compare_row(a, p, row, line);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (same && *line)
        evk_report_finding(&a->r->v, "%s: its sets give more rows than its %zu", p->file,
                           p->t->rows);
    return EVK_OK; /* other columns were reported by evk_rig_verify_texts */
}

/*
 * Compares the files of images, and their rows, with those that the sets give.  A row is not compared
 * where its file is another one, and that of the image of catch trials is not known from the sets.
 */
static evk_status compare_images(struct again *a, evk_error *err)
{
    const struct evk_rig_session *s = &a->r->session;
    struct evk_str lines = EVK_STR_INIT;
    struct compared p = {EVK_SET_TABLE, &s->stimuli, EVK_RIG_STIMULI_TABLE, &lines, NULL};
    unsigned char *open;
    evk_status status;

    EVK_TRY(evk_alloc(&open, a->images.count, 1, "a session", err));
    for (int64_t i = 0; i < a->images.count; i++) {
        const bool other = i < s->images && strcmp(s->image[i].sha256, a->images.list[i].sha256);

        open[i] = other || i == a->own_catch ? WHOLE : 0;
        if (other)
            evk_report_finding(&a->r->v, "%s: is not what its set gives on this screen",
                               s->image[i].filename);
    }
    evk_rig_stimuli_lines(&lines, &a->images, 0);
    p.open = open;
    status = evk_str_check(&lines, err);
    if (!status)
        status = compare(a, &p, err);
    evk_str_release(&lines);
    free(open);
    return status;
}

/* Compares members of the description that need the sets. */
static void compare_members(struct again *a)
{
    const evk_json *session = a->r->session.options;
    int64_t blank = 0, height = a->images.place.height;

    (void)evk_json_int(evk_json_get(session, "BlankCode"), &blank);
    if (blank != a->images.blank + 1)
        evk_report_finding(&a->r->v, "%s: BlankCode is %lld, its sets give %lld",
                           EVK_SET_DESCRIPTION, (long long)blank, (long long)a->images.blank + 1);
    if (!a->r->plan.has_display)
        return;
    (void)evk_json_int(evk_json_get(evk_json_get(session, "Screen"), "ImageHeightPx"), &height);
    if (height != a->images.place.height)
        evk_report_finding(&a->r->v, "%s: ImageHeightPx is %lld, its sets give %lld",
                           EVK_SET_DESCRIPTION, (long long)height,
                           (long long)a->images.place.height);
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
    struct compared roles = {EVK_RIG_ROLES, &s->roles, EVK_RIG_ROLES_TABLE, &a->roles, NULL};

    EVK_TRY(hash_sets(a, err));
    EVK_TRY(check_given(a, err));
    EVK_TRY(gather_listed(a, s->options, true, err));
    for (size_t i = 0; i < evk_json_count(changes) && !a->failed; i++)
        if (evk_json_get(evk_json_at(changes, i), "Sets"))
            EVK_TRY(gather_listed(a, evk_json_at(changes, i), false, err));
    if (a->failed)
        return EVK_OK;
    EVK_TRY(compare_images(a, err));
    compare_members(a);
    roles.open = a->open;
    return compare(a, &roles, err);
}

evk_status evk_rig_verify_from(struct evk_rig_verification *r, const evk_rig_source *source,
                               evk_error *err)
{
    struct again a = {.r = r,
                      .source = source,
                      .images = {.blank = -1, .catch_image = -1},
                      .own_catch = -1,
                      .roles = EVK_STR_INIT};
    const evk_status s = make_again(&a, err);

    evk_names_release(&a.hashes);
    evk_rig_images_release(&a.images);
    evk_names_release(&a.words);
    evk_str_release(&a.roles);
    free(a.open);
    return s;
}

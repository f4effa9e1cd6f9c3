/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_texts.c - what a session says of itself, written again from its options and its tables
 *
 * Options, Sets, Vetoes, Units, Display, the codes of the blank and of catch trials, and Changes are
 * taken from the description; all else in it, and all other texts, follow from them.
 */
#include <stdlib.h>
#include <string.h>

#include "session/folder/events.h"
#include "session/verify.h"
#include "stimset/record/set_file.h"

const char *const evk_rig_veto_keys[] = {"Set", "StimulusID", "Reason", NULL};
const char *const evk_rig_unit_keys[] = {"Neuron", "Name", NULL};

/* ---- comparing ------------------------------------------------------------------------------- */

static void compare_text(struct evk_rig_verification *r, const char *file, const char *want,
                         size_t size)
{
    struct evk_bytes there;
    size_t at = 0;
    int64_t line = 1;

    if (evk_set_file_get(r->v.folder, file, &there, NULL)) {
        if (!evk_manifest_find(&r->v.manifest, file)) /* otherwise it was told */
            evk_report_finding(&r->v, "%s: is missing", file);
        return;
    }
    if (there.size != size || memcmp(there.data, want, size) != 0) {
        while (at < there.size && at < size && there.data[at] == (unsigned char)want[at])
            line += there.data[at++] == '\n';
        evk_report_finding(&r->v, "%s: line %lld is not what the session's options and tables give",
                           file, (long long)line);
    }
    evk_bytes_release(&there);
}

evk_status evk_rig_verify_text(struct evk_rig_verification *r, const char *file,
                               const struct evk_str *want, evk_error *err)
{
    EVK_TRY(evk_str_check(want, err));
    compare_text(r, file, want->data, want->size);
    return EVK_OK;
}

/* ---- the description ------------------------------------------------------------------------- */

evk_status evk_rig_verify_list(const evk_json *array, const char *const *keys,
                               struct evk_names *out, evk_error *err)
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

/* What a description lists, as evk_rig_describe takes it. */
struct listed {
    struct evk_gathering g;
    struct evk_names vetoes, units;
};

static evk_status list(struct listed *l, const evk_json *session, evk_error *err)
{
    static const char *const name[] = {"Name", NULL}, *const hash[] = {"ManifestSHA256", NULL};
    const evk_json *sets = evk_json_get(session, "Sets");

    EVK_TRY(evk_rig_verify_list(sets, name, &l->g.names, err));
    EVK_TRY(evk_rig_verify_list(sets, hash, &l->g.hashes, err));
    l->g.set_count = l->g.names.count;
    EVK_TRY(
        evk_rig_verify_list(evk_json_get(session, "Vetoes"), evk_rig_veto_keys, &l->vetoes, err));
    return evk_rig_verify_list(evk_json_get(session, "Units"), evk_rig_unit_keys, &l->units, err);
}

/*
 * Finds the place of the first image, by its height: that of its file or, where files are whole
 * screens, the one that the description says (verify --from compares that one with the sets).
 */
static evk_status place_first(const struct evk_rig_verification *r, struct evk_place *out,
                              evk_error *err)
{
    const struct evk_rig_session *s = &r->session;
    int64_t height = s->images ? s->image[0].height_px : 0;

    if (!r->plan.has_display)
        return EVK_OK;
    if (r->plan.show.full &&
        !evk_json_int(evk_json_get(evk_json_get(s->options, "Screen"), "ImageHeightPx"), &height))
        height = 0;
    return evk_rig_verify_place(&r->plan, height, out, err);
}

/* Returns the index of the image whose code a member is; -1: it is no code of the session. */
static int64_t index_of(const struct evk_rig_verification *r, const char *key)
{
    int64_t code = 0;

    if (!evk_json_int(evk_json_get(r->session.options, key), &code) || code < 1 ||
        code > r->session.images)
        return -1;
    return code - 1;
}

/* Writes the description again; the caller releases w. */
static evk_status describe(const struct evk_rig_verification *r, struct evk_json_writer *w,
                           evk_error *err)
{
    const evk_json *session = r->session.options, *changes = evk_json_get(session, "Changes");
    struct evk_rig_images images = {.list = NULL};
    struct listed l = {.vetoes = {NULL, 0}};
    const struct evk_rig_chosen chosen = {&l.g, &l.vetoes,
                                          evk_json_get(session, "Units") ? &l.units : NULL};
    evk_status s = list(&l, session, err);

    if (!s)
        s = place_first(r, &images.place, err);
    if (!s) {
        images.blank = index_of(r, "BlankCode");
        images.catch_image = index_of(r, "CatchCode");
        evk_rig_describe(w, &chosen, &r->plan, &images);
        if (changes)
            evk_json_put_copy(w, evk_json_member(w->root, "Session"), "Changes", changes);
    }
    evk_names_release(&l.g.names);
    evk_names_release(&l.g.hashes);
    evk_names_release(&l.vetoes);
    evk_names_release(&l.units);
    return s;
}

/* ---- which files a session has --------------------------------------------------------------- */

static bool is_image(const struct evk_rig_verification *r, const char *path)
{
    static const char start[] = "stimuli/stim-";
    char name[EVK_RIG_NAME];
    long long code;

    if (strncmp(path, start, sizeof(start) - 1) != 0)
        return false;
    code = strtoll(path + sizeof(start) - 1, NULL, 10);
    if (code < 1 || code > r->session.images)
        return false;
    evk_rig_image_name(code, name);
    return strcmp(path, name) == 0;
}

static bool is_file(const struct evk_rig_verification *r, const struct evk_rig_files *files,
                    const char *path)
{
    char name[EVK_RIG_TRIALS_NAME];

    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->list[i].name, path) == 0)
            return true;
    for (int64_t k = 0; k < evk_rig_replay_count(&r->session); k++) {
        evk_rig_trials_name(k + 1, name);
        if (strcmp(path, name) == 0)
            return true;
    }
    return strcmp(path, EVK_SET_TABLE) == 0 || strcmp(path, EVK_RIG_ROLES) == 0 ||
           (strncmp(path, "display_", 8) == 0 && !strchr(path, '/')) || is_image(r, path);
}

/* ---- all ------------------------------------------------------------------------------------- */

static evk_status make_files(struct evk_rig_verification *r, struct evk_rig_files *files,
                             evk_error *err)
{
    const struct evk_rig_session *session = &r->session;
    struct evk_json_writer w = {.root = NULL};
    evk_status s = describe(r, &w, err);

    if (!s)
        s = evk_rig_add_texts(files, &w, &r->plan, err);
    if (w.root)
        evk_json_writer_release(&w);
    EVK_TRY(s);
    EVK_TRY(evk_rig_add_sidecars(files, err));
    return evk_rig_add_events(files, &r->plan, session->trial, session->trials, session->image,
                              err);
}

static evk_status compare_header(struct evk_rig_verification *r, const char *file,
                                 const struct evk_table *t, enum evk_rig_table kind, evk_error *err)
{
    bool same = true;

    EVK_TRY(evk_rig_verify_header(t, kind, &same, err));
    if (!same)
        evk_report_finding(&r->v, "%s: line 1 has other columns than this version writes", file);
    return EVK_OK;
}

evk_status evk_rig_verify_header(const struct evk_table *t, enum evk_rig_table kind, bool *same,
                                 evk_error *err)
{
    struct evk_str want = EVK_STR_INIT, there = EVK_STR_INIT;
    evk_status s;

    evk_rig_header(&want, kind);
    for (size_t c = 0; c < t->columns; c++)
        evk_str_printf(&there, "%s%s", c ? "\t" : "", evk_table_name(t, c));
    evk_str_puts(&there, "\n");
    s = evk_str_check(&want, err);
    if (!s)
        s = evk_str_check(&there, err);
    *same = !s && want.size == there.size && memcmp(want.data, there.data, want.size) == 0;
    evk_str_release(&want);
    evk_str_release(&there);
    return s;
}

evk_status evk_rig_verify_texts(struct evk_rig_verification *r, evk_error *err)
{
    const struct evk_rig_session *session = &r->session;
    struct evk_rig_files files = {.list = NULL};
    evk_error why = {EVK_OK, ""};
    evk_status s = make_files(r, &files, &why);

    for (size_t i = 0; i < files.count; i++)
        compare_text(r, files.list[i].name, (const char *)files.list[i].bytes.data,
                     files.list[i].bytes.size);
    if (s == EVK_ENOMEM)
        s = evk_fail(err, s, "%s", why.msg);
    else if (s) {
        evk_report_finding(&r->v, "%s: its texts cannot be made again: %s", EVK_SET_DESCRIPTION,
                           why.msg);
        s = EVK_OK;
    } else
        for (size_t i = 0; i < r->v.manifest.count; i++)
            if (!is_file(r, &files, r->v.manifest.entries[i].path))
                evk_report_finding(&r->v, "%s: is no file of this session",
                                   r->v.manifest.entries[i].path);
    evk_rig_files_release(&files);
    if (!s)
        s = compare_header(r, EVK_SET_TABLE, &session->stimuli, EVK_RIG_STIMULI_TABLE, err);
    return s ? s : compare_header(r, EVK_RIG_ROLES, &session->roles, EVK_RIG_ROLES_TABLE, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write.c - the files of a fit: a card, an archive of weights, and a table of units */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/fs.h"
#include "base/mem.h"
#include "fit/fit.h"
#include "fit/lineage.h"
#include "format/npz_write.h"

/* The names of the three files. */
struct files {
    char *card, *weights, *table; /* owned */
};

static void release_files(struct files *f)
{
    free(f->card);
    free(f->weights);
    free(f->table);
}

static evk_status add_ending(char **out, const char *name, const char *ending, evk_error *err)
{
    const size_t size = strlen(name) + strlen(ending) + 1;

    EVK_TRY(evk_alloc(out, (int64_t)size, 1, "a path", err));
    snprintf(*out, size, "%s%s", name, ending);
    return EVK_OK;
}

static evk_status name_files(struct files *out, const char *name, evk_error *err)
{
    *out = (struct files){NULL, NULL, NULL};
    EVK_TRY(add_ending(&out->card, name, ".json", err));
    EVK_TRY(add_ending(&out->weights, name, ".npz", err));
    return add_ending(&out->table, name, ".tsv", err);
}

/* Fails where the files have no name, or their folder is none. */
static evk_status check_folder(const char *name, evk_error *err)
{
    static const char *const endings[] = {".json", ".npz", ".tsv", NULL};
    char *folder;
    evk_status s;

    if (!evk_base_name(name)[0])
        return evk_fail(err, EVK_EINVAL,
                        "%s: is no name for files, expected one such as fits/may12", name);
    if (strchr(evk_base_name(name), ';'))
        return evk_fail(err, EVK_EINVAL,
                        "%s: has a semicolon in its name, which a table of units cannot hold",
                        name);
    if (evk_ends_in(name, endings))
        return evk_fail(err, EVK_EINVAL, "%s: has an ending, expected a name without one", name);
    EVK_TRY(evk_path_parent(&folder, name, err));
    s = evk_fs_is_folder(folder)
            ? EVK_OK
            : evk_fail(err, EVK_EINVAL, "%s: is no folder, expected one for the files of %s",
                       folder, name);
    free(folder);
    return s;
}

evk_status evk_fit_check_name(const char *name, evk_error *err)
{
    struct files f;
    evk_status s = name_files(&f, name, err);
    const char *const paths[] = {f.card, f.weights, f.table};

    if (!s)
        s = check_folder(name, err);
    for (size_t i = 0; !s && i < 3; i++)
        if (evk_fs_exists(paths[i]))
            s = evk_fail(err, EVK_EINVAL, "%s: exists, expected a name that no file has yet",
                         paths[i]);
    release_files(&f);
    return s;
}

evk_status evk_fit_way(const char *name, const char *file, char **out, evk_error *err)
{
    char *folder, *from, *to;
    evk_status s;

    EVK_TRY(evk_path_parent(&folder, name, err));
    from = evk_fs_absolute(folder);
    to = evk_fs_absolute(file);
    s = from && to ? evk_path_relative(out, from, to, err)
                   : evk_fail(err, EVK_EIO, "%s: cannot be found from %s", file, folder);
    free(folder);
    free(from);
    free(to);
    return s;
}

/* ---- weights -------------------------------------------------------------------------------- */

/* Writes weights_M_L of each layer of each core, and bias_M of each core. */
static evk_status write_weights(const struct evk_fit_work *w, const char *path, evk_error *err)
{
    struct evk_npz_array *arrays;
    size_t n = 0, room = w->core_count * (EVK_READOUT_LAYERS_MAX + 1);
    evk_status s;

    EVK_TRY(evk_alloc(&arrays, (int64_t)room, sizeof(*arrays), "arrays", err));
    for (size_t k = 0; k < w->core_count; k++) {
        const struct evk_core_features *c = &w->shown.cores[k];
        const float *values = w->result.weights[k];

        for (size_t b = 0; b < c->block_count; b++) {
            const struct evk_shape *at = &c->blocks[b].shape;

            arrays[n] = (struct evk_npz_array){
                .dims = 4, .dim = {at->h, at->w, at->c, w->units.usable}, .values = values};
            snprintf(arrays[n++].name, sizeof(arrays[0].name), "weights_%zu_%zu", k, b);
            values += at->h * at->w * at->c * w->units.usable;
        }
        arrays[n] = (struct evk_npz_array){
            .dims = 1, .dim = {w->units.usable}, .values = w->result.bias[k]};
        snprintf(arrays[n++].name, sizeof(arrays[0].name), "bias_%zu", k);
    }
    s = evk_npz_write(path, arrays, n, err);
    free(arrays);
    return s;
}

/* ---- the card ------------------------------------------------------------------------------- */

static evk_status put_member(const struct evk_fit_work *w, struct evk_json_writer *j,
                             evk_json *members, size_t k, const struct files *f, const char *sha256,
                             evk_error *err)
{
    const struct evk_core_features *c = &w->shown.cores[k];
    evk_json *one = evk_json_put_object(j, members, NULL), *part;
    const evk_model *network = evk_model_first(c->model);
    char *core;

    EVK_TRY(evk_fit_way(f->card, network->path, &core, err));
    evk_json_put_text(j, one, "weights", core);
    free(core);
    evk_json_put_text(j, one, "sha256", network->sha256);
    evk_features_put(j, one, c->model);
    part = evk_json_put_object(j, one, "readout");
    evk_json_put_text(j, part, "file", evk_base_name(f->weights));
    evk_json_put_text(j, part, "sha256", sha256);
    evk_json_put_int(j, part, "member", (int64_t)k);
    evk_json *layers = evk_json_put_array(j, part, "layers");
    for (size_t b = 0; b < c->block_count; b++)
        evk_json_put_text(j, layers, NULL, c->blocks[b].layer);
    evk_json_put_int(j, part, "grid", w->fitting->grid);
    evk_json_put_text(j, part, "output", w->result.output);
    return EVK_OK;
}

static evk_status put_card(const struct evk_fit_work *w, struct evk_json_writer *j,
                           const struct files *f, evk_error *err)
{
    char sha256[EVK_SHA256_TEXT];
    evk_json *list;

    EVK_TRY(evk_fs_hash(f->weights, EVK_MODEL_FILE_MAX, sha256, err));
    evk_json_put_int(j, j->root, "card", 1);
    evk_json_put_text(j, j->root, "name", evk_base_name(w->name));
    list = evk_json_put_array(j, j->root, "members");
    for (size_t k = 0; k < w->core_count; k++)
        EVK_TRY(put_member(w, j, list, k, f, sha256, err));
    list = evk_json_put_array(j, j->root, "neurons");
    for (int64_t k = 0; k < w->units.usable; k++)
        evk_json_put_text(j, list, NULL, w->units.names.names[w->units.unit[k]]);
    evk_calibration_put(j, j->root, w->calibration, w->units.usable);
    return evk_fit_put_lineage(w, j, err);
}

static evk_status write_card(const struct evk_fit_work *w, const struct files *f, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer j;
    evk_status s;

    evk_json_writer_init(&j);
    s = put_card(w, &j, f, err);
    if (!s)
        s = evk_json_write_exactly(&j, &text, err);
    evk_json_writer_release(&j);
    if (!s)
        s = evk_fs_write(f->card, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static evk_status write_table(const struct evk_fit_work *w, const struct files *f, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_fit_table(w, &text);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_fs_write(f->table, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* Removes the weights and the table, if they are there; a failure is not reported. */
static void remove_files(const struct files *f)
{
    struct evk_dir folder = {0};
    char *path = NULL;

    if (!evk_path_parent(&path, f->weights, NULL) && !evk_dir_open(&folder, path, NULL)) {
        (void)evk_dir_remove(&folder, evk_base_name(f->table), NULL);
        (void)evk_dir_remove(&folder, evk_base_name(f->weights), NULL);
    }
    evk_dir_close(&folder);
    free(path);
}

evk_status evk_fit_write_files(const struct evk_fit_work *w, evk_error *err)
{
    struct files f;
    evk_status s = name_files(&f, w->name, err);

    if (!s)
        s = write_weights(w, f.weights, err);
    if (!s) {
        s = write_table(w, &f, err);
        if (!s)
            s = write_card(w, &f, err);
        if (s)
            remove_files(&f);
    }
    release_files(&f);
    return s;
}

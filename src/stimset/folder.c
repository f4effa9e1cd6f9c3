/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.c - the folder of a stimulus set */
#include "stimset/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char DESCRIPTION[] = "dataset_description.json";

/* The pixels of one image are far below this; a larger file is not one of ours. */
static const size_t FILE_MAX = (size_t)1 << 30;

static evk_status put(const char *folder, const char *name, const void *data, size_t size,
                      evk_error *err)
{
    char *path;
    evk_status s;

    EVK_TRY(evk_path_join(&path, folder, name, err));
    s = evk_fs_write(path, data, size, err);
    free(path);
    return s;
}

static evk_status get(const char *folder, const char *name, struct evk_bytes *out, evk_error *err)
{
    char *path;
    evk_status s;

    EVK_TRY(evk_path_join(&path, folder, name, err));
    s = evk_fs_read(out, path, FILE_MAX, err);
    free(path);
    return s;
}

/* Is what stands in a folder that is not empty this very set? */
static evk_status check_content(const char *folder, const struct evk_str *description,
                                evk_error *err)
{
    struct evk_bytes there;
    bool same;

    if (get(folder, DESCRIPTION, &there, NULL))
        return evk_fail(err, EVK_EINVAL,
                        "%s: is not empty and not a stimulus set (no %s in it), expected a new "
                        "or an empty folder",
                        folder, DESCRIPTION);
    same =
        there.size == description->size && memcmp(there.data, description->data, there.size) == 0;
    evk_bytes_release(&there);
    if (!same)
        return evk_fail(err, EVK_EINVAL,
                        "%s: holds another stimulus set (its %s differs from this one's), expected "
                        "a new or an empty folder",
                        folder, DESCRIPTION);
    return EVK_OK;
}

static evk_status make_stimuli(const char *folder, evk_error *err)
{
    char *stimuli;
    evk_status s;

    EVK_TRY(evk_path_join(&stimuli, folder, "stimuli", err));
    s = evk_fs_make_folder(stimuli, err);
    free(stimuli);
    return s;
}

/* The description comes first: whatever else there is later, it says whose it is. */
evk_status evk_folder_open(const char *folder, const struct evk_str *description, evk_error *err)
{
    struct evk_names names = {NULL, 0};
    const bool is_new = !evk_fs_exists(folder);
    evk_status s = EVK_OK;

    if (!is_new && !evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected one or nothing", folder);
    if (is_new) {
        EVK_TRY(evk_fs_make_folder(folder, err));
    } else {
        EVK_TRY(evk_fs_list(&names, folder, err));
        if (names.count)
            s = check_content(folder, description, err);
        evk_names_release(&names);
        EVK_TRY(s);
    }
    s = put(folder, DESCRIPTION, description->data, description->size, err);
    if (s && is_new)
        evk_fs_remove_folder(folder);
    EVK_TRY(s);
    return make_stimuli(folder, err);
}

/* What a PNG text chunk can hold in every encoding. */
static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 126)
            return false;
    return true;
}

evk_status evk_folder_put_image(const char *folder, struct evk_row *row,
                                const struct evk_pixels *image, struct evk_pixels *pixels,
                                evk_error *err)
{
    struct evk_bytes file = {NULL, 0};
    struct evk_str name = EVK_STR_INIT;
    evk_status s =
        evk_png_encode(&file, image, is_ascii(row->description) ? row->description : NULL, err);

    evk_str_printf(&name, "stimuli/%s", row->filename);
    if (!s)
        s = evk_str_check(&name, err);
    if (!s)
        s = put(folder, name.data, file.data, file.size, err);
    evk_bytes_release(&file);
    if (!s)
        s = get(folder, name.data, &file, err);
    if (!s)
        s = evk_decode(pixels, file.data, file.size, err);
    if (!s) {
        s = evk_row_measure(row, &file, pixels, err);
        if (s)
            evk_pixels_release(pixels);
    }
    evk_bytes_release(&file);
    evk_str_release(&name);
    return s;
}

static const char README[] =
    "Stimulus set made by evoke\n"
    "\n"
    "stimuli/                 one PNG per stimulus, 8-bit RGB, to be shown value for value\n"
    "stimuli/stimuli.tsv      one row per stimulus; response_pred is what the model predicts\n"
    "                         to the very file, read back from disk\n"
    "stimuli/stimuli.json     what each column means, and its unit\n"
    "dataset_description.json options, models (by SHA-256) and the version of evoke\n"
    "manifest-sha256.txt      every other file; is the copy whole?  Here:\n"
    "\n"
    "    sha256sum -c manifest-sha256.txt\n"
    "\n"
    "No colour profile is in the images: numbers go to the screen as they are.  The gray\n"
    "statistics in the table are of pixel values; they are luminance only on a linearised\n"
    "screen.\n";

static const char BIDSIGNORE[] = "manifest-sha256.txt\n";

struct text_file {
    const char *name;
    const char *data;
    size_t size;
};

/* A line of the manifest. */
struct entry {
    char hash[EVK_SHA256_TEXT], path[64];
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static evk_status put_entries(const char *folder, struct entry *entries, size_t count,
                              evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    qsort(entries, count, sizeof(*entries), by_path);
    for (size_t i = 0; i < count; i++)
        evk_str_printf(&text, "%s  %s\n", entries[i].hash, entries[i].path);
    s = evk_str_check(&text, err);
    if (!s)
        s = put(folder, "manifest-sha256.txt", text.data, text.size, err);
    evk_str_release(&text);
    return s;
}

/* Every other file, in bytewise order of its path. */
static evk_status put_manifest(const char *folder, const struct text_file *files, size_t count,
                               const struct evk_row *rows, int64_t row_count, evk_error *err)
{
    struct entry *entries;
    evk_status s = EVK_OK;
    size_t n = 0;

    EVK_TRY(evk_alloc(&entries, row_count + (int64_t)count, sizeof(*entries), "a manifest", err));
    for (size_t i = 0; i < count && !s; i++, n++) {
        snprintf(entries[n].path, sizeof(entries[n].path), "%s", files[i].name);
        s = evk_sha256_text(files[i].data, files[i].size, entries[n].hash, err);
    }
    for (int64_t r = 0; r < row_count; r++) {
        if (!rows[r].present)
            continue;
        snprintf(entries[n].path, sizeof(entries[n].path), "stimuli/%s", rows[r].filename);
        memcpy(entries[n++].hash, rows[r].sha256, EVK_SHA256_TEXT);
    }
    if (!s)
        s = put_entries(folder, entries, n, err);
    free(entries);
    return s;
}

evk_status evk_folder_close(const char *folder, const struct evk_row *rows, int64_t count,
                            const struct evk_str *description, evk_error *err)
{
    struct evk_str table = EVK_STR_INIT, sidecar = EVK_STR_INIT;
    evk_status s;

    evk_row_header(&table);
    for (int64_t i = 0; i < count; i++)
        if (rows[i].present)
            evk_row_write(&rows[i], &table);
    s = evk_str_check(&table, err);
    if (!s)
        s = evk_row_sidecar(&sidecar, err);
    if (!s) {
        const struct text_file files[] = {
            {".bidsignore", BIDSIGNORE, sizeof(BIDSIGNORE) - 1},
            {"README", README, sizeof(README) - 1},
            {DESCRIPTION, description->data, description->size},
            {"stimuli/stimuli.json", sidecar.data, sidecar.size},
            {"stimuli/stimuli.tsv", table.data, table.size},
        };
        const size_t n = sizeof(files) / sizeof(files[0]);

        for (size_t i = 0; i < n && !s; i++)
            s = put(folder, files[i].name, files[i].data, files[i].size, err);
        if (!s)
            s = put_manifest(folder, files, n, rows, count, err);
    }
    evk_str_release(&table);
    evk_str_release(&sidecar);
    return s;
}

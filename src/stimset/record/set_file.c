/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set_file.c - the files of a stimulus set, read and written one at a time */
#include "stimset/record/set_file.h"

#include <stdio.h>
#include <string.h>

#include "format/own.h"

const char *const evk_set_texts[] = {EVK_SET_DESCRIPTION, EVK_SET_SIDECAR,    EVK_SET_SHEET,
                                     EVK_SET_README,      EVK_SET_BIDSIGNORE, NULL};
const char *const evk_set_tables[] = {EVK_SET_TABLE, EVK_SET_TRACES, NULL};

evk_status evk_set_file_check(const struct evk_dir *folder, evk_error *err)
{
    static const char *const folders[] = {"stimuli", "traces", NULL};
    static const char *const others[] = {EVK_SET_MANIFEST, EVK_SET_JOURNAL, EVK_SET_LOCK,
                                         EVK_SET_UNITS, NULL};
    const char *const *const files[] = {evk_set_texts, evk_set_tables, others};

    for (const char *const *name = folders; *name; name++)
        EVK_TRY(evk_dir_expect(folder, *name, EVK_ENTRY_FOLDER, err));
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        for (const char *const *name = files[i]; *name; name++)
            if (evk_set_file_has(folder, *name))
                EVK_TRY(evk_dir_expect(folder, *name, EVK_ENTRY_FILE, err));
    return EVK_OK;
}

evk_status evk_set_file_get(const struct evk_dir *folder, const char *name, struct evk_bytes *out,
                            evk_error *err)
{
    return evk_dir_read(folder, name, EVK_SET_FILE_MAX, out, err);
}

evk_status evk_set_file_hash(const struct evk_dir *folder, const char *name,
                             char sha256[EVK_SHA256_TEXT], evk_error *err)
{
    return evk_dir_hash(folder, name, EVK_SET_FILE_MAX, sha256, err);
}

bool evk_set_file_has(const struct evk_dir *folder, const char *name)
{
    return evk_dir_kind(folder, name) != EVK_ENTRY_NOTHING;
}

/* A tEXt chunk of a PNG is Latin-1; only ASCII is read alike by all programs. */
static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 126)
            return false;
    return true;
}

/*
 * Returns the description that goes into the PNG file of a row; NULL: none, since it is not ASCII.
 */
static const char *words_inside(const struct evk_row *row)
{
    return is_ascii(row->description) ? row->description : NULL;
}

evk_status evk_set_file_check_own(const struct evk_row *row, const struct evk_bytes *file,
                                  evk_error *err)
{
    static const char *const jpeg[] = {".jpg", NULL};

    return evk_ends_in(row->filename, jpeg) ? evk_jpeg_check_own(file, err)
                                            : evk_png_check_own(file, words_inside(row), err);
}

evk_status evk_set_file_encode(const struct evk_row *row, const struct evk_pixels *image,
                               struct evk_bytes *out, evk_error *err)
{
    return evk_png_encode(out, image, words_inside(row), err);
}

void evk_set_file_image_name(const struct evk_row *row, char name[EVK_IMAGE_NAME])
{
    snprintf(name, EVK_IMAGE_NAME, "stimuli/%s", row->filename);
}

evk_status evk_set_file_get_image(const struct evk_dir *folder, const struct evk_row *row,
                                  struct evk_bytes *file, struct evk_pixels *pixels, evk_error *err)
{
    struct evk_bytes bytes;
    char name[EVK_IMAGE_NAME];
    evk_status s;

    evk_set_file_image_name(row, name);
    EVK_TRY(evk_set_file_get(folder, name, &bytes, err));
    s = evk_decode(pixels, bytes.data, bytes.size, err);
    if (s)
        s = evk_wrap(err, s, "%s/%s", folder->path, name);
    if (s || !file)
        evk_bytes_release(&bytes);
    else
        *file = bytes;
    return s;
}

/* The file of a stimulus never changes.  expected is its SHA-256, "" where there is no file yet. */
static evk_status check_same(const char *name, const char *hash, const char *expected,
                             evk_error *err)
{
    if (!expected[0] || strcmp(hash, expected) == 0)
        return EVK_OK;
    return evk_fail(
        err, EVK_EFORMAT,
        "%s: is missing or altered, and made again it is another file (SHA-256 %.12s..., "
        "expected %.12s...)",
        name, hash, expected);
}

void evk_set_file_trace_name(const struct evk_row *row, char name[EVK_IMAGE_NAME])
{
    snprintf(name, EVK_IMAGE_NAME, "traces/%s.tsv", row->stimulus_id);
}

evk_status evk_set_file_put_trace(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_str *text, evk_error *err)
{
    char name[EVK_IMAGE_NAME], hash[EVK_SHA256_TEXT];

    evk_set_file_trace_name(row, name);
    EVK_TRY(evk_sha256_text(text->data, text->size, hash, err));
    EVK_TRY(check_same(name, hash, row->trace_sha256, err));
    memcpy(row->trace_sha256, hash, sizeof(hash));
    return evk_dir_write(folder, name, text->data, text->size, err);
}

/* Write the file of a row; wait: return only when the disk has it. */
static evk_status put_file(const struct evk_dir *folder, const struct evk_row *row,
                           const struct evk_bytes *file, bool wait, evk_error *err)
{
    char name[EVK_IMAGE_NAME], hash[EVK_SHA256_TEXT];

    if (row->sha256[0]) {
        EVK_TRY(evk_sha256_text(file->data, file->size, hash, err));
        EVK_TRY(check_same(row->filename, hash, row->sha256, err));
    }
    evk_set_file_image_name(row, name);
    return wait ? evk_dir_write(folder, name, file->data, file->size, err)
                : evk_dir_write_fast(folder, name, file->data, file->size, err);
}

static evk_status put_and_measure(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_bytes *file, bool wait,
                                  struct evk_pixels *pixels, evk_error *err)
{
    struct evk_bytes there;
    evk_status s;

    EVK_TRY(put_file(folder, row, file, wait, err));
    EVK_TRY(evk_set_file_get_image(folder, row, &there, pixels, err));
    s = evk_row_measure(row, &there, pixels, err);
    if (s)
        evk_pixels_release(pixels);
    evk_bytes_release(&there);
    return s;
}

evk_status evk_set_file_put_image(const struct evk_dir *folder, struct evk_row *row,
                                  const struct evk_pixels *image, struct evk_pixels *pixels,
                                  evk_error *err)
{
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_set_file_encode(row, image, &file, err));
    s = put_and_measure(folder, row, &file, true, pixels, err);
    evk_bytes_release(&file);
    return s;
}

evk_status evk_set_file_put_fast(const struct evk_dir *folder, struct evk_row *row,
                                 const struct evk_bytes *file, struct evk_pixels *pixels,
                                 evk_error *err)
{
    return put_and_measure(folder, row, file, false, pixels, err);
}

#define README_FILES                                                                              \
    "Stimulus set made by evoke\n"                                                                \
    "\n"                                                                                          \
    "stimuli/                 one image for each stimulus, 8 bits, to be shown value for value\n" \
    "stimuli/stimuli.tsv      one row for each stimulus; response_pred is the response that\n"    \
    "                         the model predicts to the file, read back from disk\n"              \
    "stimuli/stimuli.json     what each column means, and its unit\n"                             \
    "sheet.png                contact sheet: all images at a glance, or the first of many\n"      \
    "traces.tsv               predicted response along each ascent; columns are steps\n"          \
    "traces/                  with --trace: response, penalties, gradient norm and step of\n"     \
    "                         each ascent, one file for each, one line for each iteration\n"
#define README_UNITS                                                                   \
    "units.tsv                which unit is which target_model and target_output of\n" \
    "                         stimuli.tsv, with all columns of the table of units\n"
#define README_REST                                                                               \
    "dataset_description.json options, models (by SHA-256) and the version of evoke\n"            \
    "manifest-sha256.txt      the SHA-256 of every other file; to see whether a copy is whole:\n" \
    "\n"                                                                                          \
    "    sha256sum -c manifest-sha256.txt\n"                                                      \
    "\n"                                                                                          \
    "To compare each row with its image, too, with evoke:\n"                                      \
    "\n"                                                                                          \
    "    evoke verify .\n"                                                                        \
    "\n"                                                                                          \
    "The images have no colour profile: pixel values go to the screen as they are.  The gray\n"   \
    "statistics in the table are computed from pixel values, which are proportional to\n"         \
    "luminance only on a linearised screen.\n"
#define BIDSIGNORE EVK_SET_MANIFEST "\n" EVK_SET_SHEET "\n" EVK_SET_TRACES "\ntraces/\n"

const char *evk_set_file_text(const char *name, bool units)
{
    if (strcmp(name, EVK_SET_README) == 0)
        return units ? README_FILES README_UNITS README_REST : README_FILES README_REST;
    return units ? BIDSIGNORE EVK_SET_UNITS "\n" : BIDSIGNORE;
}

evk_status evk_set_file_put_texts(const struct evk_dir *folder, bool units, evk_error *err)
{
    static const char *const names[] = {EVK_SET_BIDSIGNORE, EVK_SET_README};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *text = evk_set_file_text(names[i], units);

        EVK_TRY(evk_dir_write(folder, names[i], text, strlen(text), err));
    }
    return EVK_OK;
}

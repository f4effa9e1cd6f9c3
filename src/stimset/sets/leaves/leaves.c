/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.c - make a set of dead leaves: painted images with statistics of natural ones */
#include "stimset/sets/leaves/leaves.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/host.h"
#include "base/parallel.h"
#include "image/image.h"
#include "image/leaves.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/writing.h"
#include "stimset/inputs/source.h"
#include "stimset/make/stream.h"
#include "stimset/record/caption.h"
#include "stimset/record/set_file.h"

struct set {
    const struct evk_dir *folder;
    int64_t height, width, seed;
};

evk_status evk_leaves_pixels(struct evk_pixels *out, int64_t height, int64_t width, int64_t seed,
                             int64_t i, evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES];
    struct evk_rng_key key;
    char text[96];
    evk_image *image;
    evk_status s;
    int n;

    n = snprintf(text, sizeof(text), "evoke leaves set\n%lld\n%lld\n", (long long)seed,
                 (long long)i);
    EVK_TRY(evk_sha256(text, (size_t)n, digest, err));
    key = evk_rng_key(digest);
    EVK_TRY(evk_image_new(&image, height, width, 3, err));
    s = evk_leaves(height, width, 3, &key, image->values, err);
    if (!s)
        s = evk_image_quantise(out, height, width, 3, image->values, err);
    evk_image_free(image);
    return s;
}

static void leaves_begin(void *arg, int64_t i, struct evk_stream_item *item)
{
    const struct set *set = arg;
    struct evk_row *row = &item->stimulus.row;

    row->type = "image";
    row->set_type = "natural";
    row->method = "leaves";
    row->n_steps = 0;
    row->seed = set->seed;
    evk_caption_leaves(row, i + 1);
}

static evk_status leaves_make(void *arg, int worker, int64_t i, struct evk_stream_item *item,
                              evk_error *err)
{
    const struct set *set = arg;
    struct evk_row *row = &item->stimulus.row;
    struct evk_pixels image, there;
    struct evk_bytes file;
    evk_status s;

    (void)worker;
    EVK_TRY(evk_leaves_pixels(&image, set->height, set->width, set->seed, i, err));
    s = evk_set_file_encode(row, &image, &file, err);
    evk_pixels_release(&image);
    EVK_TRY(s);
    s = evk_set_file_put_fast(set->folder, row, &file, &there, err);
    evk_bytes_release(&file);
    if (!s)
        evk_pixels_release(&there);
    return s;
}

evk_status evk_leaves_set(const char *folder, int64_t count, int64_t height, int64_t width,
                          int64_t seed, const evk_run *run, evk_made *out, evk_error *err)
{
    EVK_ENTER();
    struct evk_writing writing;
    struct set set = {&writing.folder, height, width, seed};
    struct evk_json_writer asked;
    const struct evk_stream stream = {
        .folder = &writing.folder,
        .asked = &asked,
        .count = count,
        .begin = leaves_begin,
        .make = leaves_make,
        .arg = &set,
        .run = run,
        .threads = evk_thread_count(run->threads, count),
    };
    evk_status s;

    EVK_TRY(evk_source_check_size(height, width, err));
    EVK_TRY(evk_writing_begin(&writing, folder, err));
    evk_describe_leaves(&asked, count, height, width, seed);
    s = evk_stream(&stream, out, err);
    evk_writing_end(&writing);
    evk_json_writer_release(&asked);
    return s;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.c - one hash for the pixels of all images of a list */
#include "stimset/inputs/digest.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "image/image.h"
#include "stimset/record/stop.h"

struct digest {
    const evk_image_list *images;
    const struct evk_size *size;
    const evk_run *run;
    unsigned char *hashes;       /* (images, EVK_SHA256_BYTES) */
    struct evk_changes *changes; /* (images); may be NULL */

    struct evk_lock *lock; /* guards the members below */
    int64_t failed;        /* first image that failed; -1: none */
    evk_status status;
    evk_error error;
};

static void hash_job(void *arg, int worker, int64_t i)
{
    struct digest *d = arg;
    evk_error err = {EVK_OK, ""};
    struct evk_pixels pixels = {0};
    evk_status s;

    (void)worker;
    if (evk_is_stopped(d->run))
        s = evk_fail(&err, EVK_ESTOPPED, "interrupted");
    else
        s = evk_image_list_pixels(d->images, (size_t)i, d->size, &pixels,
                                  d->changes ? &d->changes[i] : NULL, &err);
    if (!s)
        s = evk_pixels_hash(&pixels, d->hashes + i * EVK_SHA256_BYTES, &err);
    evk_pixels_release(&pixels);
    if (!s)
        return;
    evk_lock_take(d->lock);
    if (d->failed < 0 || i < d->failed) {
        d->failed = i;
        d->status = s;
        d->error = err;
    }
    evk_lock_give(d->lock);
}

evk_status evk_images_digest(const evk_image_list *images, const struct evk_size *size,
                             const evk_run *run, char sha256[EVK_SHA256_TEXT],
                             struct evk_changes *changes, evk_error *err)
{
    const int64_t n = (int64_t)evk_image_list_count(images);
    struct digest d = {
        .images = images, .size = size, .run = run, .changes = changes, .failed = -1};
    evk_status s;

    EVK_TRY(evk_alloc(&d.hashes, n, EVK_SHA256_BYTES, "hashes", err));
    s = evk_lock_new(&d.lock, err);
    if (!s) {
        evk_parallel_for(evk_thread_count(run->threads, n), n, hash_job, &d);
        s = d.failed < 0 ? evk_sha256_text(d.hashes, (size_t)n * EVK_SHA256_BYTES, sha256, err)
                         : evk_fail(err, d.status, "%s", d.error.msg);
    }
    evk_lock_free(d.lock);
    free(d.hashes);
    return s;
}

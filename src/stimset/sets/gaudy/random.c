/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * random.c - draw images by a seed, alone or besides those that are kept
 *
 * Each image has a number, the SHA-256 of "seed/name".  Drawn are the images with the smallest
 * numbers among those that can be read.  So the draw depends neither on the order of the images nor
 * on the number of threads.  A further image in the list changes the draw only where it is drawn
 * itself, or where it shares its name with another image, so that both are named by their paths.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "base/room.h"
#include "base/str.h"
#include "stimset/sets/gaudy/gaudy.h"

/* An image that may be drawn. */
struct lot {
    unsigned char number[EVK_SHA256_BYTES];
    int64_t image;
    evk_status status; /* status of reading the image */
    char *why;         /* why the image cannot be read; owned; NULL: it can be read */
};

static int by_number(const void *a, const void *b)
{
    const struct lot *x = a, *y = b;
    const int order = memcmp(x->number, y->number, sizeof(x->number));

    return order ? order : (x->image > y->image) - (x->image < y->image);
}

static evk_status draw_number(struct lot *lot, int64_t seed, const char *name, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_printf(&text, "%lld/%s", (long long)seed, name);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_sha256(text.data, text.size, lot->number, err);
    evk_str_release(&text);
    return s;
}

static int by_image(const void *a, const void *b)
{
    const struct evk_chosen *x = a, *y = b;

    return (x->image > y->image) - (x->image < y->image);
}

/* Add the first n lots to the choice, in the order of images. */
static evk_status join_drawn(struct evk_choice *c, const struct lot *lots, int64_t n,
                             evk_error *err)
{
    struct evk_chosen *all;

    EVK_TRY(evk_alloc(&all, c->count + n, sizeof(*all), "images", err));
    if (c->count)
        memcpy(all, c->list, (size_t)c->count * sizeof(*all));
    for (int64_t i = 0; i < n; i++)
        all[c->count + i] = (struct evk_chosen){lots[i].image, EVK_INT_MISSING};
    if (c->count + n)
        qsort(all, (size_t)(c->count + n), sizeof(*all), by_image);
    free(c->list);
    c->list = all;
    c->count += n;
    return EVK_OK;
}

/*
 * Compute the numbers of the images that are not kept yet and, as far as scores say, can be read;
 * *n is how many there are.
 */
static evk_status number_all(const struct evk_gaudy_set *set, const double *scores,
                             struct lot *lots, int64_t *n, evk_error *err)
{
    const struct evk_choice *c = &set->choice;
    const evk_image_list *images = set->source.images;
    int64_t kept = 0;

    *n = 0;
    for (int64_t i = 0; i < (int64_t)evk_image_list_count(images); i++) {
        const bool is_kept = kept < c->count && c->list[kept].image == i;

        kept += is_kept;
        if (is_kept || (scores && isnan(scores[i])))
            continue;
        lots[*n].image = i;
        EVK_TRY(draw_number(&lots[*n], set->options->seed, evk_image_list_name(images, (size_t)i),
                            err));
        ++*n;
    }
    return EVK_OK;
}

/* ---- images that can be read ----------------------------------------------------------------- */

struct trial {
    const struct evk_gaudy_set *set;
    struct lot *lots; /* the lots that are tried */
};

static void try_lot(void *arg, int worker, int64_t i)
{
    const struct trial *t = arg;
    const struct evk_source *source = &t->set->source;
    struct lot *lot = &t->lots[i];
    const int64_t room = evk_source_room(source, (size_t)lot->image, 1);
    evk_error err = {EVK_OK, ""};
    struct evk_pixels x;

    (void)worker;
    evk_room_take(room);
    lot->status = evk_source_read(source, (size_t)lot->image, &x, NULL, &err);
    if (!lot->status)
        evk_pixels_release(&x);
    else if (evk_strdup(&lot->why, err.msg, NULL))
        lot->status = EVK_ENOMEM;
    evk_room_give(room);
}

static void report_unreadable(struct evk_gaudy_set *set, const struct lot *lot)
{
    set->failed++;
    if (set->options->failed)
        set->options->failed(set->options->arg, lot->why);
}

/*
 * Move the first lots that can be read to the front, as many as are wanted; *good is how many there
 * are.  Reports each lot that cannot be read.
 */
static evk_status try_lots(struct evk_gaudy_set *set, struct lot *lots, int64_t n, int64_t *good,
                           evk_error *err)
{
    const int64_t wanted = set->options->random < n ? set->options->random : n;

    *good = 0;
    for (int64_t at = 0; *good < wanted && at < n;) {
        const int64_t missing = wanted - *good, some = missing < n - at ? missing : n - at;
        struct trial t = {set, lots + at};

        evk_parallel_for(evk_thread_count(set->threads, some), some, try_lot, &t);
        for (const int64_t end = at + some; at < end; at++) {
            if (lots[at].status == EVK_ENOMEM)
                return evk_fail(err, EVK_ENOMEM, "out of memory for images");
            if (lots[at].status)
                report_unreadable(set, &lots[at]);
            else
                lots[(*good)++].image = lots[at].image;
        }
    }
    return EVK_OK;
}

evk_status evk_gaudy_draw(struct evk_gaudy_set *set, const double *scores, evk_error *err)
{
    const int64_t all = (int64_t)evk_image_list_count(set->source.images);
    struct lot *lots;
    int64_t n = 0, good = 0;
    evk_status s;

    EVK_TRY(evk_alloc(&lots, all, sizeof(*lots), "images", err));
    s = number_all(set, scores, lots, &n, err);
    if (!s && n)
        qsort(lots, (size_t)n, sizeof(*lots), by_number);
    if (!s && !scores)
        s = try_lots(set, lots, n, &good, err);
    else
        good = n < set->options->random ? n : set->options->random;
    if (!s)
        s = join_drawn(&set->choice, lots, good, err);
    for (int64_t i = 0; i < n; i++)
        free(lots[i].why);
    free(lots);
    set->count = set->choice.count;
    return s;
}

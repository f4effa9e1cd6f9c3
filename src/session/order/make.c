/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make.c - from what is asked for to the list of presentations, block by block */
#include "session/order/order.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/order/blanks.h"
#include "session/order/ring.h"
#include "session/order/trials.h"

/* The most presentations of a session, so that no sum of times overflows; the most kinds. */
enum { PRESENTATIONS_MAX = 100000000, KINDS_MAX = 250 };

/* What the making of an order needs beside what is asked for. */
struct work {
    const struct evk_order_ask *ask;
    int64_t shown;                   /* images of all blocks */
    int64_t largest;                 /* images of the largest block */
    int64_t *block_of;               /* (images) block in which an image was met last, from 1 */
    struct evk_block_blanks *blanks; /* (block_count) */
    int64_t *after;                  /* (catch_trials) as in trials.h */
    struct evk_ring ring;
    struct evk_balance balance;
    int64_t last_image; /* the image that was shown last; -1: none was */
    bool after_blank;   /* a blank was shown last */
    struct evk_trials trials;
};

static evk_status check_numbers(const struct evk_order_ask *ask, evk_error *err)
{
    const int64_t most = PRESENTATIONS_MAX;

    if (ask->per_trial < 1 || ask->per_trial > most)
        return evk_fail(err, EVK_EINVAL,
                        "--per-trial is %" PRId64 ", expected 1 to %" PRId64 " images",
                        ask->per_trial, most);
    if (ask->blanks < 0 || ask->blanks > most)
        return evk_fail(err, EVK_EINVAL, "--blanks is %" PRId64 ", expected 0 to %" PRId64,
                        ask->blanks, most);
    if (ask->catch_trials < 0 || ask->catch_trials > most / ask->per_trial)
        return evk_fail(err, EVK_EINVAL,
                        "--catch is %" PRId64 " trials, expected 0 to %" PRId64 " of %" PRId64
                        " presentations",
                        ask->catch_trials, most / ask->per_trial, ask->per_trial);
    if (ask->kinds < 1 || ask->kinds > KINDS_MAX)
        return evk_fail(err, EVK_EINVAL, "the images are of %" PRId64 " kinds, expected 1 to %d",
                        ask->kinds, KINDS_MAX);
    return EVK_OK;
}

/* Count the images that are shown, and find the largest block. */
static evk_status measure(struct work *w, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    const int64_t others = ask->blanks + ask->catch_trials * ask->per_trial;

    for (int64_t i = 0; i < ask->block_count; i++) {
        const int64_t count = ask->blocks[i].count;

        if (count < 0 || count > ask->images)
            return evk_fail(err, EVK_EINVAL,
                            "block %" PRId64 " has %" PRId64 " of %" PRId64 " images",
                            ask->blocks[i].number, count, ask->images);
        if (others + w->shown + count > PRESENTATIONS_MAX)
            return evk_fail(err, EVK_EINVAL,
                            "the session has more than %d presentations; use fewer --repeats",
                            PRESENTATIONS_MAX);
        w->shown += count;
        w->largest = count > w->largest ? count : w->largest;
    }
    return EVK_OK;
}

static evk_status check_image(const struct work *w, int64_t block, int64_t image, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;

    if (image < 0 || image >= ask->images)
        return evk_fail(err, EVK_EINVAL, "block %" PRId64 " has image %" PRId64 " of %" PRId64,
                        ask->blocks[block].number, image, ask->images);
    if (w->block_of[image] == block + 1)
        return evk_fail(err, EVK_EINVAL, "block %" PRId64 " has image %" PRId64 " twice",
                        ask->blocks[block].number, image);
    if (ask->kind[image] < 0 || ask->kind[image] >= ask->kinds)
        return evk_fail(err, EVK_EINVAL,
                        "image %" PRId64 " is of kind %" PRId64 ", expected 0 to %" PRId64, image,
                        ask->kind[image], ask->kinds - 1);
    return EVK_OK;
}

/*
 * A blank fits before each image, but not where a blank was shown just before.  The only image of a
 * block needs one where the block before has it too.
 */
static evk_status check_blocks(struct work *w, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    int64_t previous = -1;

    for (int64_t i = 0; i < ask->block_count; i++) {
        const struct evk_order_block *b = &ask->blocks[i];

        if (!b->count)
            continue;
        w->blanks[i].room = b->count - (previous < 0 && ask->before == EVK_ORDER_BLANK);
        for (int64_t k = 0; k < b->count; k++) {
            const int64_t image = b->images[k];

            EVK_TRY(check_image(w, i, image, err));
            if (b->count == 1)
                w->blanks[i].needed =
                    previous < 0 ? image == ask->before : w->block_of[image] == previous + 1;
            w->block_of[image] = i + 1;
        }
        previous = i;
    }
    return EVK_OK;
}

static evk_status spread_blanks(struct work *w, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    struct evk_draw d;

    EVK_TRY(evk_draw_begin(&d, ask->seed, "blanks", ask->first_trial, ask->block_count, err));
    return evk_blanks_spread(w->blanks, ask->block_count, ask->blanks, &d, err);
}

static void reverse(int64_t *list, int64_t from, int64_t to)
{
    for (; from < --to; from++) {
        const int64_t swapped = list[from];

        list[from] = list[to];
        list[to] = swapped;
    }
}

/* Brings element `first` of a list (n) to its beginning, and what was before it to its end. */
static void rotate(int64_t *list, int64_t n, int64_t first)
{
    reverse(list, 0, first);
    reverse(list, first, n);
    reverse(list, 0, n);
}

/*
 * Spreads catch trials over all places, then turns them, so that one is equally often at each place.
 * A last trial with fewer presentations stays the last one.
 */
static evk_status spread_catch_trials(struct work *w, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    const int64_t others = (w->shown + ask->blanks) / ask->per_trial;
    const int64_t n = ask->catch_trials, all = others + n;
    struct evk_draw d;
    int64_t turn, first = 0;

    EVK_TRY(evk_draw_begin(&d, ask->seed, "catch trials", ask->first_trial, others, err));
    if (n == 0)
        return EVK_OK;
    evk_draw_spread(&d, n, all, w->after);
    turn = evk_draw_below(&d, all);
    while (first < n && w->after[first] + turn < all)
        first++;
    for (int64_t i = 0; i < n; i++)
        w->after[i] = (w->after[i] + turn) % all;
    rotate(w->after, n, first);
    for (int64_t i = 0; i < n; i++)
        w->after[i] -= i + 1; /* from a place among all trials to the trial before it */
    return EVK_OK;
}

static evk_status allocate(struct work *w, struct evk_order *out, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    const int64_t all = w->shown + ask->blanks + ask->catch_trials * ask->per_trial;
    const size_t size = sizeof(int64_t);

    EVK_TRY(evk_alloc(&out->list, all, sizeof(*out->list), "presentations", err));
    EVK_TRY(evk_alloc(&w->block_of, ask->images, size, "images of a session", err));
    EVK_TRY(evk_alloc(&w->blanks, ask->block_count, sizeof(*w->blanks), "blocks", err));
    EVK_TRY(evk_alloc(&w->after, ask->catch_trials, size, "catch trials", err));
    EVK_TRY(evk_balance_make(&w->balance, ask->kinds, err));
    return evk_ring_make(&w->ring, w->largest, err);
}

static void release(struct work *w)
{
    free(w->block_of);
    free(w->blanks);
    free(w->after);
    evk_ring_release(&w->ring);
    evk_balance_release(&w->balance);
}

/* Begin where an order before ended. */
static void begin(struct work *w, struct evk_order *out)
{
    const struct evk_order_ask *ask = w->ask;

    w->after_blank = ask->before == EVK_ORDER_BLANK;
    w->last_image = ask->before >= 0 ? ask->before : -1;
    w->trials = (struct evk_trials){
        .order = out,
        .after = w->after,
        .catch_trials = ask->catch_trials,
        .per_trial = ask->per_trial,
        .first_trial = ask->first_trial,
        .catch_image = ask->catch_blank ? EVK_ORDER_BLANK : EVK_ORDER_CATCH,
    };
    evk_trials_begin(&w->trials);
}

/* Returns the kind of what a ring shows first, or last, when it is cut. */
static int64_t first_kind(const struct evk_ring *r, int64_t cut, int64_t blank)
{
    return r->has_blank[cut] ? blank : r->kind[cut];
}

static int64_t last_kind(const struct evk_ring *r, int64_t cut)
{
    return r->kind[(cut ? cut : r->count) - 1];
}

static void show_block(struct work *w, int64_t number, int64_t cut)
{
    const struct evk_ring *r = &w->ring;

    for (int64_t k = 0; k < r->count; k++) {
        const int64_t i = (cut + k) % r->count;

        if (r->has_blank[i])
            evk_trials_show(&w->trials, number, EVK_ORDER_BLANK);
        evk_trials_show(&w->trials, number, r->image[i]);
        w->last_image = r->image[i];
    }
    w->after_blank = false;
}

static evk_status make_block(struct work *w, int64_t i, evk_error *err)
{
    const struct evk_order_ask *ask = w->ask;
    const struct evk_order_block *b = &ask->blocks[i];
    struct evk_draw d;
    int64_t cut;

    EVK_TRY(evk_draw_begin(&d, ask->seed, "block", b->number, ask->first_trial, err));
    evk_ring_fill(&w->ring, b->images, b->count, w->blanks[i].count, ask->kind, &d);
    if (b->count > 1)
        evk_ring_balance(&w->ring, &w->balance, &d);
    cut = evk_ring_cut(&w->ring, w->last_image, w->after_blank, &d);
    if (cut < 0)
        return evk_fail(err, EVK_EINVAL,
                        "block %" PRId64 " has no order without neighbours alike; change --blanks",
                        b->number);
    if (b->count > 1)
        evk_balance_end(&w->balance, first_kind(&w->ring, cut, ask->kinds),
                        last_kind(&w->ring, cut));
    show_block(w, b->number, cut);
    return EVK_OK;
}

static evk_status make(struct work *w, struct evk_order *out, evk_error *err)
{
    EVK_TRY(measure(w, err));
    EVK_TRY(allocate(w, out, err));
    EVK_TRY(check_blocks(w, err));
    EVK_TRY(spread_blanks(w, err));
    EVK_TRY(spread_catch_trials(w, err));
    begin(w, out);
    for (int64_t i = 0; i < w->ask->block_count; i++)
        if (w->ask->blocks[i].count)
            EVK_TRY(make_block(w, i, err));
    evk_trials_end(&w->trials);
    return EVK_OK;
}

evk_status evk_order_make(struct evk_order *out, const struct evk_order_ask *ask, evk_error *err)
{
    struct work w = {.ask = ask};
    evk_status s;

    *out = (struct evk_order){0};
    EVK_TRY(check_numbers(ask, err));
    s = make(&w, out, err);
    release(&w);
    if (s)
        evk_order_release(out);
    return s;
}

void evk_order_release(struct evk_order *o)
{
    free(o->list);
    *o = (struct evk_order){0};
}

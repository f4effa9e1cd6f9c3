/* SPDX-License-Identifier: GPL-3.0-or-later */
/* remaining.c - what remains of a session after a trial, and the order that replaces its rest */
#include "session/remaining.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void evk_rig_remaining_release(struct evk_rig_remaining *r)
{
    free(r->items);
    free(r->blocks);
    free(r->indices);
    *r = (struct evk_rig_remaining){.session = NULL};
}

/* ---- what remains ---------------------------------------------------------------------------- */

/* Returns the trial after which the newest order took over; 0: the first order holds. */
static int64_t changed_after(const struct evk_rig_session *s)
{
    const evk_json *changes = evk_json_get(s->options, "Changes");
    int64_t after = 0, most = 0;

    for (size_t k = 0; k < s->changes; k++)
        if (evk_json_int(evk_json_get(evk_json_at(changes, k), "After"), &after) && after > most)
            most = after;
    return most;
}

static evk_status find_trial(struct evk_rig_remaining *r, bool adds, evk_error *err)
{
    const struct evk_rig_session *s = r->session;
    const int64_t last = s->trials ? s->trial[s->trials - 1].trial : 0;

    if (r->after < 0)
        return evk_fail(err, EVK_EINVAL, "after is %lld, expected the number of a trial, or 0",
                        (long long)r->after);
    if (r->after < changed_after(s))
        return evk_fail(err, EVK_EINVAL,
                        "%s: the newest order begins after trial %lld, so that trials up to this "
                        "trial are over; expected --after %lld or more",
                        s->folder.path, (long long)changed_after(s), (long long)changed_after(s));
    if (r->after > last)
        return evk_fail(err, EVK_EINVAL, "%s: has no trial %lld, its last one is %lld",
                        s->folder.path, (long long)r->after, (long long)last);
    while (r->done < s->trials && s->trial[r->done].trial <= r->after)
        r->done++;
    if (r->done < s->trials || adds)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "%s: nothing remains after trial %lld", s->folder.path,
                    (long long)r->after);
}

/* Lists the images that remain, each once, by code; index: of each code, -1 of none. */
static void list_items(struct evk_rig_remaining *r, const bool *gone,
                       const struct evk_rig_item *more, int64_t more_count, int64_t *index)
{
    const struct evk_rig_session *s = r->session;
    bool *const there = (bool *)(index + s->images);

    for (int64_t i = r->done; i < s->trials; i++)
        if (!s->trial[i].is_blank && !s->trial[i].is_catch)
            there[s->trial[i].code - 1] = true;
    for (int64_t i = 0; i < s->images; i++) {
        index[i] = -1;
        if (!there[i] || (gone && gone[i]))
            continue;
        index[i] = r->count;
        r->items[r->count++] = (struct evk_rig_item){i + 1, s->image[i].role};
    }
    for (int64_t i = 0; i < more_count; i++)
        r->items[r->count++] = more[i];
}

/* Begins a block, unless the presentation is of the block that was begun last. */
static struct evk_order_block *block_of(struct evk_rig_remaining *r, int64_t number, int64_t *used)
{
    struct evk_order_block *b = r->block_count ? &r->blocks[r->block_count - 1] : NULL;

    if (b && b->number == number)
        return b;
    b = &r->blocks[r->block_count++];
    *b = (struct evk_order_block){number, r->indices + *used, 0};
    return b;
}

/* Returns how many blocks begin in what remains, at most. */
static int64_t count_blocks(const struct evk_rig_remaining *r)
{
    const struct evk_rig_session *s = r->session;
    int64_t count = 1, number = 0;

    for (int64_t i = r->done; i < s->trials; i++) {
        if (s->trial[i].is_catch || s->trial[i].is_blank)
            continue;
        count += s->trial[i].block != number;
        number = s->trial[i].block;
    }
    return count;
}

static void fill_blocks(struct evk_rig_remaining *r, const int64_t *index, int64_t more_count)
{
    const struct evk_rig_session *s = r->session;
    int64_t used = 0;

    for (int64_t i = r->done; i < s->trials; i++) {
        const struct evk_rig_trial *t = &s->trial[i];
        struct evk_order_block *b;

        r->catch_trials += t->is_catch && t->position == 1;
        r->blanks += t->is_blank && !t->is_catch;
        if (t->is_catch || t->is_blank)
            continue;
        if (r->block_count && r->blocks[r->block_count - 1].number != t->block)
            for (int64_t k = 0; k < more_count; k++, r->blocks[r->block_count - 1].count++)
                r->indices[used++] = r->count - more_count + k;
        b = block_of(r, t->block, &used);
        if (index[t->code - 1] >= 0) {
            r->indices[used++] = index[t->code - 1];
            b->count++;
        }
    }
    for (int64_t k = 0; r->block_count && k < more_count; k++) {
        r->indices[used++] = r->count - more_count + k;
        r->blocks[r->block_count - 1].count++;
    }
}

/*
 * Adds blocks of new images alone behind those that remain, until each new image has as many
 * presentations as the session has repeats.  One new image alone would follow itself there: for
 * such an image there are other blocks only where nothing else remains, and fit() says how many.
 */
static void add_blocks(struct evk_rig_remaining *r, int64_t more_count)
{
    const struct evk_rig_session *s = r->session;
    const int64_t there = r->block_count;
    int64_t number = s->trials ? s->trial[s->trials - 1].block : 0, used = 0;

    for (int64_t b = 0; b < there; b++)
        used += r->blocks[b].count;
    for (int64_t b = there; b < s->repeats && more_count > (there ? 1 : 0); b++) {
        r->blocks[r->block_count++] =
            (struct evk_order_block){++number, r->indices + used, more_count};
        for (int64_t k = 0; k < more_count; k++)
            r->indices[used++] = r->count - more_count + k;
    }
}

/* Leaves out blocks in which nothing remains. */
static int64_t drop_empty(struct evk_rig_remaining *r)
{
    int64_t kept = 0, images = 0;

    for (int64_t b = 0; b < r->block_count; b++) {
        images += r->blocks[b].count;
        if (r->blocks[b].count)
            r->blocks[kept++] = r->blocks[b];
    }
    r->block_count = kept;
    return images;
}

static void find_codes(struct evk_rig_remaining *r)
{
    const evk_json *o = r->session->options;

    if (!evk_json_int(evk_json_get(o, "BlankCode"), &r->blank) || r->blank < 0 ||
        r->blank > r->session->images)
        r->blank = 0;
    if (!evk_json_int(evk_json_get(o, "CatchCode"), &r->catch_image) || r->catch_image < 0 ||
        r->catch_image > r->session->images)
        r->catch_image = 0;
}

/* Returns the code that was shown last, catch trials apart; 0: none was. */
static int64_t shown_last(const struct evk_rig_remaining *r)
{
    for (int64_t i = r->done - 1; i >= 0; i--)
        if (!r->session->trial[i].is_catch)
            return r->session->trial[i].code;
    return 0;
}

/*
 * Leaves out blocks and blanks for which there is no order: one image alone needs a blank between any
 * two of its presentations, and a blank needs an image before which it stands.
 */
static int64_t fit(struct evk_rig_remaining *r, int64_t images)
{
    const int64_t last = shown_last(r), blanks = r->blanks;
    const bool after_blank = last && last == r->blank;
    int64_t room;

    if (r->count == 1 && images) {
        const int64_t most = blanks + (last == r->items[0].code ? 0 : 1);

        r->shows_lost = images > most ? images - most : 0;
        images -= r->shows_lost;
        r->block_count = images;
    }
    room = images - (after_blank ? 1 : 0);
    r->blanks = blanks < room ? blanks : room > 0 ? room : 0;
    r->blanks_lost = blanks - r->blanks;
    return images;
}

static evk_status find(struct evk_rig_remaining *r, const bool *gone,
                       const struct evk_rig_item *more, int64_t more_count, int64_t *index,
                       evk_error *err)
{
    const struct evk_rig_session *s = r->session;
    const int64_t left = s->trials - r->done;
    int64_t images;

    EVK_TRY(evk_alloc(&r->items, s->images + more_count, sizeof(*r->items), "a session", err));
    EVK_TRY(evk_alloc(&r->blocks, left + s->repeats, sizeof(*r->blocks), "a session", err));
    EVK_TRY(evk_alloc(&r->indices, left + (count_blocks(r) + s->repeats) * more_count,
                      sizeof(*r->indices), "a session", err));
    list_items(r, gone, more, more_count, index);
    fill_blocks(r, index, more_count);
    add_blocks(r, more_count);
    images = drop_empty(r);
    find_codes(r);
    images = fit(r, images);
    if (images)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL, "%s: no image would remain after trial %lld", s->folder.path,
                    (long long)r->after);
}

evk_status evk_rig_remaining_find(struct evk_rig_remaining *out,
                                  const struct evk_rig_session *session, int64_t after,
                                  const bool *gone, const struct evk_rig_item *more,
                                  int64_t more_count, evk_error *err)
{
    int64_t *index;
    evk_status s;

    *out = (struct evk_rig_remaining){.session = session, .after = after};
    EVK_TRY(find_trial(out, more_count > 0, err));
    EVK_TRY(evk_alloc(&index, session->images, sizeof(*index) + sizeof(bool), "a session", err));
    s = find(out, gone, more, more_count, index, err);
    free(index);
    return s;
}

/* ---- what sets bring ------------------------------------------------------------------------- */

/* Marks by code what the rest of the session shows, and its blank. */
static void mark_shown(const struct evk_rig_session *s, int64_t after, bool *shown)
{
    int64_t blank = 0;

    if (evk_json_int(evk_json_get(s->options, "BlankCode"), &blank) && blank > 0 &&
        blank <= EVK_CODE_MAX)
        shown[blank] = true;
    for (int64_t i = 0; i < s->trials; i++)
        if (s->trial[i].trial > after && !s->trial[i].is_catch)
            shown[s->trial[i].code] = true;
}

evk_status evk_rig_remaining_more(const struct evk_rig_session *session, int64_t after,
                                  const struct evk_rig_item *roles, int64_t count,
                                  struct evk_rig_item **more, int64_t *more_count, evk_error *err)
{
    bool *shown; /* (EVK_CODE_MAX + 1) */
    evk_status s;

    *more_count = 0;
    EVK_TRY(evk_alloc(&shown, EVK_CODE_MAX + 1, sizeof(*shown), "a session", err));
    s = evk_alloc(more, count, sizeof(**more), "a session", err);
    if (!s)
        mark_shown(session, after, shown);
    for (int64_t i = 0; i < count && !s; i++) {
        if (shown[roles[i].code])
            continue;
        shown[roles[i].code] = true;
        (*more)[(*more_count)++] = roles[i];
    }
    free(shown);
    return s;
}

/* ---- its order ------------------------------------------------------------------------------- */

/* Returns the tick at which the next trial begins. */
static int64_t next_begin(const struct evk_rig_remaining *r, const struct evk_trial_clock *c)
{
    if (r->done == 0)
        return 0;
    return llround(r->session->trial[r->done - 1].onset_s * c->rate) + c->on + c->off + c->overhead;
}

evk_status evk_rig_remaining_order(const struct evk_rig_remaining *r,
                                   const struct evk_rig_plan *plan,
                                   const struct evk_rig_belonging *belongings, int64_t count,
                                   double minutes, struct evk_str *text, evk_rig_report *report,
                                   evk_error *err)
{
    const bool is_share = plan->catch_share > 0;
    const struct evk_rig_schedule schedule = {.plan = plan,
                                              .items = r->items,
                                              .count = r->count,
                                              .blocks = r->blocks,
                                              .block_count = r->block_count,
                                              .blanks = r->blanks,
                                              .catch_trials = is_share ? -1 : r->catch_trials,
                                              .blank = r->blank,
                                              .catch_image = r->catch_image,
                                              .first_trial = r->after + 1,
                                              .before = shown_last(r),
                                              .begin = next_begin(r, &plan->clock),
                                              .belongings = belongings,
                                              .belonging_count = count};

    evk_status status;

    evk_rig_header(text, EVK_RIG_TRIALS_TABLE);
    status = evk_rig_schedule_make(&schedule, text, report, err);
    if (status)
        return evk_wrap(err, status, "what remains cannot be ordered");
    return evk_rig_schedule_check(&schedule, report, minutes, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_order.c - orders of random designs have what was asked for, and no neighbours alike */
#include "design.h"

/* Each image is in each block once, and what is not in a catch trial never follows itself. */
static void check_images(const struct design *d, const struct evk_order *o)
{
    int64_t seen[DESIGN_IMAGES] = {0}, last = INT64_MIN, blanks = 0, block = 1;

    for (int64_t i = 0; i < o->count; i++) {
        const struct evk_presentation *p = &o->list[i];

        if (p->is_catch)
            continue;
        assert_true(p->image != last);
        last = p->image;
        assert_true(p->block == block || p->block == block + 1);
        block = p->block;
        if (p->image < 0) {
            assert_int_equal(p->image, EVK_ORDER_BLANK);
            blanks++;
        } else {
            assert_true(p->image < d->ask.images);
            assert_int_equal(++seen[p->image], p->block);
        }
    }
    assert_int_equal(blanks, d->ask.blanks);
    assert_int_equal(block, d->ask.block_count);
    for (int64_t i = 0; i < d->ask.images; i++)
        assert_int_equal(seen[i], d->ask.block_count);
}

/* Trials count up, all but the last one have per_trial presentations, and catch trials are whole. */
static void check_trials(const struct design *d, const struct evk_order *o)
{
    const int64_t shows = d->ask.catch_blank ? EVK_ORDER_BLANK : EVK_ORDER_CATCH;
    int64_t catches = 0;

    for (int64_t i = 0; i < o->count; i++) {
        const struct evk_presentation *p = &o->list[i];

        assert_int_equal(p->trial, d->ask.first_trial + i / d->ask.per_trial);
        assert_int_equal(p->position, 1 + i % d->ask.per_trial);
        if (p->is_catch) {
            assert_int_equal(p->image, shows);
            assert_true(p->position == 1 || p[-1].is_catch);
            assert_int_equal(p->block, i && p[-1].block ? p[-1].block : 1);
            catches++;
        } else {
            assert_true(p->position == 1 || !p[-1].is_catch);
        }
    }
    assert_int_equal(catches, d->ask.catch_trials * d->ask.per_trial);
    assert_int_equal(o->trials, (o->count + d->ask.per_trial - 1) / d->ask.per_trial);
}

/* Blocks of one size have as many blanks each, or one more. */
static void check_blanks(const struct design *d, const struct evk_order *o)
{
    const int64_t blocks = d->ask.block_count, fair = d->ask.blanks / blocks;
    int64_t in_block[DESIGN_BLOCKS] = {0};

    for (int64_t i = 0; i < o->count; i++)
        if (o->list[i].image == EVK_ORDER_BLANK && !o->list[i].is_catch)
            in_block[o->list[i].block - 1]++;
    for (int64_t i = 0; i < blocks && d->ask.images > 1; i++)
        assert_true(in_block[i] == fair || in_block[i] == fair + 1);
}

/*
 * Within a block of n images and b blanks, any w images in a row have w b / n blanks before them,
 * but for less than one at each end of the row, and at the place where the ring was cut.
 */
static void check_spread(const struct design *d, const struct evk_order *o)
{
    const int64_t n = d->ask.images;
    int64_t before[DESIGN_IMAGES + 1];

    for (int64_t i = 0, images = 0, blanks = 0, block = 0; i < o->count; i++) {
        if (o->list[i].is_catch)
            continue;
        if (o->list[i].block != block)
            images = blanks = before[0] = 0;
        block = o->list[i].block;
        blanks += o->list[i].image < 0;
        if (o->list[i].image < 0)
            continue;
        before[++images] = blanks;
        for (int64_t k = 0; images == n && k < n; k++)
            for (int64_t m = k + 1; m <= n; m++)
                assert_true(fabs((double)(before[m] - before[k]) -
                                 (double)((m - k) * before[n]) / (double)n) <= 3);
    }
}

/* Two catch trials that are m - k of c apart are so many c-th parts of all trials apart, or one more or
   less. */
static void check_catch_spread(const struct design *d, const struct evk_order *o)
{
    const int64_t c = d->ask.catch_trials;
    /* a last trial with fewer presentations has its own place */
    const int64_t places = o->count / d->ask.per_trial;
    const double part = c ? (double)places / (double)c : 0;
    int64_t *place = calloc((size_t)c + 1, sizeof(*place)), k = 0;

    assert_non_null(place);
    for (int64_t i = 0; i < o->count; i++)
        if (o->list[i].position == 1 && o->list[i].is_catch)
            place[k++] = o->list[i].trial;
    assert_int_equal(k, c);
    for (k = 0; k < c; k++)
        for (int64_t m = k + 1; m < c; m++)
            assert_true(fabs((double)(place[m] - place[k]) - (double)(m - k) * part) < part + 1);
    free(place);
}

static void random_designs(void **state)
{
    uint64_t numbers = 24;

    (void)state;
    for (int t = 0; t < trials(1000); t++) {
        struct design d;
        struct evk_order o, again;

        design_random(&d, &numbers);
        assert_ok(evk_order_make(&o, &d.ask, err));
        check_images(&d, &o);
        check_trials(&d, &o);
        check_blanks(&d, &o);
        check_spread(&d, &o);
        check_catch_spread(&d, &o);
        assert_ok(evk_order_make(&again, &d.ask, err));
        assert_int_equal(again.count, o.count);
        assert_int_equal(again.trials, o.trials);
        for (int64_t i = 0; i < o.count; i++) {
            assert_int_equal(again.list[i].image, o.list[i].image);
            assert_int_equal(again.list[i].trial, o.list[i].trial);
        }
        evk_order_release(&again);
        evk_order_release(&o);
    }
}

static void another_seed_is_another_order(void **state)
{
    const int64_t of_kind[] = {20, 20, 0};
    struct design d;
    struct evk_order o, other;
    int64_t same = 0;

    (void)state;
    design_set(&d, of_kind, 5);
    assert_ok(evk_order_make(&o, &d.ask, err));
    d.ask.seed = 1;
    assert_ok(evk_order_make(&other, &d.ask, err));
    for (int64_t i = 0; i < o.count; i++)
        same += o.list[i].image == other.list[i].image;
    assert_in_range(same, 0, 20); /* 200 presentations, of which 5 are the same by chance */
    evk_order_release(&o);
    evk_order_release(&other);
}

/* The rest of a session: a part of a block, then blocks of fewer images, after an image or a blank. */
static void the_rest_of_a_session(void **state)
{
    const int64_t of_kind[] = {3, 3, 0}, part[] = {1, 4}, rest[] = {0, 1, 2, 4};

    (void)state;
    for (int64_t seed = 0; seed < 300; seed++) {
        struct design d;
        struct evk_order o;
        int64_t last, seen[DESIGN_IMAGES] = {0};

        design_set(&d, of_kind, 4);
        d.block[0] = (struct evk_order_block){.number = 3, .images = part, .count = seed % 3};
        for (int64_t i = 1; i < 4; i++)
            d.block[i] = (struct evk_order_block){.number = 3 + i, .images = rest, .count = 4};
        d.ask.blanks = seed % 7 + 1;
        d.ask.before = last = seed % 2 ? EVK_ORDER_BLANK : 1;
        d.ask.first_trial = 41;
        d.ask.seed = (uint64_t)seed;
        assert_ok(evk_order_make(&o, &d.ask, err));
        assert_int_equal(o.count, d.ask.blanks + seed % 3 + 12);
        assert_int_equal(o.list[0].trial, 41);
        assert_int_equal(o.list[0].block, seed % 3 ? 3 : 4);
        assert_int_equal(o.list[o.count - 1].block, 6);
        for (int64_t i = 0; i < o.count; i++) {
            assert_true(o.list[i].image != last);
            last = o.list[i].image;
            if (last >= 0)
                seen[last]++;
        }
        assert_int_equal(seen[1], seed % 3 ? 4 : 3);
        assert_int_equal(seen[4], seed % 3 == 2 ? 4 : 3);
        assert_int_equal(seen[0] + seen[2], 6);
        assert_int_equal(seen[3] + seen[5], 0);
        evk_order_release(&o);
    }
}

/* A single image of the first block was shown last: a blank stands between. */
static void one_image_after_itself(void **state)
{
    const int64_t of_kind[] = {30, 0};
    struct design d;
    struct evk_order o;

    (void)state;
    design_set(&d, of_kind, 3);
    d.block[0].count = 1;
    d.ask.before = 0;
    assert_fails(EVK_EINVAL, "--blanks: 0 blanks are too few, expected at least 1",
                 evk_order_make(&o, &d.ask, err));
    d.ask.blanks = 1;
    assert_ok(evk_order_make(&o, &d.ask, err));
    assert_int_equal(o.list[0].image, EVK_ORDER_BLANK);
    assert_int_equal(o.list[1].image, 0);
    evk_order_release(&o);
}

static void what_has_no_order(void **state)
{
    const int64_t one[] = {1, 0}, six[] = {4, 2, 0}, twice[] = {1, 2, 1};
    struct design d;
    struct evk_order o;

    (void)state;
    design_set(&d, one, 4);
    d.ask.blanks = 2;
    assert_fails(EVK_EINVAL, "--blanks: 2 blanks are too few, expected at least 3",
                 evk_order_make(&o, &d.ask, err));
    d.ask.blanks = 5;
    assert_fails(EVK_EINVAL, "--blanks: 5 blanks are too many, expected at most 4",
                 evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.ask.blanks = 12;
    d.ask.before = EVK_ORDER_BLANK;
    assert_fails(EVK_EINVAL, "--blanks: 12 blanks are too many, expected at most 11",
                 evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.ask.per_trial = 0;
    assert_fails(EVK_EINVAL, "--per-trial is 0", evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.ask.catch_trials = -1;
    assert_fails(EVK_EINVAL, "--catch is -1", evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.ask.kinds = 251;
    assert_fails(EVK_EINVAL, "251 kinds", evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.block[1].images = twice;
    d.block[1].count = 3;
    assert_fails(EVK_EINVAL, "block 2 has image 1 twice", evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.ask.catch_trials = INT64_MAX;
    assert_fails(EVK_EINVAL, "--catch", evk_order_make(&o, &d.ask, err));
    design_set(&d, six, 2);
    d.kind[3] = 2;
    assert_fails(EVK_EINVAL, "image 3 is of kind 2", evk_order_make(&o, &d.ask, err));
}

static void nothing_but_catch_trials(void **state)
{
    const int64_t six[] = {4, 2, 0};
    struct design d;
    struct evk_order o;

    (void)state;
    design_set(&d, six, 0);
    assert_ok(evk_order_make(&o, &d.ask, err));
    assert_int_equal(o.count, 0);
    evk_order_release(&o);
    d.ask.catch_trials = 2;
    assert_ok(evk_order_make(&o, &d.ask, err));
    check_trials(&d, &o);
    evk_order_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_designs),        cmocka_unit_test(another_seed_is_another_order),
        cmocka_unit_test(the_rest_of_a_session), cmocka_unit_test(one_image_after_itself),
        cmocka_unit_test(what_has_no_order),     cmocka_unit_test(nothing_but_catch_trials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

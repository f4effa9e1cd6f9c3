/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_groups.c - groups of stimuli: means, the interval of their difference, the best image */
#include <math.h>

#include "../../harness/recorded.h"
#include "../../harness/test.h"
#include "base/rng.h"
#include "score/follow.h"

enum { IMAGES = 12, HALF = IMAGES / 2, SEEDS = 400 };

/* Two groups of images, all of which the same unit sees. */
struct setting {
    struct evk_shown shown[IMAGES];
    int64_t a[IMAGES], b[IMAGES];
    struct evk_follow follow;
};

static struct evk_groups set_up(struct setting *t, const evk_recording *r, double predicted)
{
    *t = (struct setting){.follow = {.r = r, .shown = t->shown, .shown_count = IMAGES}};
    for (int64_t i = 0; i < IMAGES; i++) {
        t->shown[i].image = i;
        t->shown[i].predicted = i < HALF ? predicted : 0;
        t->a[i] = i;
        t->b[i] = (HALF + i) % IMAGES;
    }
    return (struct evk_groups){.a = t->a, .b = t->b, .n = HALF, .n_against = HALF};
}

/* Returns how often, of all seeds, the interval of two groups without a difference misses 0. */
static int misses(int64_t repeats)
{
    evk_recording *r = recorded_new(1, IMAGES, repeats);
    int count = 0;

    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        const struct evk_rng_key key = {{seed, 5}, {0, 0}};
        struct setting t;
        struct evk_groups g = set_up(&t, r, 1);
        evk_contrast c = {.n = 0};

        for (int64_t e = 0; e < IMAGES * repeats; e++) {
            double *to = recorded_at(r, 0, (int)(e / repeats), (int)(e % repeats));

            *to = 0;
            for (int k = 0; k < 12; k++)
                *to += (double)evk_rng_uniform(&key, (uint64_t)(12 * e + k));
        }
        assert_ok(evk_groups_measure(&t.follow, &g, EVK_ALL, &c, err));
        assert_true(c.low < c.difference && c.difference < c.high);
        count += c.low > 0 || c.high < 0;
    }
    evk_recording_free(r);
    return count;
}

/* An interval of 95 % misses about one time in 20, however few presentations there are. */
static void test_interval(void **state)
{
    (void)state;
    assert_in_range(misses(2), 8, 40);
    assert_in_range(misses(6), 8, 35);
}

/* A unit follows on the side that was predicted, and none without a prediction. */
static void test_followed(void **state)
{
    evk_recording *r = recorded_new(1, IMAGES, 2);
    const double predicted[] = {1, -1, 0, (double)NAN};

    (void)state;
    for (int i = 0; i < IMAGES; i++)
        for (int k = 0; k < 2; k++)
            *recorded_at(r, 0, i, k) = (i < HALF ? 1 : 3) + 0.1 * k;
    for (int i = 0; i < 4; i++) {
        struct setting t;
        struct evk_groups g = set_up(&t, r, predicted[i]);
        evk_contrast c = {.n = 0};

        assert_ok(evk_groups_measure(&t.follow, &g, EVK_ALL, &c, err));
        assert_true(fabs(c.difference + 2) < 1e-12 && c.high < 0);
        assert_int_equal(c.followed, predicted[i] < 0);
        assert_int_equal(c.presentations, 2);
    }
    evk_recording_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_jitter.c - the image shifted around its edges: a permutation, and back */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_jitter;

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 9, 3}, {8, 1, 1},  {2, 3, 3},
                                   {7, 5, 1}, {9, 8, 3}, {13, 17, 3}};

/* The one shift by at most so many pixels that makes y of x; false where there is none. */
static bool find_shift(const struct evk_frame *f, int64_t most, const float *x, const float *y,
                       int64_t found[2])
{
    for (int64_t down = -most; down <= most; down++)
        for (int64_t right = -most; right <= most; right++) {
            bool same = true;

            for (int64_t i = 0; i < f->h * f->w && same; i++) {
                const int64_t row = (i / f->w + down + 100 * f->h) % f->h;
                const int64_t column = (i % f->w + right + 100 * f->w) % f->w;

                same = memcmp(y + (row * f->w + column) * f->c, x + i * f->c,
                              (size_t)f->c * sizeof(*x)) == 0;
            }
            if (same) {
                found[0] = down;
                found[1] = right;
                return true;
            }
        }
    return false;
}

/* y is x shifted by no more than allowed, and the adjoint is the inverse, to the bit. */
static void test_permutation(void **state)
{
    static const char *const set[] = {"pixels", "11", NULL};
    uint64_t seed = 3;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = trial_open(&evk_prior_jitter, sizes[s][0], sizes[s][1], sizes[s][2], set);
        float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL), *back = fenced(t.n, NULL);

        for (int i = 0; i < 10; i++) {
            const struct evk_rng_key key = trial_key(i);
            int64_t found[2];

            t.type->draw(t.self, &t.frame, &key);
            t.type->transform(t.self, &t.frame, x, y);
            t.type->adjoint(t.self, &t.frame, y, back);
            assert_true(find_shift(&t.frame, 11, x, y, found));
            assert_memory_equal(back, x, (size_t)t.n * sizeof(*x));
        }
        fenced_free(x, t.n);
        fenced_free(y, t.n);
        fenced_free(back, t.n);
        trial_close(&t);
    }
}

static void test_adjoint(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = trial_open(&evk_prior_jitter, sizes[s][0], sizes[s][1], sizes[s][2], NULL);

        for (int i = 0; i < 10; i++) {
            const struct evk_rng_key key = trial_key(i);

            assert_adjoint(&t, &key, 1, &seed);
        }
        trial_close(&t);
    }
}

/* Each shift of -2 to 2 comes up on each axis, about as often: 400 draws, five binomial SDs. */
static void test_uniform(void **state)
{
    static const char *const set[] = {"pixels", "2", NULL};
    struct trial t = trial_open(&evk_prior_jitter, 7, 6, 1, set);
    uint64_t seed = 5;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL);
    int count[2][5] = {{0}};

    (void)state;
    for (int i = 0; i < 400; i++) {
        const struct evk_rng_key key = trial_key(i);
        int64_t found[2];

        t.type->draw(t.self, &t.frame, &key);
        t.type->transform(t.self, &t.frame, x, y);
        assert_true(find_shift(&t.frame, 2, x, y, found));
        count[0][found[0] + 2]++;
        count[1][found[1] + 2]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(count[i / 5][i % 5], 80 - 5 * 8, 80 + 5 * 8);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

/* Zero pixels: the image itself. */
static void test_none(void **state)
{
    static const char *const set[] = {"pixels", "0", NULL};
    struct trial t = trial_open(&evk_prior_jitter, 7, 6, 3, set);
    const struct evk_rng_key key = trial_key(1);
    uint64_t seed = 6;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL);

    (void)state;
    t.type->draw(t.self, &t.frame, &key);
    t.type->transform(t.self, &t.frame, x, y);
    assert_memory_equal(y, x, (size_t)t.n * sizeof(*x));
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_adjoint),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_jitter.c - the image shifted: beyond its edges its reflection, or what is at the opposite
 * edge
 */
#include "../../harness/test.h"

#include <math.h>
#include <string.h>

#include "../../harness/kernels.h"
#include "../../harness/prior.h"

extern const struct evk_prior_type evk_prior_jitter;

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 9, 3}, {8, 1, 1},  {2, 3, 3},
                                   {7, 5, 1}, {9, 8, 3}, {13, 17, 3}};

/*
 * Returns the pixel at place i of a line of n pixels continued by reflection, or around, step by
 * step.
 */
static int64_t place(int64_t i, int64_t n, bool around)
{
    while (i < 0 || i >= n)
        if (around)
            i += i < 0 ? n : -n;
        else
            i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}

/* Is y the image x shifted so far?  y(row, column) = x(row - down, column - right). */
static bool is_shifted(const struct evk_frame *f, bool around, int64_t down, int64_t right,
                       const float *x, const float *y)
{
    for (int64_t i = 0; i < f->h * f->w; i++) {
        const int64_t row = place(i / f->w - down, f->h, around);
        const int64_t column = place(i % f->w - right, f->w, around);

        if (memcmp(y + i * f->c, x + (row * f->w + column) * f->c, (size_t)f->c * sizeof(*x)) != 0)
            return false;
    }
    return true;
}

/* Find the first shift within the limit that makes y of x; false where there is none. */
static bool find_shift(const struct evk_frame *f, bool around, int64_t most, const float *x,
                       const float *y, int64_t found[2])
{
    for (int64_t down = -most; down <= most; down++)
        for (int64_t right = -most; right <= most; right++)
            if (is_shifted(f, around, down, right, x, y)) {
                found[0] = down;
                found[1] = right;
                return true;
            }
    return false;
}

/* y is x shifted by no more than allowed, more than the image is wide too. */
static void check_definition(const int64_t size[3], bool around)
{
    const char *const set[] = {"pixels", "29", "around", around ? "1" : "0", NULL};
    struct trial t = trial_open(&evk_prior_jitter, size[0], size[1], size[2], set);
    uint64_t seed = 3;
    float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL);

    for (int i = 0; i < 10; i++) {
        const struct evk_rng_key key = trial_key(i);
        int64_t found[2] = {0};

        t.type->draw(t.self, &t.frame, &key);
        t.type->transform(t.self, &t.frame, x, y);
        assert_true(find_shift(&t.frame, around, 29, x, y, found));
    }
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

static void test_definition(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        check_definition(sizes[s], false);
        check_definition(sizes[s], true);
    }
}

/* A shift around the edges is a permutation: the adjoint is its inverse, to the bit. */
static void test_permutation(void **state)
{
    static const char *const set[] = {"pixels", "11", "around", "1", NULL};
    uint64_t seed = 3;

    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        struct trial t = trial_open(&evk_prior_jitter, sizes[s][0], sizes[s][1], sizes[s][2], set);
        float *x = trial_image(&t, &seed), *y = fenced(t.n, NULL), *back = fenced(t.n, NULL);

        for (int i = 0; i < 10; i++) {
            const struct evk_rng_key key = trial_key(i);

            t.type->draw(t.self, &t.frame, &key);
            t.type->transform(t.self, &t.frame, x, y);
            t.type->adjoint(t.self, &t.frame, y, back);
            assert_memory_equal(back, x, (size_t)t.n * sizeof(*x));
        }
        fenced_free(x, t.n);
        fenced_free(y, t.n);
        fenced_free(back, t.n);
        trial_close(&t);
    }
}

/* Shifts of up to twice the image and more: a pixel may be read from so many places, each a sum. */
static void check_adjoint(const int64_t size[3], const char *pixels, const char *around)
{
    const char *const set[] = {"pixels", pixels, "around", around, NULL};
    struct trial t = trial_open(&evk_prior_jitter, size[0], size[1], size[2], set);
    uint64_t seed = 4;

    for (int i = 0; i < 10; i++) {
        const struct evk_rng_key key = trial_key(i);

        assert_adjoint(&t, &key, (int)(size[0] + size[1]), &seed);
    }
    trial_close(&t);
}

static void test_adjoint(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        check_adjoint(sizes[s], "6", "0");
        check_adjoint(sizes[s], "6", "1");
        check_adjoint(sizes[s], "29", "0");
        check_adjoint(sizes[s], "29", "1");
    }
}

/* Nothing comes from the opposite edge: of an image that is 0 but there, all that is seen is 0. */
static void test_far_edge(void **state)
{
    static const char *const set[] = {"pixels", "5", NULL};
    struct trial t = trial_open(&evk_prior_jitter, 20, 20, 1, set);
    float *x = fenced(t.n, NULL), *y = fenced(t.n, NULL);

    (void)state;
    for (int64_t i = 0; i < t.n; i++)
        x[i] = i / 20 >= 13 && i % 20 >= 13 ? 200 : 0;
    for (int i = 0; i < 20; i++) {
        const struct evk_rng_key key = trial_key(i);

        t.type->draw(t.self, &t.frame, &key);
        t.type->transform(t.self, &t.frame, x, y);
        for (int64_t j = 0; j < t.n; j++)
            assert_true(j / 20 >= 8 && j % 20 >= 8 ? true : y[j] == 0);
    }
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
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
        int64_t found[2] = {0};

        t.type->draw(t.self, &t.frame, &key);
        t.type->transform(t.self, &t.frame, x, y);
        assert_true(find_shift(&t.frame, false, 2, x, y, found));
        count[0][found[0] + 2]++;
        count[1][found[1] + 2]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(count[i / 5][i % 5], 80 - 5 * 8, 80 + 5 * 8);
    fenced_free(x, t.n);
    fenced_free(y, t.n);
    trial_close(&t);
}

/* A jitter of 0 pixels leaves the image as it is. */
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
        cmocka_unit_test(test_definition), cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_adjoint),    cmocka_unit_test(test_far_edge),
        cmocka_unit_test(test_uniform),    cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

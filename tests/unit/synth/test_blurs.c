/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_blurs.c - blurs of the gradient and of the image: scipy's Gaussian, after the right steps */
#include "../../harness/test.h"

#include <string.h>

#include "../../harness/allocations.h"
#include "../../harness/kernels.h"
#include "../../harness/prior.h"
#include "base/num.h"
#include "image/blur.h"

extern const struct evk_prior_type evk_prior_gradient_blur, evk_prior_image_blur;

static const int64_t sizes[][3] = {{1, 1, 1}, {1, 9, 3}, {8, 1, 1}, {7, 5, 1}, {13, 17, 3}};

/* x blurred as the published method does it. */
static float *blurred(const struct trial *t, double sigma, const float *x)
{
    float *y = fenced(t->n, x), *scratch = fenced(t->n, NULL);
    struct evk_blur b;

    assert_ok(evk_blur_init(&b, sigma, err));
    evk_blur_apply(&b, t->frame.k, t->frame.h, t->frame.w, t->frame.c, y, scratch);
    evk_blur_release(&b);
    fenced_free(scratch, t->n);
    return y;
}

static void set_sigma(struct trial *t, double sigma)
{
    char text[EVK_REAL_TEXT];

    assert_ok(evk_param_set(t->type->params, t->self, evk_format_real(sigma, text), err));
    t->type->retune(t->self, &t->frame);
}

/*
 * Along a schedule that begins at the larger sigma, blurs have the bits of new ones; none
 * allocates.
 */
static void check_schedule(const struct evk_prior_type *type, const int64_t *size)
{
    static const char *const set[] = {"sigma", "3", NULL};
    static const double sigmas[] = {3, 1.5, 0.4, 0.1, 0, 2};
    const struct evk_clock now = {.step = 1, .steps = 3};
    struct trial t = trial_open(type, size[0], size[1], size[2], set);
    uint64_t seed = 1;
    float *x = trial_image(&t, &seed);

    for (size_t i = 0; i < COUNT(sigmas); i++) {
        float *want = blurred(&t, sigmas[i], x), *y = fenced(t.n, x);

        set_sigma(&t, sigmas[i]);
        if (type->filter)
            type->filter(t.self, &t.frame, y);
        else
            assert_int_equal(type->waypoint(t.self, &t.frame, &now, y), sigmas[i] >= 0.125);
        assert_memory_equal(y, want, (size_t)t.n * sizeof(*y));
        fenced_free(want, t.n);
        fenced_free(y, t.n);
    }
    fenced_free(x, t.n);
    trial_close(&t);
}

static void test_schedule(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        check_schedule(&evk_prior_gradient_blur, sizes[s]);
        check_schedule(&evk_prior_image_blur, sizes[s]);
    }
}

static void test_no_allocation(void **state)
{
    struct trial t = trial_open(&evk_prior_gradient_blur, 9, 7, 3, NULL);
    float *x = fenced(t.n, NULL);
    long before;

    (void)state;
    memset(x, 0, (size_t)t.n * sizeof(*x));
    before = allocations();
    for (int i = 0; i < 5; i++) {
        t.type->retune(t.self, &t.frame);
        t.type->filter(t.self, &t.frame, x);
    }
    assert_int_equal(allocations(), before);
    fenced_free(x, t.n);
    trial_close(&t);
}

/*
 * Returns a bit for each step that a blur follows: right after the step or, where late is "1",
 * after the network has seen the image.  Checks that there is no blur at the other of these two
 * times.
 */
static unsigned blurs(const char *every, const char *late, int64_t steps)
{
    const char *const set[] = {"every", every, "late", late, NULL};
    const bool is_late = late[0] == '1';
    struct trial t = trial_open(&evk_prior_image_blur, 3, 3, 1, set);
    unsigned after = 0;

    for (int64_t i = 0; i < steps; i++) {
        const struct evk_clock now = {i, steps, is_late}, other = {i, steps, !is_late};
        float x[9] = {1, 0, 0, 0, 9, 0, 0, 0, 0};
        const float was[9] = {1, 0, 0, 0, 9, 0, 0, 0, 0};
        const bool did = t.type->waypoint(t.self, &t.frame, &now, x);

        assert_int_equal(did, memcmp(x, was, sizeof(x)) != 0);
        assert_false(t.type->waypoint(t.self, &t.frame, &other, x));
        after |= (unsigned)did << i;
    }
    trial_close(&t);
    return after;
}

/* Steps are counted from 1: blurs follow steps every, 2 every, ..., the last step included. */
static void test_moments(void **state)
{
    (void)state;
    assert_int_equal(blurs("1", "0", 5), 0x1f);
    assert_int_equal(blurs("2", "0", 6), 0x2a);
    assert_int_equal(blurs("2", "0", 5), 0x0a);
    assert_int_equal(blurs("3", "0", 11), 0x124);
    assert_int_equal(blurs("50", "0", 20), 0);
    assert_int_equal(blurs("20", "0", 20), 0x80000);
    assert_int_equal(blurs("1", "0", 1), 0x1);
}

/*
 * The published loop counts steps from 0: blurs follow multiples of every, except 0 and the last
 * step.
 */
static void test_late_moments(void **state)
{
    (void)state;
    assert_int_equal(blurs("1", "1", 5), 0x0e);
    assert_int_equal(blurs("2", "1", 6), 0x14);
    assert_int_equal(blurs("2", "1", 5), 0x04); /* step 4 is the last */
    assert_int_equal(blurs("3", "1", 11), 0x248);
    assert_int_equal(blurs("50", "1", 20), 0);
    assert_int_equal(blurs("1", "1", 1), 0);
    assert_int_equal(blurs("1", "1", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_late_moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

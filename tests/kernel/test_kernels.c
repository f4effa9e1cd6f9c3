/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_kernels.c - every kernel: scalar against double within a bound, the others equal to scalar */
#include "../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"

enum { CANARIES = 16 };

/* Sizes that straddle every vector length: empty, tails, and several blocks. */
static const int64_t sizes[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 57, 63, 64, 65, 100};
static const size_t size_count = sizeof(sizes) / sizeof(sizes[0]);

static uint64_t seed = 1;

static float *random_floats(int64_t n)
{
    float *p = guarded_floats(n);

    for (int64_t i = 0; i < n; i++)
        p[i] = random_float(&seed);
    return p;
}

/* An output: canaries before it, an unmapped page behind it. */
static float *output_floats(int64_t n, const float *content)
{
    float *p = guarded_floats(n + CANARIES);

    for (int i = 0; i < CANARIES; i++)
        p[i] = 12345;
    for (int64_t i = 0; i < n; i++)
        p[CANARIES + i] = content ? content[i] : NAN;
    return p + CANARIES;
}

static void output_free(float *p, int64_t n)
{
    for (int i = 1; i <= CANARIES; i++)
        if (p[-i] != 12345)
            fail_msg("wrote %d before the output", i);
    guarded_free(p - CANARIES, n + CANARIES);
}

static const struct evk_kernels *scalar(void)
{
    return evk_kernels_at(0);
}

/* Bits, not values: 0 is not -0. */
static void assert_same(const struct evk_kernels *k, const char *kernel, int64_t n,
                        const float *got, const float *want)
{
    for (int64_t i = 0; i < n; i++)
        if (memcmp(&got[i], &want[i], sizeof(*got)) != 0)
            fail_msg("%s of %s, n = %lld: %.9g at %lld, scalar has %.9g", kernel, k->isa,
                     (long long)n, (double)got[i], (long long)i, (double)want[i]);
}

static void check_axpy(const struct evk_kernels *k)
{
    for (size_t s = 0; s < size_count; s++) {
        const int64_t n = sizes[s];
        float *x = random_floats(n), *before = random_floats(n);
        float *y = output_floats(n, before), *want = output_floats(n, before);
        const float a = random_float(&seed);

        k->axpy(n, a, x, y);
        scalar()->axpy(n, a, x, want);
        assert_same(k, "axpy", n, y, want);
        for (int64_t i = 0; i < n; i++) {
            const double ax = (double)a * (double)x[i], b = (double)before[i];

            /* fused: one rounding */
            assert_true(fabs((double)y[i] - (ax + b)) <= 0x1p-24 * fabs(ax + b) * 1.0001);
        }
        guarded_free(x, n);
        guarded_free(before, n);
        output_free(y, n);
        output_free(want, n);
    }
}

static void check_dot(const struct evk_kernels *k)
{
    for (size_t s = 0; s < size_count; s++) {
        const int64_t n = sizes[s];
        float *x = random_floats(n), *y = random_floats(n);
        const float got = k->dot(n, x, y), want = scalar()->dot(n, x, y);
        double sum = 0, magnitude = 0;

        for (int64_t i = 0; i < n; i++) {
            sum += (double)x[i] * (double)y[i];
            magnitude += fabs((double)x[i] * (double)y[i]);
        }
        assert_same(k, "dot", 1, &got, &want);
        assert_true(fabs((double)got - sum) <= sum_bound(n + 1, magnitude));
        guarded_free(x, n);
        guarded_free(y, n);
    }
}

/* One product; gaps between rows, so that strides are seen. */
struct product {
    int64_t m, n, k, lda, ldb, ldc;
    int add;
    float *a, *b, *before;
    int64_t a_size, b_size, c_size;
};

static int64_t extent(int64_t rows, int64_t columns, int64_t stride)
{
    return rows > 0 ? (rows - 1) * stride + columns : 0;
}

static struct product product_new(int64_t m, int64_t n, int64_t k, int add)
{
    struct product p = {.m = m, .n = n, .k = k, .add = add};

    p.lda = k + 3;
    p.ldb = (n + EVK_GEMM_PAD - 1) / EVK_GEMM_PAD * EVK_GEMM_PAD + EVK_GEMM_PAD * (m % 2);
    p.ldc = n + 5;
    p.a_size = extent(m, k, p.lda);
    p.b_size = extent(k, p.ldb - EVK_GEMM_PAD * (m % 2), p.ldb);
    p.c_size = extent(m, n, p.ldc);
    p.a = random_floats(p.a_size);
    p.b = random_floats(p.b_size);
    for (int64_t i = 0; i < p.b_size; i++)
        if (i % p.ldb >= n)
            p.b[i] = NAN; /* columns that are there, "whatever they hold" */
    p.before = random_floats(p.c_size);
    return p;
}

static void product_release(struct product *p)
{
    guarded_free(p->a, p->a_size);
    guarded_free(p->b, p->b_size);
    guarded_free(p->before, p->c_size);
}

static float *multiply(const struct product *p, const struct evk_kernels *k)
{
    float *c = output_floats(p->c_size, p->before);

    k->gemm(p->m, p->n, p->k, p->a, p->lda, p->b, p->ldb, p->add, c, p->ldc);
    return c;
}

static void check_element(const struct product *p, const float *c, int64_t i, int64_t j)
{
    const double init = p->add ? (double)p->before[i * p->ldc + j] : 0;
    double sum = init, magnitude = fabs(init);

    for (int64_t q = 0; q < p->k; q++) {
        const double term = (double)p->a[i * p->lda + q] * (double)p->b[q * p->ldb + j];

        sum += term;
        magnitude += fabs(term);
    }
    if (!(fabs((double)c[i * p->ldc + j] - sum) <= sum_bound(p->k + 2, magnitude)))
        fail_msg("gemm %lldx%lldx%lld: %.9g at (%lld, %lld), expected %.9g", (long long)p->m,
                 (long long)p->n, (long long)p->k, (double)c[i * p->ldc + j], (long long)i,
                 (long long)j, sum);
}

static void check_product(const struct evk_kernels *k, const struct product *p)
{
    float *c = multiply(p, k), *want = multiply(p, scalar());

    assert_same(k, "gemm", p->c_size, c, want);
    for (int64_t at = 0; at < p->c_size; at++) {
        if (at % p->ldc < p->n)
            check_element(p, c, at / p->ldc, at % p->ldc);
        else /* between the rows */
            assert_true(c[at] == p->before[at]);
    }
    output_free(c, p->c_size);
    output_free(want, p->c_size);
}

/* Blocks are 6 (scalar: 2) rows high. */
static void check_gemm(const struct evk_kernels *k)
{
    static const int64_t rows[] = {0, 1, 2, 5, 6, 7, 13}, terms[] = {0, 1, 2, 17, 57};

    for (size_t s = 0; s < size_count; s++)
        for (size_t i = 0; i < 7; i++)
            for (size_t t = 0; t < 5; t++)
                for (int add = 0; add < 2; add++) {
                    struct product p = product_new(rows[i], sizes[s], terms[t], add);

                    check_product(k, &p);
                    product_release(&p);
                }
}

/* One sum of n channels over a list of places; x and w end with the last place. */
static void check_taps(const struct evk_kernels *k, int64_t n, int64_t taps, int add)
{
    const int64_t size = taps ? (taps - 1) * (n + 1) + n : 0;
    int64_t xo[64], wo[64];
    float *x = random_floats(size), *w = random_floats(size), *before = random_floats(n);
    float *y = output_floats(n, before), *want = output_floats(n, before);

    for (int64_t t = 0; t < taps; t++) {
        xo[t] = (taps - 1 - t) * (n + 1);
        wo[t] = t * (n + 1);
    }
    k->tapsum(n, taps, x, xo, w, wo, add, y);
    scalar()->tapsum(n, taps, x, xo, w, wo, add, want);
    assert_same(k, "tapsum", n, y, want);
    for (int64_t j = 0; j < n; j++) {
        double sum = add ? (double)before[j] : 0, magnitude = fabs(sum);

        for (int64_t t = 0; t < taps; t++) {
            sum += (double)x[xo[t] + j] * (double)w[wo[t] + j];
            magnitude += fabs((double)x[xo[t] + j] * (double)w[wo[t] + j]);
        }
        assert_true(fabs((double)y[j] - sum) <= sum_bound(taps + 2, magnitude));
    }
    guarded_free(x, size);
    guarded_free(w, size);
    guarded_free(before, n);
    output_free(y, n);
    output_free(want, n);
}

static void check_tapsum(const struct evk_kernels *k)
{
    static const int64_t taps[] = {0, 1, 2, 9, 25, 64};

    for (size_t s = 0; s < size_count; s++)
        for (size_t t = 0; t < 6; t++)
            for (int add = 0; add < 2; add++)
                check_taps(k, sizes[s], taps[t], add);
}

/* Random numbers, and among them what a comparison may get wrong. */
static float *awkward_floats(int64_t n)
{
    static const float awkward[] = {0, -0.0f, 1e-45f, -1e-45f, INFINITY, -INFINITY, 3e38f};
    float *p = random_floats(n);

    for (int64_t i = 0; i < n; i += 3)
        p[i] = awkward[i / 3 % 7];
    return p;
}

static void check_affine(const struct evk_kernels *k)
{
    for (size_t s = 0; s < size_count; s++) {
        const int64_t n = sizes[s], rows = 3;
        float *scale = random_floats(n), *shift = random_floats(n), *x = random_floats(rows * n);
        float *y = output_floats(rows * n, x), *want = output_floats(rows * n, x);

        k->affine(rows, n, scale, shift, y);
        scalar()->affine(rows, n, scale, shift, want);
        assert_same(k, "affine", rows * n, y, want);
        for (int64_t i = 0; i < rows * n; i++)
            assert_true(y[i] == fmaf(x[i], scale[i % n], shift[i % n]));
        guarded_free(scale, n);
        guarded_free(shift, n);
        guarded_free(x, rows * n);
        output_free(y, rows * n);
        output_free(want, rows * n);
    }
}

static void check_relu(const struct evk_kernels *k)
{
    for (size_t s = 0; s < size_count; s++) {
        const int64_t n = sizes[s];
        float *x = awkward_floats(n), *y = output_floats(n, NULL), *want = output_floats(n, NULL);

        k->relu(n, x, y);
        scalar()->relu(n, x, want);
        assert_same(k, "relu", n, y, want);
        for (int64_t i = 0; i < n; i++)
            assert_true(y[i] == (x[i] > 0 ? x[i] : 0));
        guarded_free(x, n);
        output_free(y, n);
        output_free(want, n);
    }
}

static void check_relu_gradient(const struct evk_kernels *k)
{
    for (size_t s = 0; s < size_count; s++) {
        const int64_t n = sizes[s];
        float *x = awkward_floats(n), *gy = random_floats(n), *before = random_floats(n);
        float *gx = output_floats(n, before), *want = output_floats(n, before);

        k->relu_gradient(n, x, gy, gx);
        scalar()->relu_gradient(n, x, gy, want);
        assert_same(k, "relu_gradient", n, gx, want);
        for (int64_t i = 0; i < n; i++) {
            const float sum = before[i] + gy[i];

            assert_true(gx[i] == (x[i] > 0 ? sum : before[i]));
        }
        guarded_free(x, n);
        guarded_free(gy, n);
        guarded_free(before, n);
        output_free(gx, n);
        output_free(want, n);
    }
}

/* A row of kernels.def without a check here does not compile. */
static void test_kernels(void **state)
{
    const struct evk_kernels *k;

    (void)state;
    printf("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; (k = evk_kernels_at(i)); i++) {
        if (!evk_kernels_usable(k)) {
            printf("not usable here: %s\n", k->isa);
            continue;
        }
#define EVK_KERNEL(ret, name, args) check_##name(k);
#include "kernel/kernels.def"
#undef EVK_KERNEL
    }
}

static void test_choice(void **state)
{
    const struct evk_kernels *k, *best = NULL;
    const char *wanted = "";

    (void)state;
    for (int i = 0; (k = evk_kernels_at(i)); i++) {
        setenv("EVOKE_ISA", k->isa, 1);
        assert_ptr_equal(evk_kernels_best(&wanted), evk_kernels_usable(k) ? k : NULL);
        assert_string_equal(wanted, k->isa);
        if (evk_kernels_usable(k))
            best = k;
    }
    setenv("EVOKE_ISA", "avx3", 1);
    assert_null(evk_kernels_best(&wanted));
    assert_string_equal(wanted, "avx3");
    setenv("EVOKE_ISA", "", 1);
    assert_null(evk_kernels_best(&wanted));
    unsetenv("EVOKE_ISA");
    assert_ptr_equal(evk_kernels_best(&wanted), best);
    assert_null(wanted);
    assert_null(evk_kernels_at(-1));
    assert_false(evk_kernels_usable(NULL));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kernels),
                                       cmocka_unit_test(test_choice)};

    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

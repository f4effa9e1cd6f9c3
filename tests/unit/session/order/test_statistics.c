/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_statistics.c - orders are random in what is not fixed: positions and transitions, over seeds
 *
 * Each test adds the chi-squares of many orders and fails where one that large or larger has a
 * probability below 1e-4.  Balanced counts vary less than random ones, which makes the probability
 * larger, so that there is no bound above.
 */
#include "design.h"

static const double rarest = 1e-4;

static const int64_t rare_kind[] = {2, 10, 18, 0}, three_kinds[] = {3, 5, 4, 0},
                     pairs[] = {2, 2, 2, 2, 2, 2, 0}, one_kind[] = {7, 0};

static const struct {
    const int64_t *of_kind;
    int64_t repeats, blanks, seeds;
} designs[] = {
    {rare_kind, 1, 3, 2000},   {rare_kind, 6, 12, 500}, {three_kinds, 1, 0, 2000},
    {three_kinds, 4, 9, 1000}, {pairs, 3, 6, 1000},     {one_kind, 5, 0, 1000},
};

enum { DESIGNS = sizeof(designs) / sizeof(*designs) };

/* Counts of many orders of one design. */
struct counts {
    double rank[DESIGN_IMAGES][DESIGN_IMAGES];     /* image, number of the image in its block */
    double position[DESIGN_IMAGES][DESIGN_IMAGES]; /* image, position in its trial */
    double follows[DESIGN_IMAGES][DESIGN_IMAGES];  /* image after image */
    double kinds[DESIGN_KINDS][DESIGN_KINDS];      /* kind after kind; the blank is the last one */
    double plain, blank;                           /* images after an image; blanks after one */
};

static void add_order(struct counts *c, const struct design *d, const struct evk_order *o)
{
    int64_t last = INT64_MIN, block = 0, rank = 0;

    for (int64_t i = 0; i < o->count; i++) {
        const int64_t x = o->list[i].image;
        const int64_t kind = x < 0 ? d->ask.kinds : d->kind[x];

        rank = o->list[i].block == block ? rank : 0;
        block = o->list[i].block;
        if (x >= 0) {
            c->rank[x][rank++]++;
            c->position[x][o->list[i].position - 1]++;
        }
        if (i)
            c->kinds[last < 0 ? d->ask.kinds : d->kind[last]][kind]++;
        if (i && x >= 0 && last >= 0) {
            c->follows[last][x]++;
            c->plain++;
        }
        c->blank += i && x < 0;
        last = x;
    }
}

static void count_orders(struct counts *c, struct design *d, int which)
{
    const int seeds = trials((int)designs[which].seeds);

    memset(c, 0, sizeof(*c));
    design_set(d, designs[which].of_kind, designs[which].repeats);
    d->ask.blanks = designs[which].blanks;
    for (int s = 0; s < seeds; s++) {
        struct evk_order o;

        d->ask.seed = (uint64_t)s;
        assert_ok(evk_order_make(&o, &d->ask, err));
        add_order(c, d, &o);
        evk_order_release(&o);
    }
}

static void check_p(double chi_square, double freedom, const char *what, int which)
{
    const double p = chi_square_p(chi_square, freedom);

    if (!(p >= rarest))
        fail_msg("design %d, %s: chi-square %.1f of %.0f degrees of freedom, p = %.2g", which, what,
                 chi_square, freedom, p);
}

/* One image is as often at one place as another one: `places` of them, each block has each once. */
static void check_places(double table[DESIGN_IMAGES][DESIGN_IMAGES], int64_t n, int64_t places,
                         const char *what, int which)
{
    double chi_square = 0;

    for (int64_t p = 0; p < places; p++) {
        double sum = 0;

        for (int64_t x = 0; x < n; x++)
            sum += table[x][p];
        for (int64_t x = 0; x < n && sum > 0; x++)
            chi_square += pow(table[x][p] - sum / (double)n, 2) / (sum / (double)n);
    }
    /* Of a permutation, a cell has the variance 1/n (1 - 1/n), of which there are (n - 1)^2. */
    check_p(chi_square * (double)(n - 1) / (double)n, (double)((n - 1) * (places - 1)), what,
            which);
}

static void positions_are_uniform(void **state)
{
    static struct counts c;
    struct design d;

    (void)state;
    for (int i = 0; i < DESIGNS; i++) {
        count_orders(&c, &d, i);
        check_places(c.rank, d.ask.images, d.ask.images, "position in a block", i);
        check_places(c.position, d.ask.images, d.ask.per_trial, "position in a trial", i);
    }
}

/* Where no blank is between, any other image follows an image with one probability. */
static void images_follow_each_other_uniformly(void **state)
{
    static struct counts c;
    struct design d;

    (void)state;
    for (int i = 0; i < DESIGNS; i++) {
        double chi_square = 0, mean, n;

        count_orders(&c, &d, i);
        n = (double)d.ask.images;
        mean = c.plain / (n * (n - 1));
        for (int64_t a = 0; a < d.ask.images; a++)
            for (int64_t b = 0; b < d.ask.images; b++)
                chi_square += pow(c.follows[a][b] - (a == b ? 0 : mean), 2) / mean;
        check_p(chi_square, n * (n - 1) - 1, "image after image", i);
    }
}

/* Returns how often kind b should follow kind a, the blank one of them, in the orders of a design. */
static double kinds_mean(const struct counts *c, const struct design *d, int64_t a, int64_t b)
{
    const double n = (double)d->ask.images;
    const bool image_a = a < d->ask.kinds, image_b = b < d->ask.kinds;

    if (image_a && image_b)
        return n > 1
                   ? c->plain * (double)(d->of_kind[a] * (d->of_kind[b] - (a == b))) / (n * (n - 1))
                   : 0;
    return image_a || image_b ? c->blank * (double)d->of_kind[image_a ? a : b] / n : 0;
}

static double kinds_chi_square(const struct counts *c, const struct design *d, double *freedom)
{
    double chi_square = 0;

    *freedom = 0;
    for (int64_t a = 0; a <= d->ask.kinds; a++)
        for (int64_t b = 0; b <= d->ask.kinds; b++) {
            const double mean = kinds_mean(c, d, a, b);

            if (mean > 0) {
                chi_square += pow(c->kinds[a][b] - mean, 2) / mean;
                *freedom += 1;
            }
        }
    return chi_square;
}

/* Counts and means of 1,000 random designs are added; a pair of kinds has a number of its own. */
static void random_designs_together(void **state)
{
    static struct counts c;
    double counts[DESIGN_KINDS][DESIGN_KINDS] = {{0}}, means[DESIGN_KINDS][DESIGN_KINDS] = {{0}};
    double chi_square = 0, freedom = 0;
    uint64_t numbers = 77;

    (void)state;
    for (int t = 0; t < trials(1000); t++) {
        struct design d;
        struct evk_order o;

        design_random(&d, &numbers);
        d.ask.catch_trials = 0;
        memset(&c, 0, sizeof(c));
        assert_ok(evk_order_make(&o, &d.ask, err));
        add_order(&c, &d, &o);
        evk_order_release(&o);
        for (int64_t a = 0; a <= d.ask.kinds; a++)
            for (int64_t b = 0; b <= d.ask.kinds; b++) {
                const int64_t last = DESIGN_KINDS - 1; /* the blank of all designs */
                const int64_t i = a < d.ask.kinds ? a : last, j = b < d.ask.kinds ? b : last;

                counts[i][j] += c.kinds[a][b];
                means[i][j] += kinds_mean(&c, &d, a, b);
            }
    }
    for (int i = 0; i < DESIGN_KINDS; i++)
        for (int j = 0; j < DESIGN_KINDS; j++) {
            freedom += means[i][j] > 0;
            if (means[i][j] > 0)
                chi_square += pow(counts[i][j] - means[i][j], 2) / means[i][j];
        }
    check_p(chi_square, freedom, "kind after kind, of random designs", -1);
}

static void kinds_follow_each_other_as_in_the_mean(void **state)
{
    static struct counts c;
    struct design d;

    (void)state;
    for (int i = 0; i < DESIGNS; i++) {
        double freedom, chi_square;

        count_orders(&c, &d, i);
        chi_square = kinds_chi_square(&c, &d, &freedom);
        check_p(chi_square, freedom, "kind after kind", i);
    }
}

/*
 * Within one session of 10 blocks, kinds are balanced: without, the chi-square would be about one
 * for each degree of freedom.
 */
static void a_session_is_balanced(void **state)
{
    const int64_t of_kind[] = {20, 10, 20, 10, 0};
    static struct counts c;
    struct design d;
    double sum = 0, degrees = 0;

    (void)state;
    design_set(&d, of_kind, 10);
    d.ask.blanks = 20;
    for (int s = 0; s < 20; s++) {
        struct evk_order o;
        double freedom;

        memset(&c, 0, sizeof(c));
        d.ask.seed = (uint64_t)s;
        assert_ok(evk_order_make(&o, &d.ask, err));
        add_order(&c, &d, &o);
        evk_order_release(&o);
        sum += kinds_chi_square(&c, &d, &freedom);
        degrees += freedom;
    }
    if (sum / degrees > 0.25)
        fail_msg("chi-square is %.3f a degree of freedom, expected at most 0.25", sum / degrees);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_uniform),
        cmocka_unit_test(images_follow_each_other_uniformly),
        cmocka_unit_test(kinds_follow_each_other_as_in_the_mean),
        cmocka_unit_test(random_designs_together),
        cmocka_unit_test(a_session_is_balanced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

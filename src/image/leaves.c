/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaves.c - "dead leaves": synthetic images with some statistics of natural images */
#include "image/leaves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "format/codec.h"

enum {
    FINE = 4,    /* samples of a pixel in each direction */
    NUMBERS = 16 /* random numbers that are set aside for each leaf */
};

static const double RADIUS_MIN = 0.6, PI = 3.14159265358979323846;

/*
 * The colour of a leaf is MEAN + SPREAD (LUMINANCE l + YELLOW y + RED r) in each channel, where l,
 * y and r are random numbers of SD 1: luminance, yellow against blue, and red against green.
 * SPREAD is about the SD of a channel, in display levels, before values are clipped to 0 to 255.
 */
static const double SPREAD = 67, MEAN[3] = {116, 109, 100};
static const double LUMINANCE = 0.94, YELLOW[3] = {0.28, 0.03, -0.30}, RED[3] = {0.13, -0.2, 0.1};

/*
 * Leaves are shaded: along each axis, the value changes by at most this many display levels from
 * the centre to the distance r.
 */
static const double SHADING = 24;

struct leaf {
    double y, x;       /* centre, pixels */
    double xx, xy, yy; /* the leaf is where xx dx^2 + 2 xy dx dy + yy dy^2 <= 1 */
    double height;     /* largest |dy| of a point of the leaf */
    /* the colour at (dy, dx) is colour + shade_y dy + shade_x dx */
    float colour[3], shade_y, shade_x;
};

struct canvas {
    int64_t h, w, c;
    float *image;           /* (h, w, c) sums over the samples of each pixel */
    unsigned char *covered; /* (h FINE, w FINE) 1: a leaf covers the sample */
    int64_t *left;          /* (h FINE) how many samples of a line no leaf covers yet */
    int64_t lines_left;     /* number of lines with samples that no leaf covers yet */
    /* parameters of the distribution of radii: see set_radii */
    double radius_max, weight[3], log_ratio;
};

/* A stream of random numbers; each leaf has its own. */
struct dice {
    const struct evk_rng_key *key;
    uint64_t next;
};

static double uniform(struct dice *d)
{
    return (double)evk_rng_uniform(d->key, d->next++);
}

static double between(struct dice *d, double low, double high)
{
    return low + (high - low) * uniform(d);
}

/*
 * Only leaves whose circle of radius r touches the image are drawn.  Their centres lie in a
 * rectangle of (h + 2 r) (w + 2 r) pixels, so that their radii have a density proportional to r^-3
 * (h w + 2 (h + w) r + 4 r^2): a mixture of three powers of r, whose weights are set here.
 */
static void set_radii(struct canvas *v)
{
    const double a = RADIUS_MIN, h = (double)v->h, w = (double)v->w, b = 1.5 * fmax(h, w);

    v->radius_max = b;
    v->log_ratio = evk_log(b / a);
    v->weight[0] = h * w * 0.5 * (1 / (a * a) - 1 / (b * b));
    v->weight[1] = 2 * (h + w) * (1 / a - 1 / b);
    v->weight[2] = 4 * v->log_ratio;
}

/* Draw a radius: one of the three powers by its weight, then its inverse distribution function. */
static double radius(const struct canvas *v, struct dice *d)
{
    const double a = RADIUS_MIN, b = v->radius_max, u = uniform(d);
    const double which = uniform(d) * (v->weight[0] + v->weight[1] + v->weight[2]);

    if (which < v->weight[0])
        return 1 / sqrt(1 / (a * a) + u * (1 / (b * b) - 1 / (a * a)));
    if (which < v->weight[0] + v->weight[1])
        return 1 / (1 / a + u * (1 / b - 1 / a));
    return a * evk_exp(u * v->log_ratio);
}

/*
 * Draw a colour.  Luminance is uniform, and so bounded, which keeps most values from being clipped.
 * The two colour oppositions are products of two uniform numbers, which are mostly small: most
 * leaves are greyish, few are colourful.
 */
static void colour(struct dice *d, float out[3])
{
    const double l = sqrt(3) * between(d, -1, 1);
    const double yellow = 3 * between(d, -1, 1) * between(d, -1, 1);
    const double red = 3 * between(d, -1, 1) * between(d, -1, 1);

    for (int c = 0; c < 3; c++) {
        const double v = LUMINANCE * l + YELLOW[c] * yellow + RED[c] * red;

        out[c] = (float)fmin(fmax(MEAN[c] + SPREAD * v, 0), 255);
    }
}

static struct leaf leaf(const struct canvas *v, const struct evk_rng_key *key, uint64_t number)
{
    struct dice d = {key, number * NUMBERS};
    const double r = radius(v, &d), narrow = r * between(&d, 0.4, 1);
    const double angle = between(&d, 0, PI), cosine = evk_cos(angle);
    const double sine = evk_cos(angle - PI / 2), p = 1 / (r * r), q = 1 / (narrow * narrow);
    struct leaf l;

    l.y = between(&d, -r, (double)v->h + r);
    l.x = between(&d, -r, (double)v->w + r);
    l.xx = p * cosine * cosine + q * sine * sine;
    l.xy = (p - q) * cosine * sine;
    l.yy = p * sine * sine + q * cosine * cosine;
    l.height = sqrt(l.xx / (p * q));
    colour(&d, l.colour);
    l.shade_y = (float)(between(&d, -SHADING, SHADING) / r);
    l.shade_x = (float)(between(&d, -SHADING, SHADING) / r);
    return l;
}

/* Returns the first sample i of a line whose place, (i + 1/2) / FINE pixels, is at least low. */
static int64_t first_sample(double low)
{
    return (int64_t)fmax(ceil(low * FINE - 0.5), 0);
}

/* Returns one past the last sample, of a line of n pixels, whose place is at most high. */
static int64_t end_sample(double high, int64_t n)
{
    return (int64_t)fmin(fmax(floor(high * FINE - 0.5) + 1, 0), (double)(n * FINE));
}

/* Paint the samples of one line that are inside a leaf and that no leaf in front of it covers. */
static void paint_line(struct canvas *v, const struct leaf *l, int64_t line)
{
    const double dy = ((double)line + 0.5) / FINE - l->y;
    const double root = l->xx - (l->xx * l->yy - l->xy * l->xy) * dy * dy;
    const double half = root > 0 ? sqrt(root) / l->xx : 0, centre = l->x - l->xy * dy / l->xx;
    const int64_t first = first_sample(centre - half), end = end_sample(centre + half, v->w);
    unsigned char *covered = v->covered + line * v->w * FINE;
    float *row = v->image + line / FINE * v->w * v->c;

    for (int64_t i = first; i < end; i++) {
        const double dx = ((double)i + 0.5) / FINE - l->x;
        const float shade = (float)dy * l->shade_y + (float)dx * l->shade_x;

        if (covered[i])
            continue;
        covered[i] = 1;
        v->lines_left -= --v->left[line] == 0;
        for (int64_t c = 0; c < v->c; c++)
            row[i / FINE * v->c + c] += l->colour[c] + shade;
    }
}

static void paint(struct canvas *v, const struct leaf *l)
{
    const int64_t end = end_sample(l->y + l->height, v->h);

    for (int64_t line = first_sample(l->y - l->height); line < end; line++)
        if (v->left[line])
            paint_line(v, l, line);
}

static evk_status open_canvas(struct canvas *v, evk_error *err)
{
    int64_t pixels, samples;

    if (v->h < 1 || v->w < 1 || !evk_size_mul(v->h, v->w, &pixels) || pixels > EVK_PIXELS_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "dead leaves of %lld x %lld pixels, expected 1 x 1 to %d "
                        "pixels in all",
                        (long long)v->w, (long long)v->h, EVK_PIXELS_MAX);
    if (v->c != 1 && v->c != 3)
        return evk_fail(err, EVK_EINVAL, "dead leaves of %lld channels, expected 1 or 3",
                        (long long)v->c);
    samples = pixels * FINE * FINE;
    EVK_TRY(evk_alloc(&v->covered, samples, 1, "dead leaves", err));
    EVK_TRY(evk_alloc(&v->left, v->h * FINE, sizeof(*v->left), "dead leaves", err));
    for (int64_t i = 0; i < v->h * FINE; i++)
        v->left[i] = v->w * FINE;
    v->lines_left = v->h * FINE;
    memset(v->image, 0, (size_t)(pixels * v->c) * sizeof(*v->image));
    set_radii(v);
    return EVK_OK;
}

/* Leaves are painted from front to back, until every sample is covered: none is painted twice. */
evk_status evk_leaves(int64_t h, int64_t w, int64_t c, const struct evk_rng_key *key, float *image,
                      evk_error *err)
{
    struct canvas v = {.h = h, .w = w, .c = c, .image = image};
    const evk_status s = open_canvas(&v, err);

    for (uint64_t i = 0; !s && v.lines_left; i++) {
        struct leaf l = leaf(&v, key, i);

        if (c == 1)
            l.colour[0] = (l.colour[0] + l.colour[1] + l.colour[2]) / 3;
        paint(&v, &l);
    }
    for (int64_t i = 0; !s && i < h * w * c; i++)
        image[i] = fminf(fmaxf(image[i] / (FINE * FINE), 0), 255);
    free(v.covered);
    free(v.left);
    return s;
}

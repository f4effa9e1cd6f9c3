/* SPDX-License-Identifier: GPL-3.0-or-later */
/* match_set.h - a few images of one size, and the target that they are matched to */
#ifndef EVK_TESTS_MATCH_SET_H
#define EVK_TESTS_MATCH_SET_H

#include "match/match.h"

enum { MATCH_IMAGES = 5, MATCH_SIZES = 7 };

extern const int64_t match_sizes[MATCH_SIZES][2];

struct match_set {
    int64_t h, w, pixels, count;
    struct evk_pixels image[MATCH_IMAGES];
    struct evk_matcher m;
    struct evk_match_target t;
};

/* Returns an RGB image of random values within spread of 125; gray: with three equal channels. */
struct evk_pixels match_random_pixels(uint64_t *seed, const int64_t size[2], bool gray,
                                      float spread);

/* Make the memory and the target of a set whose count and images are filled in. */
void match_finish_set(struct match_set *s, int64_t planes, double mean, double sd);

/* Returns a set of MATCH_IMAGES random images. */
struct match_set match_random_set(uint64_t seed, const int64_t size[2], bool gray, float spread,
                                  int64_t planes);
void match_release(struct match_set *s);

/* Returns image i of the set after iterations of the steps in what. */
struct evk_pixels matched(struct match_set *s, const char *what, int64_t iterations, int64_t i);

/* Returns the luma of pixel i. */
double match_luma(const struct evk_pixels *p, int64_t i);

/* Compute the mean and SD (with n - 1) of luma; the SD of one pixel is 0. */
void match_naive_moments(const struct evk_pixels *p, double *mean, double *sd);

#endif /* EVK_TESTS_MATCH_SET_H */

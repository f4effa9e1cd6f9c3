/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranking.h - which of many images are worth showing */
#ifndef EVK_STIMSET_SCORE_RANKING_H
#define EVK_STIMSET_SCORE_RANKING_H

#include "evoke/stimset.h"

/*
 * Median over pairs of members of the Euclidean distance of their responses, r (members, all), to
 * the outputs that are picked (count) (Cowley & Pillow 2020); of an even number of pairs, the mean
 * of the two in the middle.  members is 2 to EVK_MEMBERS_MAX.
 */
double evk_disagreement(int64_t members, int64_t all, const float *r, const int64_t *picked,
                        size_t count);

/* An image that is chosen, and its rank by its score, from 1 on. */
struct evk_chosen {
    int64_t image, rank;
};

struct evk_choice {
    struct evk_chosen *list; /* (count) ascending in images; owned */
    int64_t count;
};

void evk_choice_release(struct evk_choice *c);

/*
 * The images of n to keep, by their scores, the largest first, those that are not finite never; equals in their order.
 *   responses  (n, size) where images that are like each other are to be passed over: of the first
 *              8 keep, the first, then again and again the one whose smallest distance to those
 *              that are chosen is largest; NULL: the first keep
 * keep is at least 1.
 */
evk_status evk_choose(struct evk_choice *out, const double *scores, int64_t n,
                      const float *responses, int64_t size, int64_t keep, evk_error *err);

#endif /* EVK_STIMSET_SCORE_RANKING_H */

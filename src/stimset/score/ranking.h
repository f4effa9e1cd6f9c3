/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranking.h - choosing images by their scores, and by how much they differ */
#ifndef EVK_STIMSET_SCORE_RANKING_H
#define EVK_STIMSET_SCORE_RANKING_H

#include "evoke/stimset.h"

/*
 * Returns the disagreement of an ensemble about an image: the median over pairs of members of the
 * Euclidean distance between their responses (Cowley & Pillow 2020), with an even number of pairs
 * the mean of the two in the middle.
 *   members  2 to EVK_MEMBERS_MAX
 *   r        (members, all) responses
 *   picked   (count) outputs that the distance is over
 */
double evk_disagreement(int64_t members, int64_t all, const float *r, const int64_t *picked,
                        size_t count);

/* A chosen image, and its rank by score, from 1 on. */
struct evk_chosen {
    int64_t image, rank;
};

struct evk_choice {
    struct evk_chosen *list; /* (count) in ascending order of image; owned */
    int64_t count;
};

void evk_choice_release(struct evk_choice *c);

/*
 * Choose at most keep of n images.
 *   scores     (n) the largest is the best; an image whose score is not finite is never chosen,
 *              and of equal scores the earlier image is the better
 *   responses  NULL: the images with the best scores are chosen.  Else (n, size), and images
 *              that differ are chosen among the 8 keep best: the best one, then again and again
 *              the one whose smallest distance to those chosen so far is largest
 *   keep       at least 1
 * The caller releases *out.
 */
evk_status evk_choose(struct evk_choice *out, const double *scores, int64_t n,
                      const float *responses, int64_t size, int64_t keep, evk_error *err);

#endif /* EVK_STIMSET_SCORE_RANKING_H */

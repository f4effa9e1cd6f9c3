/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * related.h - did a judge learn from what the model that was climbed learned from?
 *
 * A judge says whether an image drives a neuron in another model.  That is worth something only
 * where the judge did not see what the climbed model saw: recorded responses, or a teacher's.  What
 * a model saw is its lineage, which its card has (models/README.md).
 */
#ifndef EVK_STIMSET_SCORE_RELATED_H
#define EVK_STIMSET_SCORE_RELATED_H

#include "base/json.h"
#include "evoke/stimset.h"

/* A model as the description of a set has it.  Texts and cards are borrowed. */
struct evk_kin {
    const char *sha256;   /* SHA-256 of the model */
    const evk_json *card; /* resolved card, with members and lineage; NULL: a network without one */
};

/*
 * Returns the role of a judge for images that were made by climbing another model.
 *
 *   selection  the judge is that model, or a network of the judge is climbed as it is
 *   related    both have the same network with another readout; or their lineages name one file of
 *              responses and rows that overlap, one image with the same responses, one image of the
 *              same file, or one teacher; or the teacher of one is the other, or a network of it
 *   heldout    none of these holds
 *
 * why (size bytes) gets a phrase that follows the judge's name, such as "was fitted to the same
 * responses, rows 1-600"; "" for heldout.  Where memory runs out while images are compared, they
 * count as the same, since a judge must not pass as held out by mistake.
 */
evk_judge_role evk_kin_role(const struct evk_kin *judge, const struct evk_kin *climbed, char *why,
                            size_t size);

/*
 * Do two lineages, which are members of cards, name the same recording or teacher?  why (size) as
 * above; it stays as it is where they do not.
 */
bool evk_lineages_related(const evk_json *a, const evk_json *b, char *why, size_t size);

#endif /* EVK_STIMSET_SCORE_RELATED_H */

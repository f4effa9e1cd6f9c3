/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * matching.h - make the images of a list alike: statistics of all images, and one matched image
 *
 * evk_matching_open reads all images to find what they are matched to.  evk_matching_make then
 * matches one image at a time.
 */
#ifndef EVK_STIMSET_SETS_MATCH_MATCHING_H
#define EVK_STIMSET_SETS_MATCH_MATCHING_H

#include "base/hash.h"
#include "base/json.h"
#include "evoke/match.h"
#include "match/match.h"
#include "stimset/inputs/source.h"

struct evk_matching {
    const evk_match_options *options;
    const evk_run *run;
    struct evk_source source;
    struct evk_match_plan plan;
    int threads;
    struct evk_matcher *matchers;   /* (threads) owned */
    struct evk_match_target target; /* what images are matched to */
    char pixels[EVK_SHA256_TEXT];   /* evk_images_digest of the images as RGB at their size */
};

/*
 * Read all images, once more to find their extremes where the options rescale them.  EVK_EINVAL: an
 * option has a value that it cannot have, or the images have several sizes and the options no size.
 * EVK_ESTOPPED: run->stop said so.  Other failures are those of the first image that has one.
 * images, options and run must outlive *out.  The caller releases *out.
 */
evk_status evk_matching_open(struct evk_matching *out, const evk_image_list *images,
                             const evk_match_options *options, const evk_run *run, evk_error *err);
void evk_matching_release(struct evk_matching *m);

/*
 * Read image i into *before, and match it into *after.  worker: number of the calling thread, in
 * [0, threads).  changes: receives what was done to the image when it was read; may be NULL.  The
 * caller releases both images.
 */
evk_status evk_matching_make(const struct evk_matching *m, int worker, int64_t i,
                             struct evk_pixels *before, struct evk_pixels *after,
                             char changes[EVK_CHANGES_TEXT], evk_error *err);

/*
 * Write the description of a set of these images into w, which this call begins.  The caller
 * releases w.
 */
void evk_describe_match(struct evk_json_writer *w, const struct evk_matching *m);

/*
 * Read the options of a set, and the digest of its images, from its description; texts live as long
 * as the description.  EVK_EFORMAT, EVK_EINVAL: one of them is missing, or is not what it has to
 * be.
 */
evk_status evk_description_match(const evk_json *description, evk_match_options *out,
                                 const char **pixels, evk_error *err);

#endif /* EVK_STIMSET_SETS_MATCH_MATCHING_H */

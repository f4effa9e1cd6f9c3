/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matching.h - a list of images on its way to being alike */
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
    struct evk_matcher *matchers;   /* (threads) */
    struct evk_match_target target; /* of all images */
    char pixels[EVK_SHA256_TEXT];   /* evk_images_digest of the images as RGB at their size */
};

/*
 * Read all images once, twice to rescale them.  EVK_EINVAL: options that are none, or images of several sizes; else the
 * failure of the first image that has one.  The caller releases *out.
 */
evk_status evk_matching_open(struct evk_matching *out, const evk_image_list *images,
                             const evk_match_options *options, const evk_run *run, evk_error *err);
void evk_matching_release(struct evk_matching *m);

/*
 * Image i: as it is, and as it should be.  Release both.  worker is in [0, threads); changes may be
 * NULL, or becomes what was done to the file when it was read.
 */
evk_status evk_matching_make(const struct evk_matching *m, int worker, int64_t i,
                             struct evk_pixels *before, struct evk_pixels *after,
                             char changes[EVK_CHANGES_TEXT], evk_error *err);

/* Begin the description of a set of these images; the caller releases the writer. */
void evk_describe_match(struct evk_json_writer *w, const struct evk_matching *m);

/*
 * The options of a set, and the digest of its images; texts live as long as the description.
 * EVK_EFORMAT: the description lacks some of them, or they are of another type.
 */
evk_status evk_description_match(const evk_json *description, evk_match_options *out,
                                 const char **pixels, evk_error *err);

#endif /* EVK_STIMSET_SETS_MATCH_MATCHING_H */

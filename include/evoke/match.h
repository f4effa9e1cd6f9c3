/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/match.h - images made alike in luminance, histogram or spectrum, as a set of controls */
#ifndef EVK_MATCH_H
#define EVK_MATCH_H

#include "evoke/stimset.h"
#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_match_options {
    const char *what;      /* names of evk_match_step_info, in their order, with commas between */
    const char *colour;    /* "luminance": of it, colour is kept; "channels": of each by itself */
    int64_t iterations;    /* of all steps */
    double mean, sd;       /* of the step luminance, display levels; NAN: averages of the images */
    bool rescale;          /* all images alike, so that none is clipped; they are read once more */
    int64_t height, width; /* 0: as the images are, all alike */
} evk_match_options;

/* Luminance, of luminance, once. */
EVK_API evk_match_options evk_match_default(void);

/* All but height and width. The table is static. */
EVK_API const evk_param *evk_match_params(void);

/* Images before or after, all against the same target. */
typedef struct evk_match_range {
    double mean[2], sd[2]; /* least and largest of gray_mean and gray_sd */
    double histogram;      /* RMS difference from the target, percent of the pixels, a level */
    double spectrum;       /* RMS difference of amplitudes, but the mean's, percent of theirs */
} evk_match_range;

typedef struct evk_match_report {
    evk_made made;
    evk_match_range before, after; /* of the images that this call made */
} evk_match_report;

/*
 * Bring images to what they have on average (or to a given mean and SD), step by step, and write
 * them as a set of controls (Willenbockel et al. 2010, SHINE).  They are read twice; memory does not
 * depend on their number, but for names and some bytes each.  With a size, each is brought
 * to it, by the framing of the list.  Images of several sizes without one, and images
 * that cannot be read, are failures.  Otherwise as evk_maximize, but a set does not grow.
 */
EVK_API EVK_MUST_CHECK evk_status evk_match(const char *folder, const evk_image_list *images,
                                            const evk_match_options *options, const evk_run *run,
                                            evk_match_report *out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_MATCH_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitted_units.h - the units of a fit: their names, and the responses that readouts are fitted to */
#ifndef EVK_FIT_FITTED_UNITS_H
#define EVK_FIT_FITTED_UNITS_H

#include "base/names.h"
#include "evoke/fit.h"
#include "recording/recording.h"

/* The neuron that taught a unit: an output of one of the teachers. */
struct evk_taught {
    size_t teacher;
    int64_t output;
};

struct evk_fitted_units {
    struct evk_names names; /* (names.count) of all units */
    const char *
        *left_out; /* (names.count) why a unit is not fitted, a constant; NULL: it is; owned */
    struct evk_taught *taught; /* (names.count); owned, NULL: the units were recorded */
    int64_t usable;            /* number of units that are fitted */
    int64_t *unit;             /* (usable) their indices among all units; owned */
    int64_t images;
    double *y;      /* (usable, images) mean responses; NaN: none; owned */
    int64_t *count; /* (usable, images) presentations that each mean is over; owned */
};

/* Takes the units of a recording.  EVK_EFORMAT: none can be fitted.  The caller releases *out, also
   after a failure. */
evk_status evk_fitted_units_recorded(struct evk_fitted_units *out, const evk_recording *recording,
                                     evk_error *err);

/*
 * Takes the neurons of all teachers (teacher_count), and their responses to images of the source's
 * list, of which image (images) has the indices.  Errors are those of evk_predict_list, and of
 * evk_fitted_units_recorded.  EVK_EFORMAT, too: two neurons would have one name.
 */
evk_status evk_fitted_units_taught(struct evk_fitted_units *out, const evk_model *const *teachers,
                                   size_t teacher_count, const evk_fit_source *source,
                                   const int64_t *image, int64_t images, const evk_run *run,
                                   evk_error *err);

void evk_fitted_units_release(struct evk_fitted_units *u);

#endif /* EVK_FIT_FITTED_UNITS_H */

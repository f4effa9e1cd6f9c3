/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.h - a fit from images and responses to three files; evoke/fit.h has its functions */
#ifndef EVK_FIT_FIT_H
#define EVK_FIT_FIT_H

#include "base/names.h"
#include "base/str.h"
#include "fit/fitted_units.h"
#include "fit/fitting.h"
#include "fit/readout_table.h"
#include "fit/readouts.h"
#include "fit/shown.h"
#include "model/calibration.h"

struct evk_fit_report {
    evk_fit_unit *units; /* (names.count); owned */
    struct evk_names names;
    int64_t twins;
    double r, r2_er; /* medians over units */
};

/* The arguments of evk_fit or evk_fit_teachers, and what becomes of them step by step. */
struct evk_fit_work {
    const char *name;
    const char *const *cores;
    size_t core_count;
    const evk_fit_source *source;
    const evk_model *const *teachers; /* (teacher_count) */
    size_t teacher_count;             /* 0: there is a recording */
    const evk_fitting *fitting;
    const evk_run *run;
    const struct evk_readout_kind *readout;

    /* (teacher_count) their files, as the table of units names them; "": a teacher has none; owned */
    struct evk_names teacher_files;
    int64_t images;
    int64_t *image; /* (images) the images of the fit, as indices in the list; owned */
    struct evk_shown_images shown;
    struct evk_fitted_units units;
    int64_t folds;  /* number of folds */
    int64_t *fold;  /* (images) owned */
    int64_t *alike; /* (images) of each image, the first image that it is nearly equal to; owned */
    struct evk_fit_result result;
    struct evk_calibration *calibration; /* (units.usable) owned */
    evk_fit_report *report;              /* owned until the call succeeds */
};

/* Fails with EVK_EINVAL where evk_fit_write_files cannot write: a file exists, or there is no folder. */
evk_status evk_fit_check_name(const char *name, evk_error *err);

/*
 * Finds the way from the folder of the files of a fit to another file, such as a core, which the
 * caller frees.  EVK_EIO: there is none.
 */
evk_status evk_fit_way(const char *name, const char *file, char **out, evk_error *err);

/*
 * Names the files of the teachers for the table of units: a path as it was given where it is
 * absolute, else one from the folder of the table.  EVK_EINVAL: the table cannot hold it.
 */
evk_status evk_fit_name_teachers(struct evk_fit_work *w, evk_error *err);

/*
 * Writes NAME.npz, NAME.tsv and NAME.json, in this order, so that a card is never without its
 * weights.  A failure removes what was written.
 */
evk_status evk_fit_write_files(const struct evk_fit_work *w, evk_error *err);

/* Appends NAME.tsv, the table of units that were fitted, to text. */
void evk_fit_table(const struct evk_fit_work *w, struct evk_str *text);

#endif /* EVK_FIT_FIT_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prior.h - what an image prior provides: one file in priors/ and one row of priors.def
 *
 * A recipe names a prior by a text: NAME, NAME:VALUE or NAME:PARAMETER=VALUE,...; a VALUE alone is
 * that of the prior's first parameter.  A number may be a schedule A..B over the steps, geometric
 * where both ends are positive, else linear.  Every prior has the parameters from=0 and until=1,
 * the part of the steps in which it acts; a penalty also has weight=0.1.  With until=0 a prior acts
 * on the start alone, with from=1 on the last step alone.  Of two texts with one NAME the later
 * holds, and NAME:off removes the earlier one.
 *
 * A prior never sees the network.  Everything that may fail is in the hook prepare; the other hooks
 * return void and allocate nothing.  Images are (h, w, c) display values, and a gradient has the
 * shape of an image.
 */
#ifndef EVK_SYNTH_PRIOR_H
#define EVK_SYNTH_PRIOR_H

#include "base/param.h"
#include "base/rng.h"
#include "kernel/kernel.h"
#include "synth/window.h"

/* What priors know of the image of an ascent.  All pointers are borrowed. */
struct evk_frame {
    int64_t h, w, c;
    const struct evk_kernels *k;
    double natural_sd;        /* median over natural images of their channel SD, display levels */
    double natural_mean;      /* median of their means, display levels */
    double natural_contrast;  /* median of their RMS contrasts, a ratio */
    double pixels_per_degree; /* resolution of the display, in pixels per degree; NAN: not known */
    const float *const *others; /* (others_count) earlier images of the same neuron, (h, w, c) */
    size_t others_count;
    const struct evk_image_window *window; /* through which the image is shown; NULL: none */
    struct evk_team *team; /* threads that may share the work of a hook; NULL: one */
};

/* The point that an ascent has reached. */
struct evk_clock {
    int64_t step, steps; /* step from 0 to steps - 1; -1: at the start, before all steps */
    bool evaluated;      /* the network has evaluated the image to which the step led */
};

struct evk_prior_type {
    const char *name;
    const char *summary;     /* one line, with units */
    const char *reference;   /* author and year, "Walker 2019"; "" where the idea is common */
    const evk_param *params; /* table of the parameters in the prior's struct; may be NULL */
    size_t size;             /* bytes of the prior's struct */
    const void *defaults;    /* a struct of that size, copied before parameters are set */

    /*
     * Checks parameters and allocates.  NULL: there is nothing to do.  All of self that is no
     * parameter is as in the defaults.
     */
    evk_status (*prepare)(void *self, const struct evk_frame *f, evk_error *err);
    void (*release)(void *self); /* is called after a prepare that failed, too */

    /*
     * The schedule has changed parameters.  Prepare saw the larger end of each schedule, so that
     * what it allocated suffices.
     */
    void (*retune)(void *self, const struct evk_frame *f);

    /* ---- any of these may be NULL -------------------------------------------------------- */

    /*
     * show: y = the image that is shown of the latent image x, which the ascent changes; y is in
     * the box 0..255 for every x, so that x needs no box.  show_adjoint, in place: g, the gradient
     * with respect to y, becomes that with respect to x.  latent, in place: x, an image, becomes a
     * latent image of which it is shown.  At most one prior of an ascent has these hooks.
     */
    void (*show)(const void *self, const struct evk_frame *f, const float *x, float *y);
    void (*show_adjoint)(const void *self, const struct evk_frame *f, const float *x, float *g);
    void (*latent)(const void *self, const struct evk_frame *f, float *x);

    /* Puts the prior's window in front of the window w. */
    void (*narrow)(const void *self, const struct evk_frame *f, struct evk_image_window *w);

    /*
     * draw: choose a new random transformation T, a function of the key.  transform: y = T x, the
     * image that the network sees.  adjoint: gx = the gradient by x, where gy is that by y.
     */
    void (*draw)(void *self, const struct evk_frame *f, const struct evk_rng_key *key);
    void (*transform)(const void *self, const struct evk_frame *f, const float *x, float *y);
    void (*adjoint)(const void *self, const struct evk_frame *f, const float *gy, float *gx);

    /* Returns the penalty at x, and writes its gradient. */
    double (*penalty)(void *self, const struct evk_frame *f, const float *x, float *gradient);

    /* In place: removes from g what no image that the prior's constraint allows can follow. */
    void (*tangent)(void *self, const struct evk_frame *f, float *g);

    /* In place: filters a gradient whose RMS is 1. */
    void (*filter)(void *self, const struct evk_frame *f, float *g);

    /*
     * A linear parameterisation x = D z, in place.  pull: g becomes D' g, before the optimizer;
     * push: d becomes D d, after the optimizer.
     */
    void (*pull)(void *self, const struct evk_frame *f, float *g);
    void (*push)(void *self, const struct evk_frame *f, float *d);

    /* In place, after every step: makes of x an image that the prior's constraint allows. */
    void (*project)(void *self, const struct evk_frame *f, float *x);

    /*
     * In place, at some steps: changes x.  The hook is called twice a step: right after the step,
     * and again once the network has evaluated x (now->evaluated); a change then is where the
     * ascent goes on, but is no candidate for the result.  Returns false where x was not changed.
     */
    bool (*waypoint)(void *self, const struct evk_frame *f, const struct evk_clock *now, float *x);
};

/* One prior of an ascent.  Owns text, self, first and last. */
struct evk_prior {
    const struct evk_prior_type *type;
    int row;            /* the prior's row in the table: priors act in the table's order */
    char *text;         /* a copy of the parameters; texts in self point into it */
    void *self;         /* the prior's struct, which hooks see */
    void *first, *last; /* structs with the parameters at both ends of the schedule */
    bool scheduled, prepared;
    double weight, from, until;
    bool acts; /* does the prior act at the present point of the ascent? */
};

enum { EVK_PRIORS_MAX = 32 };

/* The priors of an ascent, in the order in which they act. */
struct evk_priors {
    struct evk_prior prior[EVK_PRIORS_MAX];
    size_t count;
};

/*
 * EVK_ENOTFOUND: a prior is unknown (those there are are listed).  EVK_EINVAL: a parameter is
 * wrong.
 */
evk_status evk_priors_check(const evk_texts *texts, evk_error *err);

/*
 * *value = the background of the last of the priors that has the parameter background: the display
 * value that shows where windows hide the image.  Where none has it, *value stays as it is.
 */
evk_status evk_priors_background(const evk_texts *texts, double *value, evk_error *err);

/*
 * Opens the priors that texts name, prepared for images of this frame.  Errors: those of
 * evk_priors_check and of the hooks prepare.  The caller closes *out; after a failure it is empty.
 */
evk_status evk_priors_open(struct evk_priors *out, const evk_texts *texts,
                           const struct evk_frame *f, evk_error *err);
void evk_priors_close(struct evk_priors *all);

/*
 * Opens only those of the priors that have a window; files of other priors are not read.  Otherwise
 * as evk_priors_open.
 */
evk_status evk_priors_open_windows(struct evk_priors *out, const evk_texts *texts,
                                   const struct evk_frame *f, evk_error *err);

/*
 * Calls tell for each file that a prior reads, with the prior's name; ends with the first error
 * that tell returns.
 */
typedef evk_status evk_prior_file_fn(void *arg, const char *prior, const char *file,
                                     evk_error *err);
evk_status evk_priors_files(const evk_texts *texts, evk_prior_file_fn *tell, void *arg,
                            evk_error *err);

/* Sets which priors act at this point of the ascent, and their scheduled parameters. */
void evk_priors_at(struct evk_priors *all, const struct evk_frame *f, const struct evk_clock *now);

/* Does any of the priors have a window? */
bool evk_priors_have_window(const struct evk_priors *all);

/* w = the windows of the priors that act now, one behind the other. */
void evk_priors_window(const struct evk_priors *all, const struct evk_frame *f,
                       struct evk_image_window *w);

#endif /* EVK_SYNTH_PRIOR_H */

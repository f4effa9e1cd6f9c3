/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prior.h - what an image prior provides: one file in priors/ and one row of priors.def
 *
 * A prior is named in a recipe by a text: NAME, NAME:VALUE or NAME:PARAMETER=VALUE,...; VALUE alone
 * is that of its first parameter.  A number may be a schedule A..B over the steps, geometric where
 * both are positive, else linear.  Every prior has from=0 and until=1 besides, the part of the steps
 * in which it acts, and a penalty has weight=0.1.  With until=0 it acts on the start alone, and
 * with from=1 on the last step alone.  Of two texts with one NAME the later holds, and NAME:off
 * removes the earlier.
 *
 * A prior never sees the network.  All that may fail is in prepare; the rest is void, and allocates
 * nothing.  Images are (h, w, c) display values, gradients have the shape of an image.
 */
#ifndef EVK_SYNTH_PRIOR_H
#define EVK_SYNTH_PRIOR_H

#include "base/rng.h"
#include "evoke/types.h"
#include "kernel/kernel.h"
#include "synth/window.h"

/* The image that is climbed, as priors see it. */
struct evk_frame {
    int64_t h, w, c;
    const struct evk_kernels *k;
    double natural_sd;          /* median channel SD of natural images, display levels */
    double natural_mean;        /* the median of their means */
    double natural_contrast;    /* the median of their RMS contrasts */
    double pixels_per_degree;   /* on the display; NAN: not known */
    const float *const *others; /* (others_count) images that the neuron has already, (h, w, c) */
    size_t others_count;
    const struct evk_image_window
        *window; /* through which the image is seen; NULL: all of it is seen */
};

/* Where an ascent is. */
struct evk_clock {
    int64_t step, steps; /* step of 0 to steps - 1; -1: at the start, before all of them */
    bool evaluated;      /* the network has seen the image that the step led to */
};

struct evk_prior_type {
    const char *name;
    const char *summary;     /* one line, with units */
    const char *reference;   /* who has it from where: "Walker 2019"; "" for what is everybody's */
    const evk_param *params; /* of its struct; a row's help has unit and default; may be NULL */
    size_t size;             /* of its struct */
    const void *defaults;    /* a struct of that size, copied before parameters are set */

    /* Check parameters, allocate.  NULL: nothing to do.  self is zero but for its parameters. */
    evk_status (*prepare)(void *self, const struct evk_frame *f, evk_error *err);
    void (*release)(void *self); /* also after a prepare that failed */

    /* Parameters have changed along a schedule, within the ends of which prepare saw the larger. */
    void (*retune)(void *self, const struct evk_frame *f);

    /* ---- any of these may be NULL -------------------------------------------------------- */

    /*
     * What is shown of the latent image x, which the ascent climbs in place of the image: y, within
     * the box whatever x is, so that x needs no box; g <- its gradient by x; x <- the latent image of
     * which x is shown.  Of the priors of an ascent at most one has these.
     */
    void (*show)(const void *self, const struct evk_frame *f, const float *x, float *y);
    void (*show_adjoint)(const void *self, const struct evk_frame *f, const float *x, float *g);
    void (*latent)(const void *self, const struct evk_frame *f, float *x);

    /* The window through which the image is seen, made narrower. */
    void (*narrow)(const void *self, const struct evk_frame *f, struct evk_image_window *w);

    /* A new random transformation y = T x of the image that the network sees; then its adjoint. */
    void (*draw)(void *self, const struct evk_frame *f, const struct evk_rng_key *key);
    void (*transform)(const void *self, const struct evk_frame *f, const float *x, float *y);
    void (*adjoint)(const void *self, const struct evk_frame *f, const float *gy, float *gx);

    /* The penalty at x, and its gradient, written. */
    double (*penalty)(void *self, const struct evk_frame *f, const float *x, float *gradient);

    /* In place: a gradient without what no image that the constraint allows can follow. */
    void (*tangent)(void *self, const struct evk_frame *f, float *g);

    /* In place: what becomes of a gradient whose RMS is 1. */
    void (*filter)(void *self, const struct evk_frame *f, float *g);

    /*
     * A linear parameterisation x = D z: pull is g <- D' g, before the optimizer, push is
     * d <- D d, after it.
     */
    void (*pull)(void *self, const struct evk_frame *f, float *g);
    void (*push)(void *self, const struct evk_frame *f, float *d);

    /* In place: the image that the constraint makes of x, after every step. */
    void (*project)(void *self, const struct evk_frame *f, float *x);

    /*
     * In place, from time to time, asked twice a step: right after the step, and once the network
     * has looked, when x goes on from there but is no candidate for the result.  False: not at this
     * moment, x is as it was.
     */
    bool (*waypoint)(void *self, const struct evk_frame *f, const struct evk_clock *now, float *x);
};

/* One prior of an ascent. */
struct evk_prior {
    const struct evk_prior_type *type;
    int row;            /* of the table: priors act in its order */
    char *text;         /* its parameters; texts in self point here */
    void *self;         /* what hooks see */
    void *first, *last; /* parameters at both ends of the schedule */
    bool scheduled, prepared;
    double weight, from, until;
    bool acts; /* at this moment */
};

enum { EVK_PRIORS_MAX = 32 };

struct evk_priors {
    struct evk_prior prior[EVK_PRIORS_MAX];
    size_t count;
};

/* EVK_ENOTFOUND: no such prior (those there are are listed); EVK_EINVAL: a parameter. */
evk_status evk_priors_check(const evk_texts *texts, evk_error *err);

/*
 * *value = what shows where windows hide the image: the background of the last of texts that has
 * one; where none has, it stays as it is.
 */
evk_status evk_priors_background(const evk_texts *texts, double *value, evk_error *err);

/* The priors of texts, prepared for images of this frame. The caller releases *out. */
evk_status evk_priors_open(struct evk_priors *out, const evk_texts *texts,
                           const struct evk_frame *f, evk_error *err);
void evk_priors_close(struct evk_priors *all);

/* The same of those alone that have a window: what others read, such as statistics, is not read. */
evk_status evk_priors_open_windows(struct evk_priors *out, const evk_texts *texts,
                                   const struct evk_frame *f, evk_error *err);

/* Tell of each file that one of the priors reads, until that fails; prior is its name. */
typedef evk_status evk_prior_file_fn(void *arg, const char *prior, const char *file,
                                     evk_error *err);
evk_status evk_priors_files(const evk_texts *texts, evk_prior_file_fn *tell, void *arg,
                            evk_error *err);

/* Which act now, and with which parameters. */
void evk_priors_at(struct evk_priors *all, const struct evk_frame *f, const struct evk_clock *now);

/* Has any of them a window?  Then that of those that act now, into w. */
bool evk_priors_have_window(const struct evk_priors *all);
void evk_priors_window(const struct evk_priors *all, const struct evk_frame *f,
                       struct evk_image_window *w);

#endif /* EVK_SYNTH_PRIOR_H */

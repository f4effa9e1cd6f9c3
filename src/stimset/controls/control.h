/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control.h - images that stimuli are compared with: one file in controls/ and one row of controls.def
 *
 * A kind has a hook for each kind of set that it is of.  A control is a stimulus like any other: a
 * file, a row, responses on the file; its row names the kind, and the stimulus that it controls.
 */
#ifndef EVK_STIMSET_CONTROLS_CONTROL_H
#define EVK_STIMSET_CONTROLS_CONTROL_H

#include "attack/search.h"
#include "evoke/image.h"
#include "format/codec.h"
#include "stimset/record/row.h"

/* What the control of a perturbed image is made from. Images are (n) bytes. */
struct evk_perturbed {
    struct evk_search *search; /* open; has the base and the budget */
    const evk_perturbation *result;
    int64_t number; /* of noise: another one for the other direction */
    int64_t n;
    const unsigned char *base, *image;
    const unsigned char *other; /* another base */
};

/* What the control of a synthesized image is made from. */
struct evk_maximized {
    const struct evk_row *row; /* of the image */
    const evk_model *model;
    int64_t output;
    const evk_recipe *recipe;
    const struct evk_pixels *image; /* of the file; NULL where the kind does not need it */
    const struct evk_pixels *other; /* the file of another neuron, so */
    const evk_image *source;        /* a reference image at the model's size, so */
    const float *start;             /* (h, w, c) what the ascent began with; NULL: noise */
    const struct evk_image_window
        *window; /* through which image is seen; NULL: all of it is seen */
};

struct evk_control_type {
    const char *name;
    const char *summary; /* one line, with the reference */

    /* Of perturbed images; NULL: not of those. */
    evk_status (*perturbed)(const struct evk_perturbed *of, unsigned char *out, evk_error *err);
    bool other_neuron; /* it is the image of another neuron */
    bool opposite;     /* it is the image of the other direction */
    bool other_base;   /* it is a change of another base */
    bool of_discs;     /* only where images are made of discs */

    /* Of synthesized images; NULL: not of those.  *out has three channels. */
    evk_status (*maximized)(const struct evk_maximized *of, struct evk_pixels *out, evk_error *err);
    bool best_natural; /* it is the reference image that the neuron prefers, one a neuron */
    bool any_natural;  /* it is made from some reference image */

    /* Of sets of all kinds, one a neuron, whatever its images; NULL: no such. */
    void (*blank)(int64_t n, unsigned char *out);
};

enum { EVK_CONTROLS_MAX = 16 };

/* A list of names with commas: their rows, in the order of the table. */
struct evk_controls {
    const struct evk_control_type *type[EVK_CONTROLS_MAX];
    size_t count;
};

/* One kind; NULL: there is none of that name. */
const struct evk_control_type *evk_control_find(const char *name);

/* EVK_ENOTFOUND lists the known ones; EVK_EINVAL: one is named twice. */
evk_status evk_controls_parse(struct evk_controls *out, const char *list, evk_error *err);

#endif /* EVK_STIMSET_CONTROLS_CONTROL_H */

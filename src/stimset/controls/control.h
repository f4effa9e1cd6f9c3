/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * control.h - control images that stimuli are compared with
 *
 * A kind of control is one file in controls/ and one row of controls.def.  It has a hook for each
 * kind of set that it can be asked for in.  A control is a stimulus like any other, with a file, a
 * row, and responses to the file; its row names the kind of control, and the stimulus that it
 * controls.
 */
#ifndef EVK_STIMSET_CONTROLS_CONTROL_H
#define EVK_STIMSET_CONTROLS_CONTROL_H

#include "attack/search.h"
#include "evoke/image.h"
#include "format/codec.h"
#include "stimset/record/row.h"

/* What the control of a perturbed image is made from.  Images are (n) bytes, borrowed. */
struct evk_perturbed {
    struct evk_search *search;      /* open, and set to the base image and the budget */
    const evk_perturbation *result; /* what the search says of the image that it found */
    /* number of the perturbation's direction, so that each direction gets other noise */
    int64_t number;
    int64_t n;
    const unsigned char *base, *image; /* the base image, and the perturbed image made from it */
    const unsigned char *other;        /* another base image, for kinds with other_base */
};

/* What the control of a synthesized image is made from; all of it is borrowed. */
struct evk_maximized {
    const struct evk_row *row; /* row of the image that is controlled */
    const evk_model *model;
    int64_t output;
    const evk_recipe *recipe;
    const struct evk_pixels *image; /* pixels of its file; NULL where the kind does not need them */
    /* pixels of an image of another neuron; NULL where not needed */
    const struct evk_pixels *other;
    /* a reference image at the model's size; NULL where not needed */
    const evk_image *source;
    const float *start; /* (h, w, c) start image of the ascent; NULL: noise */
    double contrast;    /* of an image of a series (series.h) */
    /* the window that image is seen through; NULL: all of it is seen */
    const struct evk_image_window *window;
};

struct evk_control_type {
    const char *name;
    const char *summary; /* one line for listings */

    /*
     * Make the control of a perturbed image, out (n).  NULL: perturbed images have no such control.
     */
    evk_status (*perturbed)(const struct evk_perturbed *of, unsigned char *out, evk_error *err);
    bool other_neuron; /* the control is the image of another neuron */
    bool opposite;     /* the control is the image perturbed in the opposite direction */
    bool other_base;   /* the control is the same perturbation, added to another base image */
    bool of_discs;     /* the control exists only for attacks whose method paints discs */

    /*
     * Make the control of a synthesized image; *out has three channels, and the caller releases it.
     * NULL: synthesized images have no such control.
     */
    evk_status (*maximized)(const struct evk_maximized *of, struct evk_pixels *out, evk_error *err);
    bool best_natural; /* the control is the reference image with the best response, one a neuron */
    bool any_natural;  /* the control is made from a reference image */

    /*
     * Make the one control that each neuron has in a set of any kind, whatever its images: out (n).
     * NULL: this kind makes no such control.
     */
    void (*blank)(int64_t n, unsigned char *out);
};

enum { EVK_CONTROLS_MAX = 16 };

/* Kinds of controls, in the order of controls.def. */
struct evk_controls {
    const struct evk_control_type *type[EVK_CONTROLS_MAX];
    size_t count;
};

/* Returns the kind of control of this name; NULL: there is none. */
const struct evk_control_type *evk_control_find(const char *name);

/*
 * Read a list of names separated by commas; NULL and "" are empty lists.  EVK_ENOTFOUND: a name is
 * unknown, and the message lists the known ones.  EVK_EINVAL: a name stands twice, or a comma ends
 * the list.
 */
evk_status evk_controls_parse(struct evk_controls *out, const char *list, evk_error *err);

#endif /* EVK_STIMSET_CONTROLS_CONTROL_H */

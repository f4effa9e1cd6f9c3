/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.h - the kinds of stimulus sets: each is one folder in sets/ and one row of kinds.def
 *
 * Whoever writes, reads, verifies, repeats or draws a set asks its kind through this struct and knows
 * no kind by name.  A hook that is NULL does nothing, unless its comment says otherwise.
 */
#ifndef EVK_STIMSET_RECORD_KIND_H
#define EVK_STIMSET_RECORD_KIND_H

#include "base/json.h"
#include "evoke/synth.h"
#include "format/codec.h"

struct evk_gallery;
struct evk_remaking;
struct evk_row;
struct evk_verification;

/*
 * Groups of columns of stimuli.tsv.  check/absent.c lists the columns of each group; a column of which
 * a row has no group is "n/a" in that row.
 */
enum evk_cells {
    EVK_CELLS_NONE = 0,
    EVK_CELLS_MODEL = 1 << 0,       /* a model has seen the image */
    EVK_CELLS_REFERENCE = 1 << 1,   /* the description names reference images */
    EVK_CELLS_JUDGES = 1 << 2,      /* the description names judges */
    EVK_CELLS_ASCENT = 1 << 3,      /* an ascent made the image */
    EVK_CELLS_PERTURBED = 1 << 4,   /* the image differs from a base image within a budget */
    EVK_CELLS_SOURCE = 1 << 5,      /* the image was made from a file outside the set */
    EVK_CELLS_RANKED = 1 << 6,      /* the image has a rank among others */
    EVK_CELLS_TRANSFORMED = 1 << 7, /* a transform made the image */
    EVK_CELLS_CONTROL = 1 << 8,     /* the image is a control of another one */
    EVK_CELLS_SEVERAL = 1 << 9,     /* one response is that of several neurons */
    EVK_CELLS_MEMBERS = 1 << 10,    /* the model is an ensemble */
    EVK_CELLS_PARENT = 1 << 11,     /* the image was made from another image of the set */
    EVK_CELLS_SEEDED = 1 << 12,     /* random numbers took part */
    EVK_CELLS_AIM = 1 << 13,        /* the response was to be large, small or a given number */
    EVK_CELLS_COMPARED = 1 << 14,   /* the response is compared with the best reference image */
    EVK_CELLS_SCORED = 1 << 15      /* judges have seen reference images, too */
};

struct evk_set_kind {
    /* StimulusSet of a description: its members SetType and Method, NULL where it has no such member. */
    const char *set_type, *method;
    bool minimizes; /* the option minimize tells this kind from another one of the same SetType */

    const char *title;   /* Name of the description, and of the contact sheet */
    const char *summary; /* GeneratedBy.Description: what evoke does for such a set */
    const char *member;  /* a member of StimulusSet that each set of the kind has: "Models" */

    /* Values of the column set_type, in bytewise order, ended by NULL. */
    const char *const *row_types;

    unsigned cells; /* groups of columns (enum evk_cells) that a row of the kind may have */
    bool streamed;  /* make/stream.h makes the set: up to EVK_STREAM_MAX rows, which stay on disk */
    bool ascends;   /* images are those of ascents, and their controls: the options are a recipe */
    const char
        *unasked; /* set_type of rows that are of no neuron, such as base images; NULL: none are */

    /* Groups of columns of one row, from the groups of its set.  NULL: those of the set. */
    unsigned (*row_cells)(const struct evk_row *row, unsigned cells);

    /*
     * The recipe by which models respond to the images of a set; texts of *out live as long as the
     * description.  NULL: the default recipe.  EVK_EFORMAT, EVK_EINVAL: the options are none.
     */
    evk_status (*recipe)(const evk_json *description, evk_recipe *out, evk_error *err);

    /* The image priors of the options, whose files the description lists.  NULL: there are none. */
    evk_status (*priors)(const evk_json *description, evk_texts *out, evk_error *err);

    /* Report what is wrong with StimulusSet's options and with members that only this kind has. */
    void (*verify_options)(struct evk_verification *v, const evk_json *set);

    /* Compare all rows with the options, with each other and with their files. */
    evk_status (*verify_rows)(struct evk_verification *v, evk_error *err);

    /* Compare rows with what the given models say, beyond the responses to the images themselves. */
    evk_status (*verify_models)(struct evk_verification *v, evk_error *err);

    /* Make the pixels of one row again; the caller releases *out. */
    evk_status (*again)(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err);

    /* Choose what the contact sheet shows, in which order, and with which words. */
    evk_status (*draw)(struct evk_gallery *g, evk_error *err);
};

/* The kind of a set that has this description; NULL: no kind has its SetType and Method. */
const struct evk_set_kind *evk_set_kind_of(const evk_json *description);

/* The same; EVK_EFORMAT instead of NULL. */
evk_status evk_set_kind_find(const struct evk_set_kind **out, const evk_json *description,
                             evk_error *err);

/* The most rows that a set of the kind may have: EVK_STREAM_MAX or EVK_CODE_MAX. */
int64_t evk_set_kind_most_rows(const struct evk_set_kind *kind);

/* Is the text a set_type that rows of some kind have? */
bool evk_is_row_type(const char *set_type);

/* The row_types of all kinds, each once, with commas: "adversarial, blank, ...". */
void evk_list_row_types(struct evk_str *out);

#define EVK_SET_KIND(name) extern const struct evk_set_kind evk_set_kind_##name;
#include "stimset/record/kinds.def"
#undef EVK_SET_KIND

#endif /* EVK_STIMSET_RECORD_KIND_H */

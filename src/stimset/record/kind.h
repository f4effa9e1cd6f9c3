/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.h - the kinds of stimulus sets: each is one folder in sets/ and one row of kinds.def
 *
 * Code that writes, reads, verifies, makes again or draws a set asks the kind of the set through
 * this struct, and knows no kind by its name.  A hook that is NULL does nothing, unless its comment
 * says otherwise.
 */
#ifndef EVK_STIMSET_RECORD_KIND_H
#define EVK_STIMSET_RECORD_KIND_H

#include "base/json.h"
#include "base/param.h"
#include "evoke/synth.h"
#include "format/codec.h"

struct evk_gallery;
struct evk_remaking;
struct evk_row;
struct evk_verification;

/*
 * Groups of columns of stimuli.tsv; a set of groups is a sum of these bits.  check/absent.c says
 * which columns belong to which groups.  A cell is "n/a" where the row has none of its column's
 * groups.
 */
enum evk_cell_groups {
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
    EVK_CELLS_SEVERAL = 1 << 9,     /* the response is the mean of those of several neurons */
    EVK_CELLS_MEMBERS = 1 << 10,    /* the model is an ensemble */
    EVK_CELLS_PARENT = 1 << 11,     /* the image was made from another image of the set */
    EVK_CELLS_SEEDED = 1 << 12,     /* random numbers took part in making the image */
    EVK_CELLS_AIM = 1 << 13,        /* the response was to be large, small or a given number */
    EVK_CELLS_COMPARED = 1 << 14,   /* the response is compared with the best reference image */
    EVK_CELLS_SCORED = 1 << 15,     /* judges have seen reference images, too */
    EVK_CELLS_CALIBRATED = 1 << 16, /* the model's card says how sure its predictions are */
    EVK_CELLS_CONTRASTS = 1 << 17,  /* images are there at several contrasts */
    EVK_CELLS_SERIES = 1 << 18      /* the image is another one at a lower contrast */
};

struct evk_set_kind {
    /* Members of StimulusSet in the description of such a set; NULL: the set lacks that member. */
    const char *set_type, *method;
    bool minimizes; /* such a set has the option minimize, by which two kinds may differ */

    const char *title;   /* Name of the description, and of the contact sheet */
    const char *summary; /* GeneratedBy.Description: what evoke does for such a set */
    const char *member;  /* a member of StimulusSet that every set of the kind has: "Models" */

    /* Values of the column set_type, in bytewise order, ended by NULL. */
    const char *const *row_types;

    unsigned cells; /* groups of columns (enum evk_cell_groups) that a row of the kind may have */
    bool streamed;  /* make/stream.h makes the set: up to EVK_STREAM_MAX rows, which stay on disk */
    bool ascends;   /* ascents made the images, apart from controls: the options are a recipe */
    /* The set_type of rows that belong to no neuron, such as base images; NULL: there are none. */
    const char *unasked;

    /*
     * Returns the groups of columns that one row has, from those that its set has.  NULL: each row
     * has all groups of the set.
     */
    unsigned (*row_cells)(const struct evk_row *row, unsigned cells);

    /*
     * Read the recipe with which models are asked for their responses to the images of a set.  The
     * texts in *out live as long as the description.  NULL: the default recipe is used.
     * EVK_EFORMAT or EVK_EINVAL: the options of the description are not those of such a set.
     */
    evk_status (*recipe)(const evk_json *description, evk_recipe *out, evk_error *err);

    /*
     * Read the image priors in the options, as texts that live as long as the description.  The
     * description lists the files that they read.  NULL: such a set has no priors.
     */
    evk_status (*priors)(const evk_json *description, evk_texts *out, evk_error *err);

    /*
     * Report what is wrong with the options and with members of StimulusSet that only this kind
     * has.
     */
    void (*verify_options)(struct evk_verification *v, const evk_json *set);

    /*
     * Compare all rows with the options, with each other and with their files; report differences.
     */
    evk_status (*verify_rows)(struct evk_verification *v, evk_error *err);

    /*
     * Compute with the given models those cells of all rows that need more than the response to the
     * image itself, and report differences.
     */
    evk_status (*verify_models)(struct evk_verification *v, evk_error *err);

    /* Make the image of one row again, rounded to 8 bits.  The caller releases *out. */
    evk_status (*again)(const struct evk_remaking *r, struct evk_pixels *out, evk_error *err);

    /* Choose which images the contact sheet shows, in which order and with which words below. */
    evk_status (*draw)(struct evk_gallery *g, evk_error *err);
};

/*
 * Returns the kind of the set that a description is of; NULL where no kind has the SetType, the
 * Method and the option minimize that it has.
 */
const struct evk_set_kind *evk_set_kind_of(const evk_json *description);

/* Set *out to the kind that evk_set_kind_of returns.  EVK_EFORMAT: it is NULL. */
evk_status evk_set_kind_find(const struct evk_set_kind **out, const evk_json *description,
                             evk_error *err);

/* Returns the largest number of rows of a set of this kind: EVK_STREAM_MAX or EVK_CODE_MAX. */
int64_t evk_set_kind_most_rows(const struct evk_set_kind *kind);

/* Is the text among the row_types of any kind? */
bool evk_is_row_type(const char *set_type);

/* Append the row_types of all kinds, each once, separated by commas: "blank, control, ...". */
void evk_list_row_types(struct evk_str *out);

#define EVK_SET_KIND(name) extern const struct evk_set_kind evk_set_kind_##name;
#include "stimset/record/kinds.def"
#undef EVK_SET_KIND

#endif /* EVK_STIMSET_RECORD_KIND_H */

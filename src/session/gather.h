/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gather.h - which stimuli of which sets a session shows
 *
 * A stimulus takes part unless it has no image, or it or what it belongs to is left out: its
 * picture is vetoed, its unit is left out, it is a control of or was made from an image that is
 * left out, or it has no unit and all images that were made from it, of which there are some, are
 * left out.
 */
#ifndef EVK_SESSION_GATHER_H
#define EVK_SESSION_GATHER_H

#include "base/names.h"
#include "evoke/session.h"
#include "stimset/record/row.h"
#include "stimset/record/veto.h"

/* A stimulus of a set that takes part.  Texts are owned by the gathering. */
struct evk_rig_stimulus {
    int64_t set, row; /* number of the set, and of the row in it, from 0 */
    const char *id, *role, *unit, *control_of, *source_id; /* unit ...: NULL: there is none */
    bool has_model;
    bool is_perturbed;                                  /* it has linf_delta and rms_delta */
    const char *judges, *judge_roles, *judge_z, *flags; /* NULL: the set has none */
    double contrast; /* of an image of a series, and of its source; NAN: there is no series */
    double response_pred, rms_delta, own_z, heldout_z;
    int64_t linf_delta;
    /* What session/images.c fills in: */
    int64_t code;          /* of the image in the session */
    double response_shown; /* NAN: it is not known */
    int64_t shown_px;      /* pixels of the image on the screen, or of its file without a screen */
    int64_t linf_shown;
    double rms_shown;
};

struct evk_gathering {
    evk_set **sets; /* (set_count) owned */
    size_t set_count;
    struct evk_names names;        /* of the sets */
    struct evk_names hashes;       /* SHA-256 of each set's manifest */
    struct evk_rig_stimulus *list; /* (count) in the order of sets and rows; owned */
    int64_t count;
    struct evk_names texts;      /* of the list */
    struct evk_names known;      /* names of units by model: "model_sha256:output\tname" */
    struct evk_names left_units; /* units that the table of units leaves out */
    int64_t vetoed, left_out; /* stimuli that were vetoed; that were left out for another reason */
};

/* What is gathered; everything is borrowed. */
struct evk_gather_ask {
    const char *const *sets; /* (count) folders */
    size_t count;
    const struct evk_names *names;  /* of the sets; NULL: those of evk_set_names */
    const struct evk_names *vetoes; /* "set\tstimulus_id\treason"; may be NULL */
    /* Units that take part, as "model:output\tname"; NULL: all neurons take part. */
    const struct evk_names *units;
};

/*
 * Open sets and list what takes part; the caller releases *out, also after a failure.  Failures are
 * those of evk_set_open and evk_set_names; EVK_EINVAL: nothing takes part.
 */
evk_status evk_gather(struct evk_gathering *out, const struct evk_gather_ask *ask, evk_error *err);

/*
 * List the vetoes of a table, after a check that each is of an image of the sets; a zeroed list.
 *   others  names of other sets, whose rows are accepted; NULL: none
 */
evk_status evk_gather_vetoes(struct evk_names *out, const char *path, const char *const *sets,
                             size_t count, const struct evk_names *others, evk_error *err);

/* List the units of a table; a zeroed list. */
evk_status evk_gather_units(struct evk_names *out, const evk_units *units, evk_error *err);
void evk_gathering_release(struct evk_gathering *g);

#endif /* EVK_SESSION_GATHER_H */

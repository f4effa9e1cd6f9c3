/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adversarial.h - a set of perturbed images: its options, its rows, and how an image is made
 *
 * A sweep is one base image perturbed for one neuron in one direction, with an image for each
 * budget; the search of each image begins with the image of the next smaller budget.  A sweep is
 * made as a whole and kept until another one is needed.  Its images, and the controls made from
 * them, follow each other in the table.
 */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H
#define EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H

#include "attack/search.h"
#include "base/dir.h"
#include "base/json.h"
#include "evoke/units.h"
#include "stimset/controls/control.h"
#include "stimset/record/aim.h"
#include "stimset/score/held.h"
#include "stimset/score/natural.h"
#include "stimset/score/worker.h"
#include "stimset/sets/adversarial/settings.h"

/* ---- options: options.c ------------------------------------------------------------------- */

enum { EVK_BUDGETS_MAX = 32 };

/* The options of a set, resolved. */
struct evk_asked {
    evk_attack attack; /* direction and budget change from sweep to sweep */
    /* (budget_count) ascending, each rounded to nine digits as in a table */
    double budgets[EVK_BUDGETS_MAX];
    size_t budget_count;
    enum evk_aim aims[2]; /* (aim_count) each neuron and base image has a sweep for each */
    size_t aim_count;
    struct evk_controls controls;
    /* value of blank controls: mean gray, or the background of a window prior */
    unsigned char blank;
    evk_recipe recipe; /* recipe whose objective combines the responses of an ensemble's members */
    /* (held_count) tolerances by model; NULL where they are not measured */
    const struct evk_held *held;
    size_t held_count;
};

/*
 * Check the options and resolve their texts, which must outlive *out.  EVK_EINVAL, EVK_ENOTFOUND:
 * an option, or two together, cannot be followed.
 */
evk_status evk_adversarial_resolve(struct evk_asked *out, const evk_adversarial_options *options,
                                   evk_error *err);

/*
 * Returns the number of rows of a set with these numbers of base images and neurons; -1 where bases
 * is below 0.
 */
int64_t evk_adversarial_rows(const struct evk_asked *asked, int64_t bases, int64_t neurons);

/*
 * Append the budgets and the controls as a description has them: sorted, separated by commas,
 * however the user wrote them.
 */
evk_status evk_adversarial_spell(const struct evk_asked *asked, struct evk_str *budgets,
                                 struct evk_str *controls, evk_error *err);

/* ---- the description: kind.c ----------------------------------------------------------------- */

/*
 * Write the description of a set into w, which this call begins.  Reads the base images; failures
 * are those of reading them and the files of priors.  The caller releases w, also after a failure.
 */
evk_status evk_describe_adversarial(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_adversarial_options *options,
                                    const evk_image_list *images, const evk_run *run,
                                    evk_error *err);

/*
 * Read the options of a set from its description; texts live as long as the description.
 * EVK_EFORMAT, EVK_EINVAL: an option has another type, or a value that it cannot have.
 */
evk_status evk_description_adversarial(const evk_json *description, evk_adversarial_options *out,
                                       evk_error *err);

/* ---- the call: check.c ---------------------------------------------------------------------- */

/* The arguments of a call of evk_adversarial. */
struct evk_adversarial_call {
    const char *path;             /* path of the folder */
    const struct evk_dir *folder; /* NULL until it is open */
    const evk_target *targets;    /* (count) */
    size_t count;
    evk_image_list *images; /* base images */
    const evk_adversarial_options *options;
    const evk_judges *judges; /* may be NULL */
    const evk_units *units;   /* may be NULL */
    const evk_run *run;
    struct evk_asked asked;
};

/*
 * Check that models, images and options go together.  EVK_EINVAL: the models have several sizes, a
 * judge cannot score a target, a neuron of the targets is held, the smallest budget is below one
 * display level of one value, or the name of a base image does not fit a table.  EVK_ESTOPPED:
 * run->stop said so.
 */
evk_status evk_adversarial_check(const struct evk_adversarial_call *c, evk_error *err);

/* ---- sweeps: sweep.c ------------------------------------------------------------------------ */

/* What tells a sweep from others. */
struct evk_sweep {
    const evk_model *model;
    int64_t output;
    int64_t base; /* index of the base image */
    enum evk_aim aim;
};

/* The memory of one thread: the last sweep that it made. */
struct evk_sweep_worker {
    const struct evk_asked *asked;
    int64_t n;                      /* values of an image */
    struct evk_team *team;          /* that makes the passes; owned; NULL: one thread */
    struct evk_worker attacked;     /* session of the neuron that the sweep is for */
    struct evk_worker other_neuron; /* session of the neuron of a row, where that is another one */
    evk_attack attack;              /* options of this sweep, which search refers to */
    struct evk_search search;
    evk_session *session; /* session of the search, owned by attacked; NULL: the search is closed */
    struct evk_sweep sweep;
    bool tried;        /* has sweep been tried? */
    evk_status status; /* what making the sweep returned */
    evk_error why;
    /* (n) base image of the sweep; another base image; the image made last that is not in images */
    unsigned char *base, *other, *made;
    unsigned char *images;     /* (budgets, n) images of the sweep */
    evk_perturbation *results; /* (budgets) how each image was found */
};

/*
 * Prepare a worker for images of n values, whose passes so many threads share. asked must outlive
 * *out, and *out must not move in memory.  The caller closes it, also after a failure.
 */
evk_status evk_sweep_worker_open(struct evk_sweep_worker *out, const struct evk_asked *asked,
                                 int64_t n, int threads, evk_error *err);
void evk_sweep_worker_close(struct evk_sweep_worker *a);

/*
 * Make all images and results of the sweep from the base image in a->base.  The last sweep, or its
 * failure, is kept: asked for the same sweep again, this call makes nothing.  run->stop is asked at
 * every step; run may be NULL.  Failures are those of evk_perturb.
 */
evk_status evk_sweep_run(struct evk_sweep_worker *a, const struct evk_sweep *sweep,
                         const evk_run *run, evk_error *err);

/* Make a control of the image at index budget of the last sweep, in a->made. */
evk_status evk_sweep_control(struct evk_sweep_worker *a, const struct evk_control_type *type,
                             size_t budget, evk_error *err);

/*
 * Convert bytes (h, w, c), c being 1 or 3, into pixels, which always have the channels R, G and B.
 * The caller releases *out.
 */
evk_status evk_pixels_of_bytes(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                               const unsigned char *bytes, evk_error *err);

/* ---- columns of a perturbation: deltas.c ----------------------------------------------------- */

/*
 * Fill in the four norms of the change from source to pixels, over the first channels of both,
 * which have one size.
 */
void evk_row_measure_delta(struct evk_row *row, const struct evk_pixels *source,
                           const struct evk_pixels *pixels, int64_t channels);

/*
 * Is the change from source to pixels within the budget of the row, exactly?  EVK_ENOTFOUND: there
 * is no norm of the name that the row has; EVK_EINVAL: its budget is not one of that norm.
 */
evk_status evk_row_keeps_budget(const struct evk_row *row, const struct evk_pixels *source,
                                const struct evk_pixels *pixels, int64_t channels, bool *keeps,
                                evk_error *err);

/*
 * Fill in response_source, delta_z and reached from the responses of row, and of source, a row with
 * the responses of the same neuron to the source image.  target: the response to reach, NaN where
 * there is none.  sd: of the neuron's responses, the unit of delta_z.
 */
void evk_row_compare_source(struct evk_row *row, const struct evk_row *source, double target,
                            double sd);

/* ---- the rows of a set: plan.c, rows.c ------------------------------------------------------ */

/* What the image of a row is. */
enum evk_adversarial_role { EVK_ROLE_BASE, EVK_ROLE_IMAGE, EVK_ROLE_CONTROL, EVK_ROLE_BLANK };

/* How the image of a row is made. */
struct evk_adversarial_job {
    enum evk_adversarial_role role;
    struct evk_sweep sweep; /* the sweep that has the image, or the image that it is made from */
    size_t budget;          /* index of the budget */
    const struct evk_control_type *control; /* kind of control; NULL: it is none */
    /* index of the base image that the image is a change of, or is itself; -1: none */
    int64_t onto;
    int64_t of;             /* index of the wanted row that the image is a control of; -1: none */
    const evk_model *model; /* model of the row's neuron; NULL: the row is of no neuron */
    int64_t output;         /* index of the neuron among the model's outputs */
    int64_t neuron;         /* its index among all neurons that are asked for; -1: none */
};

/*
 * Rows of each role, as far as they are known before images are made.  name: of the base image in
 * onto.  aim: of the image that is controlled.
 */
struct evk_row evk_adversarial_base_row(const char *name);
struct evk_row evk_adversarial_image_row(const struct evk_asked *asked,
                                         const struct evk_adversarial_job *job, const char *name);
struct evk_row evk_adversarial_control_row(const struct evk_asked *asked,
                                           const struct evk_adversarial_job *job, enum evk_aim aim,
                                           const char *name);
struct evk_row evk_adversarial_blank_row(const struct evk_adversarial_job *job);

struct evk_adversarial_plan {
    struct evk_row *wanted;           /* (count) rows as far as they are known; owned */
    struct evk_adversarial_job *jobs; /* (count) how each is made; owned */
    int64_t count;
    /* (rows of the set) by stim_code - 1: index into jobs, -1: not of this call; owned */
    int64_t *job_of;
};

/*
 * Plan the rows of all targets (count) and base images.  EVK_EINVAL: there is no neuron, a control
 * needs more neurons or base images than there are, or there are more rows than stim_code can
 * number.  The caller releases *out.
 */
evk_status evk_adversarial_plan(struct evk_adversarial_plan *out, const struct evk_asked *asked,
                                const evk_target *targets, size_t count,
                                const evk_image_list *images, evk_error *err);
void evk_adversarial_plan_release(struct evk_adversarial_plan *p);

/*
 * Fill in source_id and control_of of the wanted rows, and p->job_of, once all rows have codes: the
 * hook link of evk_build.
 */
evk_status evk_adversarial_link(struct evk_adversarial_plan *p, const int64_t *place,
                                struct evk_stimuli *all, evk_error *err);

/* ---- the report: report.c -------------------------------------------------------------------- */

struct evk_built;

/* Summarise a finished set neuron by neuron.  The caller frees *out. */
evk_status evk_adversarial_report_new(evk_adversarial_report **out, const struct evk_built *built,
                                      const struct evk_adversarial_plan *plan,
                                      const struct evk_asked *asked, int64_t neurons,
                                      evk_error *err);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adversarial.h - a set of perturbed images: what is asked for, which rows it has, how one is made
 *
 * A sweep is one base image perturbed for one neuron in one direction, an image a budget, each of
 * which starts from the one before: it is made as a whole, and kept until another one is needed.
 * Its images and the controls that are made from them follow each other in the table.
 */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H
#define EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H

#include "attack/pursuit.h"
#include "base/dir.h"
#include "base/json.h"
#include "evoke/adversarial.h"
#include "stimset/controls/control.h"
#include "stimset/record/aim.h"
#include "stimset/score/held.h"
#include "stimset/score/natural.h"
#include "stimset/score/worker.h"

/* ---- what is asked for: adversarial_options.c --------------------------------------------- */

enum { EVK_BUDGETS_MAX = 32 };

struct evk_asked {
    evk_attack attack; /* its direction and budget are those of a sweep */
    double
        budgets[EVK_BUDGETS_MAX]; /* (budget_count) rising; nine digits each, as a table has them */
    size_t budget_count;
    enum evk_aim aims[2]; /* (aim_count) a sweep each */
    size_t aim_count;
    struct evk_controls controls;
    unsigned char blank; /* the value of blank controls: that of the background, if there is one */
    evk_recipe recipe;   /* of responses */
    const struct evk_held *held; /* (held_count) by model, where tolerances are measured */
    size_t held_count;
};

/* The options, checked; their texts must outlive *out. */
evk_status evk_adversarial_resolve(struct evk_asked *out, const evk_adversarial_options *options,
                                   evk_error *err);

/* Rows of a set of so many base images and neurons. */
int64_t evk_adversarial_rows(const struct evk_asked *asked, int64_t bases, int64_t neurons);

/* Its lists as a description has them, however they were spelled: appended. */
evk_status evk_adversarial_spell(const struct evk_asked *asked, struct evk_str *budgets,
                                 struct evk_str *controls, evk_error *err);

/* ---- the description: kind.c ----------------------------------------------------------------- */

/* Begin the description of a set; reads the base images.  The caller releases w, also after a failure. */
evk_status evk_describe_adversarial(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_adversarial_options *options,
                                    const evk_image_list *images, const evk_run *run,
                                    evk_error *err);

/* The options of a set; texts live as long as the description. */
evk_status evk_description_adversarial(const evk_json *description, evk_adversarial_options *out,
                                       evk_error *err);

/* ---- the call: adversarial_check.c ---------------------------------------------------------- */

struct evk_adversarial_call {
    const char *path;             /* of the folder */
    const struct evk_dir *folder; /* once it is open */
    const evk_target *targets;    /* (count) */
    size_t count;
    evk_image_list *images; /* base images */
    const evk_adversarial_options *options;
    const evk_judges *judges; /* may be NULL */
    const evk_run *run;
    struct evk_asked asked;
};

/*
 * Whatever the models, the images and what is asked do not agree in; reads every image.  EVK_EINVAL:
 * models of several sizes, held neurons among the targets, a budget below one level of one value,
 * images of another size that are not to be resized; failures of reading
 * are evk_image_list_read's.
 */
evk_status evk_adversarial_check(const struct evk_adversarial_call *c, evk_error *err);

/* ---- one sweep after the other: adversary.c ------------------------------------------------ */

/* Which sweep. */
struct evk_sweep {
    const evk_model *model;
    int64_t output;
    int64_t base; /* number of the base image */
    enum evk_aim aim;
};

/* The memory of one thread. */
struct evk_sweep_worker {
    const struct evk_asked *asked;
    int64_t n;                      /* values of an image */
    struct evk_worker attacked;     /* of the neuron that is attacked */
    struct evk_worker other_neuron; /* of the neuron that is asked, where it is another */
    evk_attack attack;              /* the one under way, which the pursuit reads */
    struct evk_pursuit pursuit;
    evk_session *session; /* of the pursuit; NULL: it is closed */
    struct evk_sweep sweep;
    bool tried;        /* has the sweep been tried? */
    evk_status status; /* what came of it */
    evk_error why;
    unsigned char *base, *other, *made; /* (n) of the sweep; other base; the image made last */
    unsigned char *images;              /* (budgets, n) */
    evk_perturbation *results;          /* (budgets) */
};

/* For images of n values. asked must outlive *out, and *out must not move. Close it, after a failure too. */
evk_status evk_sweep_worker_open(struct evk_sweep_worker *out, const struct evk_asked *asked,
                                 int64_t n, evk_error *err);
void evk_sweep_worker_close(struct evk_sweep_worker *a);

/*
 * Its images and results, of the image a->base: made unless they are there.  run->stop is asked at
 * every step.  Failures are evk_perturb's.
 */
evk_status evk_sweep_run(struct evk_sweep_worker *a, const struct evk_sweep *sweep,
                         const evk_run *run, evk_error *err);

/* A control of image budget of the sweep that is there, into a->made. */
evk_status evk_sweep_control(struct evk_sweep_worker *a, const struct evk_control_type *type,
                             size_t budget, evk_error *err);

/* Bytes of an image of whole values, (n); pixels of such bytes, of c channels: always R, G, B. */
void evk_bytes_of_image(const evk_image *image, unsigned char *out);
evk_status evk_pixels_of_bytes(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                               const unsigned char *bytes, evk_error *err);

/* ---- what a row says of its perturbation: adversarial_row.c --------------------------------- */

/* The four deltas of pixels against those of the source, in the first channels of both. */
void evk_row_measure_delta(struct evk_row *row, const struct evk_pixels *source,
                           const struct evk_pixels *pixels, int64_t channels);

/* Are they within the row's budget, by no amount beyond it? EVK_EINVAL: there is no such norm. */
evk_status evk_row_keeps_budget(const struct evk_row *row, const struct evk_pixels *source,
                                const struct evk_pixels *pixels, int64_t channels, bool *keeps,
                                evk_error *err);

/* From responses: source is what the neuron's model says of the source. */
void evk_row_compare_source(struct evk_row *row, const struct evk_row *source, double target,
                            double sd);

/* ---- the rows of a set: adversarial_plan.c --------------------------------------------------- */

enum evk_adversarial_role { EVK_ROLE_BASE, EVK_ROLE_IMAGE, EVK_ROLE_CONTROL, EVK_ROLE_BLANK };

struct evk_adversarial_job {
    enum evk_adversarial_role role;
    struct evk_sweep sweep; /* whose image it is, or is made from */
    size_t budget;
    const struct evk_control_type *control;
    int64_t onto; /* the base image that it is a change of; of EVK_ROLE_BASE itself; -1: none */
    int64_t of;   /* the row, of wanted, that it is a control of; -1: none */
    const evk_model *model; /* of the row's own neuron; NULL: none */
    int64_t output;
    int64_t neuron; /* its number among all that are asked for; -1: none */
};

/* Rows as far as they are known; name is of the base. aim is that of the image which is controlled. */
struct evk_row evk_adversarial_base_row(const char *name);
struct evk_row evk_adversarial_image_row(const struct evk_asked *asked,
                                         const struct evk_adversarial_job *job, const char *name);
struct evk_row evk_adversarial_control_row(const struct evk_asked *asked,
                                           const struct evk_adversarial_job *job, enum evk_aim aim,
                                           const char *name);
struct evk_row evk_adversarial_blank_row(const struct evk_adversarial_job *job);

struct evk_adversarial_plan {
    struct evk_row *wanted;           /* (count) as far as known */
    struct evk_adversarial_job *jobs; /* (count) */
    int64_t count;
    int64_t *job_of; /* (rows) by stim_code - 1: place in jobs, -1: of another call */
};

evk_status evk_adversarial_plan(struct evk_adversarial_plan *out, const struct evk_asked *asked,
                                const evk_target *targets, size_t count,
                                const evk_image_list *images, evk_error *err);
void evk_adversarial_plan_release(struct evk_adversarial_plan *p);

/* Source_id and control_of of the rows that are wanted, once all have codes: as evk_build links. */
evk_status evk_adversarial_link(struct evk_adversarial_plan *p, const int64_t *place,
                                struct evk_stimuli *all, evk_error *err);

/* ---- what became of it ---------------------------------------------------------------------- */

struct evk_built;
evk_status evk_adversarial_report_new(evk_adversarial_report **out, const struct evk_built *built,
                                      const struct evk_adversarial_plan *plan,
                                      const struct evk_asked *asked, int64_t neurons,
                                      evk_error *err);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_ADVERSARIAL_H */

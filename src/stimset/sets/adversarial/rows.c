/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - rows of a set of perturbed images, as far as they are known before the images are made
 */
#include <stdio.h>
#include <string.h>

#include "model/session.h"
#include "stimset/record/caption.h"
#include "stimset/sets/adversarial/adversarial.h"

struct evk_row evk_adversarial_base_row(const char *name)
{
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.set_type = r.method = "natural";
    r.n_steps = 0;
    r.source_file = name;
    evk_caption_adversarial(&r);
    return r;
}

/* Begin a row of the job's neuron. */
static struct evk_row begin_row(const struct evk_adversarial_job *job)
{
    const evk_model_info *info = evk_model_describe(job->model);
    struct evk_row r = evk_row_new();

    r.type = "image";
    r.target_model = info->name;
    evk_model_neuron(job->model, job->output, r.target_output);
    r.model_sha256 = info->sha256;
    return r;
}

/*
 * Write the objective: "max", "min" or "target", followed by how the members of an ensemble are
 * combined where that is not their mean, and by "before softmax" where that is what was climbed.
 */
static void put_objective(const evk_model *m, enum evk_aim aim, const char *objective,
                          struct evk_row *r)
{
    const bool plain = strcmp(objective, "mean") == 0;
    const bool before = aim != EVK_AIM_REACH && evk_model_ends_in_softmax(m);

    snprintf(r->objective, sizeof(r->objective), "%s%s%s%s", evk_aim_objective(aim),
             plain ? "" : " ", plain ? "" : objective, before ? evk_before_softmax : "");
}

/* Begin the row of a perturbed image or of a control of one. */
static struct evk_row begin_changed(const struct evk_asked *asked,
                                    const struct evk_adversarial_job *job, enum evk_aim aim,
                                    const char *name)
{
    struct evk_row r = begin_row(job);

    r.seed = asked->attack.seed;
    r.budget = asked->budgets[job->budget];
    r.budget_norm = asked->attack.norm;
    r.source_file = name;
    r.control = job->control ? job->control->name : NULL;
    put_objective(job->model, aim, asked->attack.objective, &r);
    return r;
}

struct evk_row evk_adversarial_image_row(const struct evk_asked *asked,
                                         const struct evk_adversarial_job *job, const char *name)
{
    struct evk_row r = begin_changed(asked, job, job->sweep.aim, name);

    r.set_type = "adversarial";
    r.method = asked->attack.method;
    r.n_steps = asked->attack.steps;
    evk_caption_adversarial(&r);
    return r;
}

struct evk_row evk_adversarial_control_row(const struct evk_asked *asked,
                                           const struct evk_adversarial_job *job, enum evk_aim aim,
                                           const char *name)
{
    struct evk_row r = begin_changed(asked, job, aim, name);

    r.set_type = "control";
    evk_caption_adversarial(&r);
    return r;
}

struct evk_row evk_adversarial_blank_row(const struct evk_adversarial_job *job)
{
    struct evk_row r = begin_row(job);

    r.set_type = "blank";
    r.control = job->control->name;
    evk_caption_adversarial(&r);
    return r;
}

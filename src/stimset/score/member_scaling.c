/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member_scaling.c - scale the members of an ensemble by their responses to reference images */
#include <stdlib.h>

#include "base/mem.h"
#include "stimset/inputs/fit.h"
#include "stimset/score/reference.h"

/*
 * Measure mean and SD, (outputs of the ensemble) each, of one member's responses to the reference
 * images.
 */
static evk_status measure_member(const evk_model *m, int64_t member,
                                 const evk_image_list *reference, const evk_run *run, double *mean,
                                 double *sd, evk_error *err)
{
    const evk_model *one = evk_model_member(m, member);
    struct evk_reference r;
    evk_status s = evk_reference_read(&r, one, reference, run, err);

    if (s)
        return s;
    for (int64_t i = 0; i < evk_model_describe(m)->outputs && !s; i++) {
        const int64_t o = evk_model_member_output(m, member, i);

        s = evk_reference_check_output(&r, o, one, reference, err);
        mean[i] = r.mean[o];
        sd[i] = r.sd[o];
    }
    evk_reference_release(&r);
    return s;
}

evk_status evk_scale_members(evk_model *m, evk_scaling scaling, evk_image_list *reference,
                             const evk_run *run, evk_error *err)
{
    const struct evk_size size = evk_size_of(m);
    const evk_model_info *info = evk_model_describe(m);
    const int64_t n = info->members * info->outputs;
    double *mean;
    evk_status s = EVK_OK;

    EVK_TRY(evk_image_list_prepare(reference, &size, run, err));
    EVK_TRY(evk_alloc(&mean, 2 * n, sizeof(*mean), "statistics", err));
    for (int64_t i = 0; i < info->members && !s; i++)
        s = measure_member(m, i, reference, run, mean + i * info->outputs,
                           mean + n + i * info->outputs, err);
    if (!s)
        s = evk_model_scale_members(m, scaling, mean, mean + n, err);
    free(mean);
    return s;
}

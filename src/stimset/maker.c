/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maker.c - from a row to pixels, and from pixels to a response */
#include "stimset/maker.h"

#include <stdlib.h>

#include "base/mem.h"
#include "image/image.h"
#include "model/model.h"

void evk_maker_release(struct evk_maker *m)
{
    evk_session_free(m->session);
    free(m->image);
    free(m->responses);
    *m = (struct evk_maker){NULL, NULL, NULL};
}

static evk_status turn_to(struct evk_maker *m, const evk_model *model, evk_error *err)
{
    evk_status s;

    if (m->session && evk_session_model(m->session) == model)
        return EVK_OK;
    evk_maker_release(m);
    s = evk_session_new(&m->session, model, err);
    if (!s)
        s = evk_alloc_floats(&m->image, evk_shape_count(evk_model_input(model)), "an image", err);
    if (!s)
        s = evk_alloc_floats(&m->responses, model->outputs, "responses", err);
    if (s)
        evk_maker_release(m);
    return s;
}

struct watcher {
    struct evk_stimulus *stimulus;
    const evk_run *run;
};

static bool watch(void *arg, const evk_step *now)
{
    const struct watcher *w = arg;

    evk_trace_note(&w->stimulus->trace, w->stimulus->row.n_steps, now->step, now->response);
    return !(w->run && w->run->stop && w->run->stop(w->run->arg));
}

evk_status evk_maker_synthesize(struct evk_maker *m, const evk_model *model,
                                const evk_recipe *recipe, const evk_run *run,
                                struct evk_stimulus *s, struct evk_pixels *out, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(model);
    const evk_watch w = {watch, &(struct watcher){s, run}};
    evk_ascent ascent;

    EVK_TRY(turn_to(m, model, err));
    EVK_TRY(evk_synthesize(m->session, recipe, s->row.target_output, s->row.start, &w, m->image,
                           &ascent, err));
    s->row.restarts = ascent.restarts;
    s->row.response_pred_prequant = ascent.response;
    return evk_image_quantise(out, in->h, in->w, in->c, m->image, err);
}

evk_status evk_maker_respond(struct evk_maker *m, const evk_model *model, int64_t output,
                             const struct evk_pixels *pixels, double *response, evk_error *err)
{
    const struct evk_shape *in = evk_model_input(model);
    const int64_t step = pixels->channels;

    if (pixels->height != in->h || pixels->width != in->w || (in->c != step && in->c != 1))
        return evk_fail(err, EVK_EINVAL, "is %lldx%lldx%lld, but %s expects %lldx%lldx%lld",
                        (long long)pixels->height, (long long)pixels->width, (long long)step,
                        model->path, (long long)in->h, (long long)in->w, (long long)in->c);
    if (output < 0 || output >= model->outputs)
        return evk_fail(err, EVK_EINVAL, "output %lld is out of range, %s has %lld",
                        (long long)output, model->path, (long long)model->outputs);
    EVK_TRY(turn_to(m, model, err));
    for (int64_t i = 0; i < in->h * in->w; i++)
        for (int64_t c = 0; c < in->c; c++)
            m->image[i * in->c + c] = pixels->data[i * step + c];
    evk_session_predict(m->session, m->image, m->responses);
    *response = (double)m->responses[output];
    return EVK_OK;
}

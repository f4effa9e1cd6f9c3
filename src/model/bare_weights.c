/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare_weights.c - files that have the weights of a network, and not its architecture */
#include "model/bare_weights.h"

#include "base/str.h"
#include "tensor/tensor.h"

enum { SHOWN = 3 };

evk_status evk_bare_weights_fail(const struct evk_bare_weights *w, evk_error *err)
{
    struct evk_str some = EVK_STR_INIT;
    char shape[EVK_SHAPE_TEXT];
    evk_status s;

    for (int64_t i = 0; i < w->count && i < SHOWN; i++)
        evk_str_printf(&some, "%s%.80s %s", i ? ", " : "", w->arrays[i].name,
                       evk_shape_text(w->arrays[i].axes, w->arrays[i].dim, shape));
    s = evk_str_check(&some, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "is %s, which has the weights of a network and not its architecture: %lld "
                     "arrays (%s%s); %s; write the network as ONNX",
                     w->container, (long long)w->count, some.data, w->count > SHOWN ? ", ..." : "",
                     w->why);
    evk_str_release(&some);
    return s;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch.c - the loader of PyTorch's state dictionaries: compact models, and cores with readouts */
#include "format/torch.h"

#include "model/core/core.h"
#include "model/loader.h"
#include "model/torch_compact.h"

static evk_status load_core(struct evk_network *out, const struct evk_torch *t,
                            const struct evk_load_options *o, evk_error *err)
{
    if (!o->core || o->height == 0 || o->width == 0)
        return evk_core_needs_card(t, err);
    EVK_TRY(evk_network_note(out, "recognised",
                             "a PyTorch archive with the state dictionary of a core with readouts",
                             err));
    return evk_core_build(out, t, o->core, o->height, o->width, err);
}

static evk_status torch_load(struct evk_network *out, const unsigned char *data, size_t size,
                             const struct evk_load_options *options, evk_error *err)
{
    struct evk_torch t = {0};
    evk_status s;

    EVK_TRY(evk_torch_read(&t, data, size, err));
    s = evk_is_core(&t) ? load_core(out, &t, options, err) : evk_torch_compact(out, &t, err);
    evk_torch_release(&t);
    return s;
}

static enum evk_probe torch_probe(const unsigned char *data, size_t size)
{
    return evk_torch_probe(data, size) || evk_torch_is_legacy(data, size) ? EVK_PROBE_YES
                                                                          : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_torch;
const struct evk_loader evk_loader_torch = {
    .name = "torch",
    .summary = "PyTorch archive of a state dictionary (.pt, .pth)",
    .probe = torch_probe,
    .load = torch_load,
};

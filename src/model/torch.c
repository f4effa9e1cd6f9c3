/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch.c - the loader of PyTorch's state dictionaries, bare or in a checkpoint */
#include "format/torch.h"

#include "model/loader.h"
#include "model/state_dict.h"

static evk_status torch_load(struct evk_network *out, const unsigned char *data, size_t size,
                             const struct evk_load_options *options, evk_error *err)
{
    struct evk_tensors t = {0};
    evk_status s;

    EVK_TRY(evk_torch_read(&t, data, size, err));
    s = evk_state_dict_load(out, &t, "a PyTorch state dictionary", options, err);
    evk_tensors_release(&t);
    return s;
}

static enum evk_probe torch_probe(const unsigned char *data, size_t size)
{
    return evk_torch_probe(data, size) ? EVK_PROBE_YES : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_torch;
const struct evk_loader evk_loader_torch = {
    .name = "torch",
    .summary = "PyTorch state dictionary (.pt, .pth, .ckpt)",
    .probe = torch_probe,
    .load = torch_load,
};

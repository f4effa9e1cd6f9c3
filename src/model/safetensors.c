/* SPDX-License-Identifier: GPL-3.0-or-later */
/* safetensors.c - the loader of safetensors files, which have the tensors of a state dictionary */
#include "format/safetensors.h"

#include "model/loader.h"
#include "model/state_dict.h"

static evk_status safetensors_load(struct evk_network *out, const unsigned char *data, size_t size,
                                   const struct evk_load_options *options, evk_error *err)
{
    struct evk_tensors t = {0};
    evk_status s;

    EVK_TRY(evk_safetensors_read(&t, data, size, err));
    s = evk_state_dict_load(out, &t, "a safetensors file", options, err);
    evk_tensors_release(&t);
    return s;
}

static enum evk_probe safetensors_probe(const unsigned char *data, size_t size)
{
    return evk_safetensors_probe(data, size) ? EVK_PROBE_YES : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_safetensors;
const struct evk_loader evk_loader_safetensors = {
    .name = "safetensors",
    .summary = "safetensors file of a state dictionary (.safetensors)",
    .probe = safetensors_probe,
    .load = safetensors_load,
};

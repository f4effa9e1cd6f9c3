/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c - the loader of ONNX files */
#include <stdio.h>

#include "base/str.h"
#include "model/loader.h"
#include "model/onnx/onnx.h"

static evk_status note_file(struct evk_network *out, const struct evk_onnx *o, evk_error *err)
{
    const Onnx__ModelProto *m = o->model;
    char text[256];

    snprintf(text, sizeof(text), "an ONNX file of opset %lld, written by %.60s %.40s",
             (long long)o->frames[0]->opset,
             m->producer_name && m->producer_name[0] ? m->producer_name : "an unnamed program",
             m->producer_version ? m->producer_version : "");
    return evk_network_note(out, "recognised", text, err);
}

/* Notes that some of the weights lie in other files. */
static evk_status note_beside(struct evk_network *out, const struct evk_onnx *o, evk_error *err)
{
    char text[256];

    if (o->beside.count == 0)
        return EVK_OK;
    snprintf(text, sizeof(text),
             "weights are read from %zu file%s beside it, which the SHA-256 covers",
             o->beside.count, o->beside.count == 1 ? "" : "s");
    return evk_network_note(out, "other files", text, err);
}

static evk_status onnx_load(struct evk_network *out, const unsigned char *data, size_t size,
                            const struct evk_load_options *options, evk_error *err)
{
    struct evk_onnx o = {
        .options = options, .part = "node", .network = out, .bytes = (int64_t)size};
    Onnx__ModelProto *model;
    evk_status s;

    EVK_TRY(evk_onnx_unpack(&model, data, size, err));
    o.model = model;
    s = evk_onnx_build(&o, err);
    if (!s)
        s = note_file(out, &o, err);
    if (!s)
        s = note_beside(out, &o, err);
    if (!s)
        s = evk_network_note_preprocessing(out, err);
    evk_onnx_release(&o);
    onnx__model_proto__free_unpacked(model, NULL);
    return s;
}

static enum evk_probe onnx_probe(const unsigned char *data, size_t size)
{
    return evk_onnx_probe(data, size) ? EVK_PROBE_YES : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_onnx;
const struct evk_loader evk_loader_onnx = {
    .name = "onnx",
    .summary = "ONNX file (.onnx)",
    .probe = onnx_probe,
    .load = onnx_load,
    .beside = evk_onnx_beside,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_readout.c - "readout" of a member of a model card: a readout that evoke fitted */
#include "model/card_readout.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "model/card_file.h"
#include "model/model.h"

void evk_card_readout_release(struct evk_card_readout *r)
{
    evk_bytes_release(&r->bytes);
    free(r->path);
    *r = (struct evk_card_readout){0};
}

static evk_status read_layers(struct evk_card_readout *out, const evk_json *list, evk_error *err)
{
    const size_t n = evk_json_count(list);

    if (n < 1 || n > EVK_READOUT_LAYERS_MAX)
        return evk_fail(err, EVK_EFORMAT,
                        "its readout has %zu layers, expected 1 to %d names of layers", n,
                        EVK_READOUT_LAYERS_MAX);
    for (size_t i = 0; i < n; i++) {
        out->layers[i] = evk_json_text(evk_json_at(list, i));
        if (!out->layers[i])
            return evk_fail(err, EVK_EFORMAT, "its readout's layers are not all names");
    }
    out->readout.layers = out->layers;
    out->readout.layer_count = n;
    return EVK_OK;
}

/* Reads a whole number from `least` to `most`. */
static evk_status read_number(const evk_json *json, const char *key, int64_t least, int64_t most,
                              int64_t *out, evk_error *err)
{
    const evk_json *v = evk_json_get(json, key);
    char found[EVK_JSON_BRIEF];

    if (evk_json_int(v, out) && *out >= least && *out <= most)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "its readout's %s is %s, expected %lld to %lld", key,
                    evk_json_brief(v, found), (long long)least, (long long)most);
}

/* Reads the name of a file beside the card. */
static evk_status read_name(const evk_json *json, const char **out, evk_error *err)
{
    const evk_json *v = evk_json_get(json, "file");
    char found[EVK_JSON_BRIEF];

    *out = evk_json_text(v);
    if (*out && **out && !strchr(*out, '/') && (*out)[0] != '.')
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT,
                    "its readout's file is %s, expected the name of a .npz file beside the card",
                    evk_json_brief(v, found));
}

static evk_status read_keys(struct evk_card_readout *out, const evk_json *json, evk_error *err)
{
    static const char *const known[] = {"file", "sha256", "member", "layers",
                                        "grid", "output", NULL};

    EVK_TRY(evk_card_check_keys(json, "its readout", known, err));
    EVK_TRY(read_layers(out, evk_json_get(json, "layers"), err));
    EVK_TRY(read_number(json, "grid", 1, EVK_READOUT_GRID_MAX, &out->readout.grid, err));
    EVK_TRY(read_number(json, "member", 0, EVK_MEMBERS_MAX - 1, &out->file.member, err));
    out->readout.output = evk_json_text(evk_json_get(json, "output"));
    if (!out->readout.output)
        return evk_fail(err, EVK_EFORMAT, "its readout has no output, expected linear or softplus");
    out->file.sha256 = evk_json_text(evk_json_get(json, "sha256"));
    if (!out->file.sha256 || strlen(out->file.sha256) != EVK_SHA256_TEXT - 1)
        return evk_fail(err, EVK_EFORMAT,
                        "its readout has no sha256 of its file, expected 64 hexadecimal digits");
    return EVK_OK;
}

/* Reads the file's bytes, whose SHA-256 must be the card's. */
static evk_status read_file(struct evk_card_readout *out, evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES];
    char sha256[EVK_SHA256_TEXT];

    EVK_TRY(evk_fs_read(&out->bytes, out->path, EVK_MODEL_FILE_MAX, err));
    EVK_TRY(evk_sha256(out->bytes.data, out->bytes.size, digest, err));
    evk_hex(digest, sizeof(digest), sha256);
    if (strcmp(sha256, out->file.sha256) == 0)
        return EVK_OK;
    return evk_fail(err, EVK_EFORMAT, "%s: has SHA-256 %.12s..., but the card means %.12s...",
                    out->path, sha256, out->file.sha256);
}

evk_status evk_card_readout_read(struct evk_card_readout *out, const evk_json *json,
                                 const struct evk_card_places *places, evk_error *err)
{
    const char *name;

    EVK_TRY(read_name(json, &name, err));
    EVK_TRY(read_keys(out, json, err));
    EVK_TRY(evk_card_find_file(places, "readout weights", name, out->file.sha256, &out->path, err));
    EVK_TRY(read_file(out, err));
    out->file.path = out->path;
    out->file.bytes = &out->bytes;
    out->readout.file = &out->file;
    return EVK_OK;
}

void evk_card_readout_put(struct evk_json_writer *w, evk_json *member, const struct evk_fitted *f,
                          bool names)
{
    evk_json *one = evk_json_put_object(w, member, "readout"), *layers;

    if (names)
        evk_json_put_text(w, one, "file", evk_base_name(f->file));
    evk_json_put_text(w, one, "sha256", f->sha256);
    evk_json_put_int(w, one, "member", f->member);
    layers = evk_json_put_array(w, one, "layers");
    for (size_t i = 0; i < f->features.count; i++)
        evk_json_put_text(w, layers, NULL, f->features.blocks[i].layer);
    evk_json_put_int(w, one, "grid", f->features.grid);
    evk_json_put_text(w, one, "output", f->output);
}

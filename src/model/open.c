/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open.c - opening a path, which is a model card or a model file */
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "model/card.h"
#include "model/load.h"

/* Opens a card, whose weight files are looked for in the card's folder and in options->weights. */
static evk_status open_card(evk_model **out, const char *path, const struct evk_bytes *file,
                            const evk_model_options *options, evk_error *err)
{
    struct evk_card_places places = {.weights = options->weights};
    struct evk_str folder = EVK_STR_INIT;
    evk_json *card;
    evk_status s = evk_json_parse(&card, file->data, file->size, err);

    if (s)
        return evk_wrap(err, s, "%s", path);
    evk_str_add(&folder, path, (size_t)(evk_base_name(path) - path));
    s = evk_str_check(&folder, err);
    places.folder = folder.size ? folder.data : ".";
    if (!s)
        s = evk_card_open(out, path, card, &places, options, err);
    evk_str_release(&folder);
    evk_json_free(card);
    return s;
}

evk_status evk_model_open(evk_model **out, const char *path, const evk_model_options *options,
                          evk_error *err)
{
    EVK_ENTER();
    const evk_model_options none = {0};
    struct evk_bytes file;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, EVK_MODEL_FILE_MAX, err));
    if (evk_is_card(file.data, file.size))
        s = open_card(out, path, &file, options ? options : &none, err);
    else
        s = evk_model_load(out, path, &file, options ? options : &none, err);
    evk_bytes_release(&file);
    return s;
}

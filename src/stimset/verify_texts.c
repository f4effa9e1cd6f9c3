/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify_texts.c - what is the same in every set that this version of evoke made */
#include <string.h>

#include "format/own.h"
#include "stimset/describe.h"
#include "stimset/folder.h"
#include "stimset/verify.h"

static void check_text(struct evk_verification *v, const char *name, const void *want, size_t size)
{
    struct evk_bytes file;

    if (evk_folder_get(v->folder, name, &file, NULL))
        return; /* missing: the manifest knows */
    if (file.size != size || memcmp(file.data, want, size) != 0)
        evk_find(v, "%s: is not the text that evoke %s writes", name, evk_version());
    evk_bytes_release(&file);
}

static evk_status check_sidecar(struct evk_verification *v, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_row_sidecar(&text, err);

    if (!s)
        check_text(v, EVK_SET_SIDECAR, text.data, text.size);
    evk_str_release(&text);
    return s;
}

/* Members in the order and in the spelling in which they are written. */
static evk_status check_spelling(struct evk_verification *v, evk_error *err)
{
    const struct evk_json_writer w = {v->description, false};
    struct evk_str text = EVK_STR_INIT;
    const evk_status s = evk_json_write_exactly(&w, &text, err);

    if (!s)
        check_text(v, EVK_SET_DESCRIPTION, text.data, text.size);
    evk_str_release(&text);
    return s;
}

/* The contact sheet depends on fonts, so that only its being a plain image is known. */
static void check_sheet(struct evk_verification *v)
{
    evk_error why = {EVK_OK, ""};
    struct evk_pixels pixels;
    struct evk_bytes file;

    if (evk_folder_get(v->folder, EVK_SET_SHEET, &file, NULL))
        return;
    if (!evk_decode(&pixels, file.data, file.size, &why)) {
        evk_pixels_release(&pixels);
        (void)evk_png_check_own(&file, NULL, &why);
    }
    if (why.code)
        evk_find(v, "%s: %s", EVK_SET_SHEET, why.msg);
    evk_bytes_release(&file);
}

evk_status evk_verify_texts(struct evk_verification *v, evk_error *err)
{
    static const char *const constant[] = {EVK_SET_README, EVK_SET_BIDSIGNORE};

    if (!v->description || !evk_verify_same_version(v))
        return EVK_OK;
    for (size_t i = 0; i < sizeof(constant) / sizeof(constant[0]); i++)
        check_text(v, constant[i], evk_folder_text(constant[i]),
                   strlen(evk_folder_text(constant[i])));
    check_sheet(v);
    EVK_TRY(check_spelling(v, err));
    return check_sidecar(v, err);
}

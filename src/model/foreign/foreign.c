/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign.c - which foreign format a file is of, and the sentence that refuses it */
#include "model/foreign/foreign.h"

#include "model/foreign/recognise.h"
#include "model/way.h"

/* A row of formats.def: the bytes that recognise a format, or, where bytes is NULL, a function. */
struct foreign {
    enum evk_foreign_turn turn;
    size_t at, size;
    const char *bytes;
    bool (*is)(struct evk_foreign_file *f);
    const char *what, *way;
};

static const struct foreign formats[] = {
#define EVK_FOREIGN(name, turn, what, way) \
    {EVK_FOREIGN_##turn, 0, 0, NULL, evk_is_##name, what, way},
#define EVK_FOREIGN_BYTES(name, at, bytes, what, way) \
    {EVK_FOREIGN_LAST, at, sizeof(bytes) - 1, bytes, NULL, what, way},
#include "model/foreign/formats.def"
#undef EVK_FOREIGN
#undef EVK_FOREIGN_BYTES
};

/* Returns the first format of this turn that recognises the file; NULL: none does. */
static const struct foreign *recognise(enum evk_foreign_turn turn, struct evk_foreign_file *f)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        const struct foreign *a = &formats[i];

        if (a->turn == turn && (a->bytes ? evk_foreign_has(f, a->at, a->bytes, a->size) : a->is(f)))
            return a;
    }
    return NULL;
}

static evk_status fail(const struct foreign *a, const char *path, const char *found, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_way_add(&text, a->what, path, found);
    evk_str_puts(&text, "; ");
    evk_way_add(&text, a->way, path, found);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_fail(err, EVK_EUNSUPPORTED, "is %s", text.data);
    evk_str_release(&text);
    return s;
}

evk_status evk_foreign_refuse(enum evk_foreign_turn turn, const char *path,
                              const struct evk_bytes *file, evk_error *err)
{
    struct evk_foreign_file f = {.data = file->data, .size = file->size, .path = path};
    const struct foreign *a;
    evk_status s = EVK_OK;

    if (evk_zip_probe(file->data, file->size) && evk_zip_open(&f.zip, file->data, file->size, NULL))
        f.zip = NULL;
    a = recognise(turn, &f);
    if (a)
        s = fail(a, path, f.found, err);
    evk_zip_close(f.zip);
    return s;
}

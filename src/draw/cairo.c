/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairo.c - loads the drawing library cairo while the program runs */
#include "draw/cairo.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* The file name is part of cairo's binary interface: the 2 changes when its functions do. */
static const char library[] = "libcairo.so.2";

static const struct {
    const char *name; /* of the function in the library */
    size_t offset;    /* of the pointer to it in struct evk_cairo */
} functions[] = {
#define EVK_CAIRO(name) {"cairo_" #name, offsetof(struct evk_cairo, name)},
#include "draw/cairo.def"
#undef EVK_CAIRO
};

/* Fail with the loader's own words, which name the file and, where one is missing, the function. */
static evk_status refuse(evk_error *err)
{
    const char *why = dlerror();

    return evk_fail(err, EVK_EUNSUPPORTED,
                    "no contact sheet can be drawn: %s; expected the library of Debian's package "
                    "libcairo2, which only sets and sheets need",
                    why ? why : library);
}

/*
 * The system loads a library once, however often it is opened.  It is never closed, since
 * fontconfig keeps memory that only a loaded library can refer to.  C does not convert a data
 * pointer to a function pointer, hence memcpy: POSIX says that both have the same representation.
 */
evk_status evk_cairo_load(struct evk_cairo *out, evk_error *err)
{
    void *cairo = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    if (!cairo)
        return refuse(err);
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        void *function = dlsym(cairo, functions[i].name);

        if (!function)
            return refuse(err);
        memcpy((char *)out + functions[i].offset, &function, sizeof(function));
    }
    return EVK_OK;
}

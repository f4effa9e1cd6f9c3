/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * svg_ids.c - ids in an SVG that depend on the drawing only
 *
 * An id is defined as ` id="NAME"` and used as `"#NAME"` or `(#NAME)`.  Most of a
 * file is images in base64, in which neither a space nor '#' can occur; so those
 * characters are what is searched for.
 */
#include "draw/svg_ids.h"

#include <string.h>

#include "base/names.h"

static const char definition[] = " id=\"";
enum { DEFINITION = sizeof(definition) - 1, NAME_MAX_BYTES = 63 };

/*
 * Returns the name in the definition of an id that begins at this place, or, where uses is true, in
 * a use of an id.  *length is the name's length in bytes, 0 where no definition or use begins here.
 */
static const char *name_at(const char *at, bool uses, size_t *length)
{
    const char *name = NULL;

    *length = 0;
    if (strncmp(at, definition, DEFINITION) == 0)
        name = at + DEFINITION;
    else if (uses && *at == '#')
        name = at + 1;
    if (name)
        *length = strcspn(name, "\")");
    if (*length > NAME_MAX_BYTES)
        *length = 0;
    return name;
}

/* Returns the index of a name of this length, or names->count. */
static size_t find_name(const struct evk_names *names, const char *name, size_t length)
{
    size_t i = 0;

    while (i < names->count &&
           (strncmp(names->names[i], name, length) != 0 || names->names[i][length]))
        i++;
    return i;
}

/* Collect the names of all ids that are defined. */
static evk_status collect(struct evk_names *names, const char *svg, evk_error *err)
{
    char name[NAME_MAX_BYTES + 1];

    for (const char *at = strchr(svg, ' '); at; at = strchr(at + 1, ' ')) {
        size_t length;
        const char *from = name_at(at, false, &length);

        if (!length)
            continue;
        memcpy(name, from, length);
        name[length] = '\0';
        EVK_TRY(evk_names_add(names, name, err));
    }
    return EVK_OK;
}

evk_status evk_svg_number_ids(struct evk_str *out, const char *svg, evk_error *err)
{
    struct evk_names names = {NULL, 0};
    evk_status s = collect(&names, svg, err);

    while (!s && *svg) {
        const size_t plain = 1 + strcspn(svg + 1, " #");
        size_t length;
        const char *name = name_at(svg, true, &length);
        const size_t i = length ? find_name(&names, name, length) : names.count;

        if (i < names.count) {
            evk_str_add(out, svg, (size_t)(name - svg));
            evk_str_printf(out, "n%zu", i + 1);
            svg = name + length;
        } else {
            evk_str_add(out, svg, plain);
            svg += plain;
        }
    }
    evk_names_release(&names);
    return s ? s : evk_str_check(out, err);
}

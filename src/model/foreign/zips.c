/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zips.c - ZIP archives of other programs, recognised by the names of their entries */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "model/foreign/recognise.h"

enum { NAMES_SHOWN = 3 };

/* Returns the name of an entry within the folder into which PyTorch puts all entries. */
static const char *within(const char *name)
{
    const char *slash = strchr(name, '/');

    return slash ? slash + 1 : name;
}

/* Has the archive an entry in PyTorch's folder whose name begins with one text and ends with
   another? */
static bool has_within(const struct evk_foreign_file *f, const char *first, const char *last)
{
    const size_t n = strlen(first), m = strlen(last);

    for (size_t i = 0; f->zip && i < evk_zip_count(f->zip); i++) {
        const char *name = within(evk_zip_name(f->zip, i));
        const size_t all = strlen(name);

        if (all >= n + m && memcmp(name, first, n) == 0 && strcmp(name + all - m, last) == 0)
            return true;
    }
    return false;
}

/* Since PyTorch 1.1 constants lie in constants.pkl; model.json is that of 1.0. */
bool evk_is_torchscript(struct evk_foreign_file *f)
{
    return has_within(f, "code/", "") &&
           (has_within(f, "constants.pkl", "") || has_within(f, "model.json", ""));
}

bool evk_is_torch_package(struct evk_foreign_file *f)
{
    return has_within(f, ".data/extern_modules", "");
}

/* Before PyTorch 2.5 the program lies in serialized_exported_program.json, at the top. */
bool evk_is_exported_program(struct evk_foreign_file *f)
{
    return has_within(f, "archive_format", "") ||
           has_within(f, "serialized_exported_program.json", "") ||
           (has_within(f, "models/", ".json") && has_within(f, "data/weights/", ""));
}

bool evk_is_office(struct evk_foreign_file *f)
{
    size_t i;

    return f->zip && evk_zip_find(f->zip, "[Content_Types].xml", &i);
}

/* Is an entry a file, and none of those that macOS adds to archives? */
static bool is_file(const char *name)
{
    const size_t n = strlen(name);

    return n > 0 && name[n - 1] != '/' && strncmp(name, "__MACOSX/", 9) != 0;
}

/* Writes the first names in the archive into f->found.  Returns whether all names are those of
   images, and there is one at least. */
static bool list_names(struct evk_foreign_file *f)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", NULL};
    size_t shown = 0, at = 0, images = 0, files = 0;

    snprintf(f->found, sizeof(f->found), "nothing");
    for (size_t i = 0; i < evk_zip_count(f->zip); i++) {
        const char *name = evk_zip_name(f->zip, i);

        if (!is_file(name))
            continue;
        files++;
        images += evk_ends_in(name, endings);
        if (shown == NAMES_SHOWN)
            continue;
        at += (size_t)snprintf(f->found + at, sizeof(f->found) - at, "%s%.40s", shown++ ? ", " : "",
                               name);
    }
    if (files > shown)
        snprintf(f->found + at, sizeof(f->found) - at, ", ...");
    return files > 0 && images == files;
}

bool evk_is_zip_of_images(struct evk_foreign_file *f)
{
    return f->zip && list_names(f);
}

/* An archive with metadata.json is one of Keras, of which a part is missing. */
bool evk_is_other_zip(struct evk_foreign_file *f)
{
    size_t i;

    if (!f->zip || evk_zip_find(f->zip, "metadata.json", &i))
        return false;
    (void)list_names(f);
    return true;
}

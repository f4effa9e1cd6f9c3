/* SPDX-License-Identifier: GPL-3.0-or-later */
/* texts.c - files that are the same in every set that this version of evoke made */
#include <string.h>

#include "format/own.h"
#include "stimset/check/verify.h"
#include "stimset/folder/unit_table.h"
#include "stimset/record/set_file.h"

/* Does the file differ from its entry in the manifest?  files.c has reported that then. */
static bool is_altered(const struct evk_verification *v, const char *name,
                       const struct evk_bytes *file)
{
    const struct evk_manifest_entry *e = evk_manifest_find(&v->manifest, name);
    char hash[EVK_SHA256_TEXT];

    return e && !evk_sha256_text(file->data, file->size, hash, NULL) &&
           strcmp(hash, e->sha256) != 0;
}

void evk_verify_text(struct evk_verification *v, const char *name, const char *want, size_t size)
{
    struct evk_bytes file;

    if (!evk_verify_same_version(v) || evk_set_file_get(v->folder, name, &file, NULL))
        return; /* files.c has reported that the file is missing */
    if ((file.size != size || memcmp(file.data, want, size) != 0) && !is_altered(v, name, &file))
        evk_report_finding(v, "%s: is not the text that evoke %s writes", name, evk_version());
    evk_bytes_release(&file);
}

/*
 * The pixels of the contact sheet depend on the fonts of a machine, so only the format of the file
 * is checked.
 */
static void check_sheet(struct evk_verification *v)
{
    evk_error why = {EVK_OK, ""};
    struct evk_pixels pixels;
    struct evk_bytes file;

    if (evk_set_file_get(v->folder, EVK_SET_SHEET, &file, NULL))
        return;
    if (!evk_decode(&pixels, file.data, file.size, &why)) {
        evk_pixels_release(&pixels);
        (void)evk_png_check_own(&file, NULL, &why);
    }
    if (why.code && !is_altered(v, EVK_SET_SHEET, &file))
        evk_report_finding(v, "%s: %s", EVK_SET_SHEET, why.msg);
    evk_bytes_release(&file);
}

void evk_verify_texts(struct evk_verification *v)
{
    static const char *const constant[] = {EVK_SET_README, EVK_SET_BIDSIGNORE};
    const bool units = v->description && evk_description_has_units(v->description);

    if (!v->description || !evk_verify_same_version(v))
        return;
    for (size_t i = 0; i < sizeof(constant) / sizeof(constant[0]); i++) {
        const char *text = evk_set_file_text(constant[i], units);

        evk_verify_text(v, constant[i], text, strlen(text));
    }
    check_sheet(v);
}

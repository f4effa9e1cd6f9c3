/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c - the files of a format of 'evoke export', in memory */
#include "export/format.h"

evk_status evk_export_take(struct evk_export_files *files, const char *name, struct evk_str *text,
                           evk_error *err)
{
    const evk_status s = evk_str_check(text, err);

    if (s) {
        evk_str_release(text);
        return s;
    }
    files->file[files->count].name = name;
    files->file[files->count].bytes = (struct evk_bytes){(unsigned char *)text->data, text->size};
    files->count++;
    *text = (struct evk_str)EVK_STR_INIT;
    return EVK_OK;
}

void evk_export_release(struct evk_export_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        evk_bytes_release(&files->file[i].bytes);
    files->count = 0;
}

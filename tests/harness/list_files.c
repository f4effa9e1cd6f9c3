/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_files.c - see list_files.h */
#include "list_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "format/codec.h"
#include "format/zip.h"
#include "test.h"

struct evk_bytes list_png(int red)
{
    unsigned char pixel[3] = {(unsigned char)red, 0, 0};
    const struct evk_pixels p = {1, 1, 3, pixel};
    struct evk_bytes file;

    assert_ok(evk_png_encode(&file, &p, NULL, err));
    return file;
}

char *list_join(const char *folder, const char *name)
{
    char *path;

    assert_ok(evk_path_join(&path, folder, name, err));
    return path;
}

void list_put(const char *folder, const char *name, const void *data, size_t size)
{
    char *path = list_join(folder, name), *parent = strdup(path);

    *strrchr(parent, '/') = '\0';
    assert_ok(evk_fs_make_folder(parent, err));
    assert_ok(evk_fs_write(path, data, size, err));
    free(parent);
    free(path);
}

void list_put_png(const char *folder, const char *name, int red)
{
    struct evk_bytes file = list_png(red);

    list_put(folder, name, file.data, file.size);
    evk_bytes_release(&file);
}

void list_check(const evk_image_list *list, const char *folder, const char *names, const int *reds,
                size_t skipped)
{
    struct evk_str found = EVK_STR_INIT;
    const size_t n = strlen(folder);

    for (size_t i = 0; i < evk_image_list_count(list); i++) {
        const char *name = evk_image_list_name(list, i);
        evk_image *image;

        evk_str_printf(&found, "%s ", strncmp(name, folder, n) == 0 ? name + n + 1 : name);
        assert_ok(evk_image_list_read(list, i, &image, err));
        assert_int_equal((int)image->values[0], reds[i]);
        evk_image_free(image);
    }
    assert_string_equal(found.data, names);
    assert_int_equal(evk_image_list_skipped(list), skipped);
    evk_str_release(&found);
}

evk_image_list *list_open(const char *path)
{
    evk_image_list *list;

    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    return list;
}

void list_put_zip(const char *folder, const char *name, const char *const *names, size_t n)
{
    struct evk_zip_entry entries[16] = {{NULL, NULL, 0}};
    struct evk_bytes files[16], file;

    for (size_t i = 0; i < n; i++) {
        files[i] = list_png((int)i + 1);
        entries[i] = (struct evk_zip_entry){names[i], files[i].data, files[i].size};
        if (names[i][strlen(names[i]) - 1] == '/')
            entries[i].size = 0;
    }
    assert_ok(evk_zip_write(&file, entries, n, err));
    list_put(folder, name, file.data, file.size);
    evk_bytes_release(&file);
    for (size_t i = 0; i < n; i++)
        evk_bytes_release(&files[i]);
}

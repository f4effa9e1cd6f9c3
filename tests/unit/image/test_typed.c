/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_typed.c - paths as people type them and write them into lists */
#include "../../harness/list_files.h"
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Paths into an archive as people type them. */
static void test_slashes(void **state)
{
    static const char *const names[] = {"in/", "in/a.png", "in/b.png", "in/c.txt", ".d.png"};
    static const char *const typed[] = {"in/",       "in//",   "/in", "in//a.png",
                                        "in/a.png/", ".d.png", "/"};
    static const char *const found[] = {"a.png b.png ", "a.png b.png ", "a.png b.png ", "a.png ",
                                        "a.png ",       ".d.png ",      "a.png b.png "};
    static const struct {
        const char *path, *message;
        evk_status status;
    } wrong[] = {
        {"in/none.png", "/i.zip/in/none.png: the archive has no such entry", EVK_ENOTFOUND},
        {"in//no//", "/i.zip/in/no: the archive has no such entry", EVK_ENOTFOUND},
        {"in/c.txt", "/i.zip/in/c.txt: does not end in .png, .jpg or .jpeg", EVK_EINVAL},
    };
    char *folder = scratch_folder("test_list");
    struct evk_str path = EVK_STR_INIT;
    evk_image_list *list;

    (void)state;
    list_put_zip(folder, "i.zip", names, 5);
    for (size_t i = 0; i < 7; i++) {
        path.size = 0;
        evk_str_printf(&path, "%s/i.zip/%s", folder, typed[i]);
        list = list_open(path.data);
        list_check(list, folder, found[i], (int[]){found[i][0] == '.' ? 5 : 2, 3},
                   strlen(found[i]) > 7 ? 1 : 0);
        evk_image_list_free(list);
    }
    for (size_t i = 0; i < 3; i++) {
        path.size = 0;
        evk_str_printf(&path, "%s/i.zip/%s", folder, wrong[i].path);
        assert_fails(wrong[i].status, wrong[i].message,
                     evk_image_list_open(&list, (const char *const[]){path.data}, 1, NULL, err));
    }
    evk_str_release(&path);
    free(folder);
}

/* Lists keep the order of their lines; an end of line may be that of another system. */
static void test_lines(void **state)
{
    char *folder = scratch_folder("test_list"), *name = list_join(folder, "list.txt");
    struct evk_str at = EVK_STR_INIT, text = EVK_STR_INIT;
    evk_image_list *list;
    const char *path;

    (void)state;
    list_put_png(folder, "b.png", 2);
    list_put_png(folder, "a.png", 1);
    list_put_png(folder, "sub/d.png", 4);
    list_put_png(folder, "sub/c.png", 3);
    evk_str_printf(&at, "@%s", name);
    path = at.data;
    evk_str_printf(&text, "%s/b.png\r\n\n%s/sub\n%s/a.png", folder, folder, folder);
    list_put(folder, "list.txt", text.data, text.size);
    assert_ok(evk_image_list_open(&list, &path, 1, NULL, err));
    list_check(list, folder, "b.png c.png d.png a.png ", (int[]){2, 3, 4, 1}, 0);
    evk_image_list_free(list);
    list_put(folder, "list.txt", "\n\n", 2);
    assert_fails(EVK_ENOTFOUND, "list.txt: lists no image",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    list_put(folder, "list.txt", "\nnone.txt\n", 10);
    assert_fails(EVK_EIO, "list.txt, line 2: none.txt: No such file",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    list_put(folder, "list.txt", "a\0b\n", 4);
    assert_fails(EVK_EFORMAT, "list.txt: has a zero byte",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    evk_str_release(&at);
    evk_str_release(&text);
    free(name);
    free(folder);
}

/* What editors leave in lists, what is too long for a path, and an image that is not there. */
static void test_odd_lines(void **state)
{
    char *folder = scratch_folder("test_list"), *name = list_join(folder, "list.txt"), text[4200];
    struct evk_str at = EVK_STR_INIT, lines = EVK_STR_INIT;
    evk_image_list *list;
    evk_image *image;
    const char *path;

    (void)state;
    list_put_png(folder, "a.png", 1);
    evk_str_printf(&at, "@%s", name);
    path = at.data;
    evk_str_printf(&lines, "\xef\xbb\xbf%s/a.png\n \t\r\n%s/gone.png\n   ", folder, folder);
    list_put(folder, "list.txt", lines.data, lines.size);
    list = list_open(path);
    assert_int_equal(evk_image_list_count(list), 2);
    assert_string_equal(evk_image_list_name(list, 0), "a.png");
    assert_fails(EVK_EIO, "/gone.png: No such file", evk_image_list_read(list, 1, &image, err));
    evk_image_list_free(list);
    list_put(folder, "list.txt", "\xef\xbb\xbf", 3);
    assert_fails(EVK_ENOTFOUND, "list.txt: lists no image",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    list_put(folder, "list.txt", " \n@list.txt\n", 12);
    assert_fails(EVK_EINVAL, "list.txt, line 2: @list.txt: a list within a list is not read",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    memset(text, 'a', sizeof(text));
    memcpy(text + 4093, ".png\n", 5);
    list_put(folder, "list.txt", text, 4098);
    assert_fails(EVK_EFORMAT, "list.txt, line 1: has 4097 bytes, expected a path of at most 4096",
                 evk_image_list_open(&list, &path, 1, NULL, err));
    list_put(folder, "list.txt", text + 1, 4097);
    list = list_open(path);
    assert_int_equal(evk_image_list_count(list), 1);
    evk_image_list_free(list);
    evk_str_release(&at);
    evk_str_release(&lines);
    free(name);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slashes),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_odd_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

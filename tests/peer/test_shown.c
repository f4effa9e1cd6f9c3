/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_shown.c - images resized for a screen, against what PIL makes of them (shown.py)
 *
 * Bicubic values are within one level, for the reason that test_photograph.c has; nearest ones are
 * the same.
 */
#include "../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "session/screen/scale.h"

static const char *const python = "/usr/bin/python3";

static const int64_t cases[][5] = {
    {112, 112, 3, 226, 226}, {112, 112, 1, 102, 102}, {224, 224, 3, 113, 113},
    {100, 100, 1, 99, 101},  {36, 64, 1, 281, 500},   {112, 112, 3, 112, 112},
    {5, 7, 3, 1, 1},         {1, 1, 3, 40, 30},       {97, 89, 3, 17, 400},
    {300, 200, 3, 450, 300}, {51, 51, 3, 17, 34},     {10, 30, 1, 25, 75},
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* Black and white with some gray, where filters overshoot. */
static struct evk_pixels make(size_t i)
{
    struct evk_pixels p;
    uint64_t seed = i + 1;

    assert_ok(evk_pixels_new(&p, cases[i][0], cases[i][1], cases[i][2], err));
    for (int64_t k = 0; k < p.height * p.width * p.channels; k++) {
        const float v = 128.0f + 300.0f * random_float(&seed);

        p.data[k] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    return p;
}

static void write_cases(const char *folder)
{
    FILE *list = fopen(path_in(folder, "cases"), "w");
    char name[32];

    assert_non_null(list);
    for (size_t i = 0; i < CASES; i++) {
        const int64_t *c = cases[i];
        struct evk_pixels p = make(i);

        snprintf(name, sizeof(name), "image%zu", i);
        fprintf(list, "%s %lld %lld %lld %lld %lld\n", name, (long long)c[0], (long long)c[1],
                (long long)c[2], (long long)c[3], (long long)c[4]);
        assert_ok(evk_fs_write(path_in(folder, name), p.data,
                               (size_t)(p.height * p.width * p.channels), err));
        evk_pixels_release(&p);
    }
    assert_int_equal(fclose(list), 0);
}

/* Returns how many values differ, by `most` levels at most. */
static long compare(const char *folder, size_t i, enum evk_resize_kind kind, const char *ending,
                    int most)
{
    struct evk_pixels p = make(i), out;
    struct evk_bytes want;
    char name[32];
    long differ = 0;

    snprintf(name, sizeof(name), "image%zu.%s", i, ending);
    assert_ok(evk_fs_read(&want, path_in(folder, name), 1 << 24, err));
    assert_ok(evk_scale(&out, &p, cases[i][3], cases[i][4], kind, err));
    assert_int_equal((int64_t)want.size, out.height * out.width * out.channels);
    for (size_t k = 0; k < want.size; k++) {
        if (abs(out.data[k] - want.data[k]) > most)
            fail_msg("%s: value %zu is %d, of PIL %d", name, k, out.data[k], want.data[k]);
        differ += out.data[k] != want.data[k];
    }
    evk_bytes_release(&want);
    evk_pixels_release(&out);
    evk_pixels_release(&p);
    return differ;
}

static void against_pil(void **state)
{
    char *folder = scratch_folder("shown_pil"), command[1024];
    long differ = 0;

    (void)state;
    write_cases(folder);
    snprintf(command, sizeof(command), "%s tests/peer/shown.py '%s'", python, folder);
    assert_int_equal(system(command), 0);
    for (size_t i = 0; i < CASES; i++) {
        differ += compare(folder, i, EVK_RESIZE_BICUBIC, "bicubic", 1);
        assert_int_equal(compare(folder, i, EVK_RESIZE_NEAREST, "nearest", 0), 0);
    }
    print_message("%ld bicubic values differ from PIL's, by one level\n", differ);
    remove_folder(folder);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_pil)};

    if (system("/usr/bin/python3 -c 'import PIL' 2>/dev/null")) {
        puts("no PIL");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

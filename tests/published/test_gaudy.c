/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_gaudy.c - transforms, byte for byte, against definitions in NumPy (gaudy.py)
 *
 * Of all published images, decoding included, and of images of awkward kinds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../harness/published.h"
#include "../harness/transform.h"
#include "base/hash.h"

static const char *const python = "/usr/bin/python3";

enum { LINE = 256 };

/* What gaudy.py prints, line by line. */
static FILE *definitions(const char *path)
{
    char command[1024];
    FILE *f;

    snprintf(command, sizeof(command), "%s tests/published/gaudy.py '%s'", python, path);
    f = popen(command, "r");
    assert_non_null(f);
    return f;
}

static void compare(const char *line, const char *text, const struct evk_pixels *y)
{
    char hash[EVK_SHA256_TEXT];

    assert_ok(evk_sha256_text(y->data, (size_t)value_count(y), hash, err));
    if (strcmp(strrchr(line, ' ') + 1, hash) != 0)
        fail_msg("%s: ours has SHA-256 %s for %s", line, hash, text);
}

/* One line, without its end; false at the end. */
static bool next(FILE *f, char line[LINE])
{
    if (!fgets(line, LINE, f))
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* Lines of f are of this name for every transform, the decoded pixels first. */
static int check_image(FILE *f, const char *name, const struct evk_pixels *x)
{
    const int lines = x->channels == 3 ? 18 : 15;
    char line[LINE], wanted[LINE], text[LINE];

    for (int i = 0; i < lines; i++) {
        assert_true(next(f, line));
        assert_int_equal(sscanf(line, "%255s %255s", wanted, text), 2);
        assert_string_equal(wanted, name);
        if (i == 0) {
            assert_string_equal(text, "decoded");
            compare(line, text, x);
        } else {
            struct evk_pixels y = transformed(text, x, NULL);

            compare(line, text, &y);
            evk_pixels_release(&y);
        }
    }
    return lines;
}

static void check_session(const char *session)
{
    evk_image_list *list = open_images(session);
    FILE *f = definitions(published_path("images/images_%s.zip", session));
    char line[LINE];
    int compared = 0;

    assert_int_equal(evk_image_list_count(list), 1200);
    for (size_t i = 0; i < evk_image_list_count(list); i++) {
        evk_image *image;
        struct evk_pixels x;

        assert_ok(evk_image_list_read(list, i, &image, err));
        assert_ok(evk_pixels_new(&x, image->height, image->width, image->channels, err));
        for (int64_t k = 0; k < value_count(&x); k++)
            x.data[k] = (unsigned char)image->values[k];
        compared += check_image(f, evk_image_list_name(list, i), &x);
        evk_pixels_release(&x);
        evk_image_free(image);
    }
    assert_false(next(f, line));
    assert_int_equal(pclose(f), 0);
    evk_image_list_free(list);
    printf("images_%s: %d comparisons, every byte equal\n", session, compared);
}

static void published_images(void **state)
{
    (void)state;
    check_session("190923");
    check_session("201025");
}

/* ---- images of awkward kinds ------------------------------------------------------------ */

static void write_image(const char *folder, int i, const struct evk_pixels *x)
{
    char name[32];
    FILE *f;

    snprintf(name, sizeof(name), "%03d.%s", i, x->channels == 3 ? "ppm" : "pgm");
    f = fopen(path_in(folder, name), "wb");
    assert_non_null(f);
    fprintf(f, "P%d %lld %lld 255\n", x->channels == 3 ? 6 : 5, (long long)x->width,
            (long long)x->height);
    assert_int_equal(fwrite(x->data, 1, (size_t)value_count(x), f), value_count(x));
    assert_int_equal(fclose(f), 0);
}

enum { KINDS = 4, SIZES = 6, AWKWARD = KINDS * SIZES * 2 };

/* Constant, two values, few values and so many ties, any values; 1 x 1 and odd sizes. */
static struct evk_pixels awkward(int i)
{
    static const int64_t sizes[SIZES][2] = {{1, 1}, {1, 7}, {5, 1}, {3, 3}, {13, 31}, {112, 112}};
    struct evk_pixels x;
    uint64_t seed = (uint64_t)i + 1;

    assert_ok(
        evk_pixels_new(&x, sizes[i / 2 % SIZES][0], sizes[i / 2 % SIZES][1], i % 2 ? 3 : 1, err));
    for (int64_t k = 0; k < value_count(&x); k++) {
        const double u = ((double)random_float(&seed) + 1) / 2;
        const int values[KINDS] = {i, u < 0.5 ? 100 : 101, 80 + 10 * (int)(4 * u), (int)(256 * u)};

        x.data[k] = (unsigned char)values[i / 2 / SIZES];
    }
    return x;
}

static void awkward_images(void **state)
{
    char *folder = scratch_folder("gaudy_numpy"), line[LINE], name[32];
    FILE *f;

    (void)state;
    for (int i = 0; i < AWKWARD; i++) {
        struct evk_pixels x = awkward(i);

        write_image(folder, i, &x);
        evk_pixels_release(&x);
    }
    f = definitions(folder);
    for (int i = 0; i < AWKWARD; i++) {
        struct evk_pixels x = awkward(i);

        snprintf(name, sizeof(name), "%03d.%s", i, x.channels == 3 ? "ppm" : "pgm");
        check_image(f, name, &x);
        evk_pixels_release(&x);
    }
    assert_false(next(f, line));
    assert_int_equal(pclose(f), 0);
    remove_folder(folder);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(awkward_images),
        cmocka_unit_test(published_images),
    };
    char command[128];

    published();
    snprintf(command, sizeof(command), "%s -c 'import numpy, PIL' 2>/dev/null", python);
    if (system(command) != 0) {
        puts("no python3-numpy or python3-pil");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

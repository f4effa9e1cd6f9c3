/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_start_image.c - images that ascents start from: which, with which hash, and found again */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "format/codec.h"
#include "image/image.h"
#include "stimset/inputs/fit.h"
#include "stimset/score/start_image.h"
#include "synth/settings.h"

enum { PHOTOS = 12, STARTS = 4, OUTPUTS = 2 };

static char *folder;
static struct linear l;
static evk_model *model;
static evk_image_list *reference;
static float photos[PHOTOS * TINY_VALUES];
static struct evk_naturals naturals;
static const int64_t outputs[] = {1, 0};
static evk_target target;

static int set_up(void **state)
{
    const evk_run run = {.threads = 1};

    (void)state;
    folder = scratch_folder("origin");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 5);
    linear_save(&l);
    model = linear_open(&l);
    reference = linear_photos(path_in(folder, "photos"), PHOTOS, photos);
    target = (evk_target){model, outputs, OUTPUTS};
    assert_ok(evk_naturals_read(&naturals, &target, 1, reference, STARTS, false, &run, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_naturals_release(&naturals);
    evk_model_free(model);
    evk_image_list_free(reference);
    linear_release(&l);
    free(folder);
    return 0;
}

static evk_recipe from(const char *start)
{
    evk_recipe r = evk_recipe_default();

    r.start = start;
    return r;
}

static struct evk_row row_of(const char *neuron, int64_t start)
{
    struct evk_row row = evk_row_new();

    snprintf(row.target_output, sizeof(row.target_output), "%s", neuron);
    row.start = start;
    return row;
}

static evk_image *make(const evk_recipe *r, struct evk_row *row)
{
    struct evk_start_image o;
    evk_image *image;

    assert_ok(evk_start_image_open(&o, r, &naturals, err));
    assert_ok(evk_start_image_make(&o, model, row, &image, err));
    evk_start_image_release(&o);
    return image;
}

/* The hash that a stimulus with these pixels would have. */
static void assert_hash(const struct evk_row *row, const evk_image *image)
{
    unsigned char pixels[TINY_VALUES];
    char hash[EVK_SHA256_TEXT];

    for (int i = 0; i < TINY_VALUES; i++)
        pixels[i] = (unsigned char)image->values[i];
    assert_ok(evk_sha256_text(pixels, sizeof(pixels), hash, err));
    assert_string_equal(row->start_sha256, hash);
}

static void test_noise(void **state)
{
    const evk_recipe r = from("noise");
    struct evk_row row = row_of("0", 1);
    evk_image *image = make(&r, &row);

    (void)state;
    assert_null(image);
    assert_true(!row.start_image && !row.start_sha256[0]);
    assert_ok(evk_start_image_find(&r, NULL, model, &row, &image, err));
    assert_null(image);
}

static void test_natural(void **state)
{
    const evk_recipe r = from("natural");

    (void)state;
    for (int64_t s = 0; s < STARTS; s++)
        for (int o = 0; o < OUTPUTS; o++) {
            struct evk_row row = row_of(o ? "1" : "0", s);
            evk_image *image = make(&r, &row), *found;
            const float *photo = NULL;

            for (int64_t i = 0; i < PHOTOS; i++) { /* s images have a larger response */
                int64_t larger = 0;

                for (int64_t k = 0; k < PHOTOS; k++)
                    larger += linear_response(&l, photos + k * TINY_VALUES, o) >
                              linear_response(&l, photos + i * TINY_VALUES, o);
                if (larger == s) {
                    photo = photos + i * TINY_VALUES;
                    assert_string_equal(row.start_image, evk_image_list_name(reference, (size_t)i));
                }
            }
            assert_memory_equal(image->values, photo, sizeof(*photo) * TINY_VALUES);
            assert_hash(&row, image);
            assert_ok(evk_start_image_find(&r, reference, model, &row, &found, err));
            assert_memory_equal(found->values, photo, sizeof(*photo) * TINY_VALUES);
            evk_image_free(found);
            row.start_image = "elsewhere.png"; /* the pixels count */
            assert_ok(evk_start_image_find(&r, reference, model, &row, &found, err));
            assert_memory_equal(found->values, photo, sizeof(*photo) * TINY_VALUES);
            evk_image_free(found);
            row.start_sha256[0] ^= 1;
            assert_fails(EVK_ENOTFOUND, "image elsewhere.png is not among the 12",
                         evk_start_image_find(&r, reference, model, &row, &found, err));
            assert_fails(EVK_ENOTFOUND, "--reference PATH",
                         evk_start_image_find(&r, NULL, model, &row, &found, err));
            evk_image_free(image);
        }
}

static void test_leaves(void **state)
{
    evk_recipe r = from("leaves");
    struct evk_row row = row_of("1", 2), other = row_of("1", 3), neighbour = row_of("0", 2);
    evk_image *a = make(&r, &row), *b = make(&r, &other), *c = make(&r, &neighbour), *again;

    (void)state;
    assert_string_equal(row.start_image, "leaves");
    assert_hash(&row, a);
    for (int i = 0; i < TINY_VALUES; i++)
        assert_true(a->values[i] >= 0 && a->values[i] <= 255 &&
                    a->values[i] == (float)(int)a->values[i]);
    assert_string_not_equal(row.start_sha256, other.start_sha256);
    assert_string_not_equal(row.start_sha256, neighbour.start_sha256);
    assert_ok(evk_start_image_find(&r, NULL, model, &row, &again, err)); /* needs no file */
    assert_memory_equal(again->values, a->values, sizeof(float) * TINY_VALUES);
    evk_image_free(again);
    r.seed = 1;
    again = make(&r, &other);
    assert_memory_not_equal(again->values, b->values, sizeof(float) * TINY_VALUES);
    evk_image_free(again);
    evk_image_free(a);
    evk_image_free(b);
    evk_image_free(c);
}

/* Of any size, bicubic; the record has its name only. */
static void test_file(void **state)
{
    struct evk_pixels p;
    struct evk_bytes file;
    evk_image *image, *big, *expected;
    char path[256];
    evk_recipe r;

    (void)state;
    snprintf(path, sizeof(path), "%s", path_in(folder, "big.png"));
    assert_ok(evk_pixels_new(&p, 3 * TINY_H, 2 * TINY_W, TINY_C, err));
    for (int64_t i = 0; i < p.height * p.width * p.channels; i++)
        p.data[i] = (unsigned char)(i * i % 251);
    assert_ok(evk_png_encode(&file, &p, NULL, err));
    assert_ok(evk_fs_write(path, file.data, file.size, err));
    evk_bytes_release(&file);
    evk_pixels_release(&p);
    assert_ok(evk_image_read(&big, path, err));
    assert_ok(evk_image_resize(&expected, big, TINY_H, TINY_W, err));
    r = from(path);
    r.shape = "squash";
    for (int64_t s = 0; s < 2; s++) {
        struct evk_row row = row_of("0", s);

        image = make(&r, &row);
        assert_string_equal(row.start_image, "big.png");
        assert_memory_equal(image->values, expected->values, sizeof(float) * TINY_VALUES);
        assert_hash(&row, image);
        evk_image_free(image);
    }
    r.grayscale = true;
    {
        const int64_t n = big->height * big->width;
        struct evk_row row = row_of("0", 0);
        evk_image *gray, *fitted;

        /* The luma of the file's pixels, then resized. */
        assert_ok(evk_image_new(&gray, big->height, big->width, 1, err));
        for (int64_t i = 0; i < n; i++) {
            const float *v = big->values + 3 * i;

            gray->values[i] =
                (float)((19595 * (int)v[0] + 38470 * (int)v[1] + 7471 * (int)v[2] + 32768) >> 16);
        }
        assert_ok(evk_image_resize(&fitted, gray, TINY_H, TINY_W, err));
        image = make(&r, &row);
        assert_hash(&row, image);
        assert_string_equal(row.source_changes, "luma,squash");
        for (int i = 0; i < TINY_VALUES; i++)
            assert_true(image->values[i] == fitted->values[i / TINY_C]);
        evk_image_free(image);
        evk_image_free(gray);
        evk_image_free(fitted);
    }
    evk_image_free(big);
    evk_image_free(expected);
}

static void test_refused(void **state)
{
    struct evk_start_image o;
    evk_recipe r = from("natural");
    char path[256];

    (void)state;
    assert_fails(EVK_EINVAL, "--reference PATH", evk_start_image_open(&o, &r, NULL, err));
    r = from("none.png");
    assert_fails(EVK_EIO, "none.png", evk_start_image_open(&o, &r, NULL, err));
    snprintf(path, sizeof(path), "%s", path_in(folder, "leaves"));
    r = from(path);
    assert_fails(EVK_EINVAL, "the start image is called 'leaves'",
                 evk_start_image_open(&o, &r, NULL, err));
    r = from("");
    assert_fails(EVK_EINVAL, "start is empty", evk_recipe_check(&r, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise), cmocka_unit_test(test_natural), cmocka_unit_test(test_leaves),
        cmocka_unit_test(test_file),  cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

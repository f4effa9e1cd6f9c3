/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fit.c - images of a list as a model sees them, and found again by their pixels */
#include "stimset/inputs/fit.h"

#include <stdlib.h>
#include <string.h>

#include "../../../harness/linear.h"
#include "../../../harness/test.h"

enum { PHOTOS = 4 };

static evk_model *model;
static evk_image_list *photos;
static float values[PHOTOS * TINY_VALUES];

static int open_all(void **state)
{
    char *folder = scratch_folder("test_fit");
    struct linear l;

    (void)state;
    model = linear_unit(&l, folder);
    linear_release(&l);
    photos = linear_photos(path_in(folder, "photos"), PHOTOS, values);
    free(folder);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    evk_image_list_free(photos);
    evk_model_free(model);
    return 0;
}

/* Rec. 601 luma of a pixel, as image/photograph.h has it. */
static float luma(const float *p)
{
    const int v = 19595 * (int)p[0] + 38470 * (int)p[1] + 7471 * (int)p[2];

    return (float)((v + 32768) >> 16);
}

static void has_its_pixels(void **state)
{
    (void)state;
    for (size_t i = 0; i < PHOTOS; i++) {
        const float *own = values + i * TINY_VALUES;
        evk_image *image;

        assert_ok(evk_fit_listed(photos, i, model, false, &image, NULL, err));
        assert_true(image->height == TINY_H && image->width == TINY_W);
        assert_memory_equal(image->values, own, TINY_VALUES * sizeof(*own));
        evk_image_free(image);
    }
}

static void gray_has_luma_in_every_channel(void **state)
{
    (void)state;
    for (size_t i = 0; i < PHOTOS; i++) {
        const float *own = values + i * TINY_VALUES;
        evk_image *image;

        assert_ok(evk_fit_listed(photos, i, model, true, &image, NULL, err));
        assert_int_equal(image->channels, TINY_C);
        for (int64_t k = 0; k < TINY_VALUES; k++)
            assert_true(image->values[k] == luma(own + k / TINY_C * TINY_C));
        evk_image_free(image);
    }
}

/* Check that looking for image i under this name finds its pixels. */
static void check_found(size_t i, const char *name, bool gray)
{
    char sha256[EVK_SHA256_TEXT];
    const struct evk_wanted_image wanted = {name, sha256};
    evk_image *image, *found;

    assert_ok(evk_fit_listed(photos, i, model, gray, &image, NULL, err));
    assert_ok(evk_fit_hash(image, sha256, err));
    assert_ok(evk_fit_find(photos, &wanted, model, gray, &found, err));
    assert_memory_equal(found->values, image->values, TINY_VALUES * sizeof(*image->values));
    evk_image_free(found);
    evk_image_free(image);
}

/* The name says only where to look first: pixels decide. */
static void is_found_under_any_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < PHOTOS; i++) {
        check_found(i, evk_image_list_name(photos, i), false);
        check_found(i, evk_image_list_name(photos, (i + 1) % PHOTOS), false);
        check_found(i, "renamed.png", false);
        check_found(i, NULL, false);
        check_found(i, NULL, true);
    }
}

static void other_pixels_are_not_found(void **state)
{
    char sha256[EVK_SHA256_TEXT];
    const struct evk_wanted_image wanted = {evk_image_list_name(photos, 0), sha256};
    evk_image *image, *found;

    (void)state;
    assert_ok(evk_fit_listed(photos, 0, model, false, &image, NULL, err));
    image->values[TINY_VALUES - 1] = image->values[TINY_VALUES - 1] > 0 ? 0 : 1;
    assert_ok(evk_fit_hash(image, sha256, err));
    evk_image_free(image);
    assert_fails(EVK_ENOTFOUND, "is not among the 4 that are given",
                 evk_fit_find(photos, &wanted, model, false, &found, err));
    assert_null(found);
    assert_fails(EVK_ENOTFOUND, "is not among the 0 that are given",
                 evk_fit_find(NULL, &wanted, model, false, &found, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_its_pixels),
        cmocka_unit_test(gray_has_luma_in_every_channel),
        cmocka_unit_test(is_found_under_any_name),
        cmocka_unit_test(other_pixels_are_not_found),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}

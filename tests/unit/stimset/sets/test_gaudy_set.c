/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_gaudy_set.c - which images a gaudy set has: chosen by a score, drawn at random, passed over */
#include "../../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>
#include <evoke/set.h>

#include "../../../harness/linear.h"

enum { PHOTOS = 6, OUTPUTS = 4, BROKEN = 2 };

static char *folder;
static struct linear l;
static evk_model *model;
static evk_image_list *images; /* PHOTOS photographs, and BROKEN files that cannot be read */
static float photos[PHOTOS * TINY_VALUES];

static int set_up(void **state)
{
    const char *path;

    (void)state;
    folder = scratch_folder("gaudy_set");
    linear_random(&l, path_in(folder, "model.keras"), OUTPUTS, 7);
    linear_save(&l);
    model = linear_open(&l);
    evk_image_list_free(linear_photos(path_in(folder, "photos"), PHOTOS, photos));
    assert_ok(evk_fs_write(path_in(folder, "photos/002a.png"), "none", 4, err));
    assert_ok(evk_fs_write(path_in(folder, "photos/zzz.png"), "none", 4, err));
    path = path_in(folder, "photos");
    assert_ok(evk_image_list_open(&images, &path, 1, NULL, err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_image_list_free(images);
    evk_model_free(model);
    linear_release(&l);
    free(folder);
    return 0;
}

/* Make a set, and open it. */
static evk_set *make(const char *name, const evk_target *target, const evk_gaudy_options *o)
{
    const evk_run run = {.threads = 2};
    evk_made made;
    evk_set *set;

    assert_ok(evk_gaudy(path_in(folder, name), images, target, o, &run, &made, err));
    assert_ok(evk_set_open(&set, path_in(folder, name), err));
    return set;
}

/* How many rows of a set have an image of a photograph. */
static int64_t count_present(const evk_set *set)
{
    int64_t n = 0;

    for (int64_t i = 0; i < evk_set_count(set); i++)
        n += strcmp(evk_set_cell(set, i, "present"), "true") == 0;
    return n;
}

static void note_failure(void *arg, const char *sentence)
{
    assert_non_null(strstr(sentence, "unknown image format"));
    ++*(int *)arg;
}

/* More are asked for than can be read: all photographs are there once, and no broken file. */
static void broken_files_are_not_drawn(void **state)
{
    evk_gaudy_options o;

    evk_gaudy_default(&o);
    int failed = 0;
    evk_set *set;

    (void)state;
    o.by = "gaudiness";
    o.random = 100;
    o.failed = note_failure;
    o.arg = &failed;
    for (int64_t keep = 0; keep <= 2; keep += 2) {
        o.keep = keep;
        set = make(keep ? "beside" : "alone", NULL, &o);
        assert_int_equal(evk_set_count(set), PHOTOS);
        assert_int_equal(count_present(set), PHOTOS);
        evk_set_free(set);
    }
    assert_int_equal(failed, 2 * BROKEN);
}

/* The mean response of the target's neurons to an image of the set. */
static double mean_response(const evk_set *set, int64_t i, const evk_target *target)
{
    double sum = 0;
    evk_image *image;

    assert_ok(evk_set_image(set, i, &image, err));
    for (size_t k = 0; k < target->count; k++)
        sum += linear_response(&l, image->values, target->outputs[k]);
    evk_image_free(image);
    return sum / (double)target->count;
}

/*
 * Returns the row of a set of all photographs whose image has the responses of the target's neurons
 * that are furthest from those of row `first`.
 */
static int64_t furthest(const evk_set *all, int64_t first, const evk_target *target)
{
    double most = -1;
    int64_t found = -1;
    evk_image *a, *b;

    assert_ok(evk_set_image(all, first, &a, err));
    for (int64_t i = 0; i < PHOTOS; i++) {
        double sum = 0;

        assert_ok(evk_set_image(all, i, &b, err));
        for (size_t k = 0; k < target->count; k++) {
            const double d = linear_response(&l, a->values, target->outputs[k]) -
                             linear_response(&l, b->values, target->outputs[k]);

            sum += d * d;
        }
        evk_image_free(b);
        if (sum > most) {
            most = sum;
            found = i;
        }
    }
    evk_image_free(a);
    return found;
}

/* Of two that are kept, one has the best mean response, the other is furthest from that one. */
static void best_and_furthest_are_kept(void **state)
{
    static const int64_t lists[3][2] = {{1, 2}, {3, 1}, {2, 3}};

    (void)state;
    for (size_t t = 0; t < 3; t++) {
        const evk_target target = {model, lists[t], 2};
        evk_gaudy_options o;

        evk_gaudy_default(&o);
        evk_set *all, *kept;
        int64_t best = 0, other;
        char name[32];

        o.by = "response";
        snprintf(name, sizeof(name), "all%zu", t);
        o.random = PHOTOS; /* not those that cannot be read */
        all = make(name, &target, &o);
        assert_int_equal(evk_set_count(all), PHOTOS);
        o.random = 0;
        o.keep = 2;
        snprintf(name, sizeof(name), "kept%zu", t);
        kept = make(name, &target, &o);
        assert_int_equal(evk_set_count(kept), 2);
        for (int64_t i = 1; i < PHOTOS; i++)
            if (mean_response(all, i, &target) > mean_response(all, best, &target))
                best = i;
        other = furthest(all, best, &target);
        for (int64_t i = 0; i < 2; i++) {
            const int64_t from = (i == 0) == (best < other) ? best : other;

            assert_string_equal(evk_set_cell(kept, i, "source_file"),
                                evk_set_cell(all, from, "source_file"));
        }
        evk_set_free(all);
        evk_set_free(kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_files_are_not_drawn),
        cmocka_unit_test(best_and_furthest_are_kept),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

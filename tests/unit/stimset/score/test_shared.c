/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_shared.c - networks of several ensembles: which they are, and responses to the bit */
#include <stdlib.h>
#include <string.h>

#include "stimset/score/shared.h"

#include <evoke/evoke.h>

#include "../../../harness/linear.h"
#include "../../../harness/test.h"
#include "model/model.h"

enum { IMAGES = 7, OUTPUTS = 3 };

static char *folder;
static struct linear one, wide, other;
static evk_image_list *images;
static const evk_run run = {.threads = 2};

static void make(struct linear *l, const char *name, int64_t outputs, uint64_t seed)
{
    linear_random(l, path_in(folder, name), outputs, seed);
    linear_save(l);
}

static int set_up(void **state)
{
    static float values[IMAGES * TINY_VALUES];

    (void)state;
    folder = scratch_folder("shared");
    make(&one, "one.keras", 1, 1);
    make(&wide, "wide.keras", OUTPUTS, 2);
    make(&other, "other.keras", OUTPUTS, 3);
    images = linear_photos(path_in(folder, "photos"), IMAGES, values);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_image_list_free(images);
    linear_release(&one);
    linear_release(&wide);
    linear_release(&other);
    free(folder);
    return 0;
}

static evk_units *open_units(const char *text)
{
    evk_units *u;

    assert_ok(evk_fs_write(path_in(folder, "units.tsv"), text, strlen(text), err));
    assert_ok(evk_units_open(&u, path_in(folder, "units.tsv"), NULL, 0, NULL, err));
    return u;
}

/* Scales the members by numbers that no response has. */
static void scale(evk_model *m)
{
    double mean[EVK_MEMBERS_MAX], sd[EVK_MEMBERS_MAX];

    for (int64_t i = 0; i < m->member_count; i++) {
        mean[i] = 12.5 * (double)(i + 1);
        sd[i] = 3.7 + (double)i;
    }
    assert_ok(evk_model_scale_members(m, EVK_SCALING_Z, mean, sd, err));
}

static void is_same(const struct evk_reference *a, const struct evk_reference *b)
{
    const size_t n = (size_t)a->outputs;

    assert_int_equal(a->images, b->images);
    assert_int_equal(a->outputs, b->outputs);
    assert_memory_equal(a->responses, b->responses, IMAGES * n * sizeof(*a->responses));
    assert_memory_equal(a->mean, b->mean, n * sizeof(*a->mean));
    assert_memory_equal(a->sd, b->sd, n * sizeof(*a->sd));
}

/* Every model responds as it does by itself, scaled or not; a network is asked once. */
static void test_same(void **state)
{
    evk_units *u = open_units("unit\tmodel\toutput\n"
                              "a\tone.keras;wide.keras;other.keras\t0;2;1\n"
                              "b\twide.keras;other.keras;wide.keras\t0;0;1\n"
                              "c\tother.keras\t2\n"
                              "d\tone.keras;other.keras\t0;2\n");
    struct evk_reference alone, together;
    struct evk_shared shared;
    const evk_target *t;
    size_t count;

    (void)state;
    scale(evk_units_model(u, 1));
    t = evk_units_targets(u, &count);
    assert_int_equal(count, 4);
    assert_ok(evk_shared_find(&shared, t, count, err));
    assert_int_equal(shared.count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_ok(evk_reference_read(&alone, t[i].model, images, &run, err));
        assert_ok(evk_shared_read(&shared, &together, t[i].model, images, &run, err));
        is_same(&alone, &together);
        evk_reference_release(&alone);
        evk_reference_release(&together);
    }
    for (size_t i = 0; i < shared.count; i++)
        assert_non_null(shared.list[i].responses);
    evk_shared_release(&shared);
    evk_units_free(u);
}

/* Models by themselves, and a network of one ensemble, are not kept. */
static void test_none(void **state)
{
    evk_units *u = open_units("unit\tmodel\toutput\n"
                              "a\tone.keras;wide.keras\t0;2\n"
                              "c\tother.keras\t2\n");
    struct evk_shared shared;
    size_t count;
    const evk_target *t = evk_units_targets(u, &count);

    (void)state;
    assert_ok(evk_shared_find(&shared, t, count, err));
    assert_int_equal(shared.count, 0);
    evk_shared_release(&shared);
    assert_ok(evk_shared_find(&shared, t + 1, 1, err));
    assert_int_equal(shared.count, 0);
    evk_shared_release(&shared);
    evk_units_free(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_duplicate.c - repeated images, against the distance of every pair taken pixel by pixel */
#include "stimset/make/duplicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "stimset/record/set_file.h"

enum { MANY = 60 };

static char *folder;
static struct evk_pixels images[MANY]; /* what was put */
static struct evk_stimuli all;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("test_duplicate");
    assert_ok(evk_fs_make_folder(path_in(folder, "stimuli"), err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static void clear(void)
{
    for (int i = 0; i < MANY; i++) {
        free(images[i].data);
        images[i] = (struct evk_pixels){0, 0, 0, NULL};
    }
    evk_stimuli_release(&all);
}

/* The next image of the set: pixels of this size, all of one value, to be changed, and saved. */
static struct evk_pixels *add(int64_t h, int64_t w, int value)
{
    struct evk_pixels *p = &images[all.count];

    assert_ok(evk_stimuli_grow(&all, 1, err));
    *p = (struct evk_pixels){h, w, 3, malloc((size_t)(h * w * 3))};
    assert_non_null(p->data);
    memset(p->data, value, (size_t)(h * w * 3));
    return p;
}

static void save(void)
{
    for (int64_t i = 0; i < all.count; i++) {
        struct evk_row *row = &all.list[i].row;
        struct evk_pixels back;

        *row = evk_row_new();
        if (!images[i].data)
            continue;
        row->stim_code = i + 1;
        row->present = true;
        snprintf(row->stimulus_id, sizeof(row->stimulus_id), "stim-max%06d", (int)i + 1);
        snprintf(row->filename, sizeof(row->filename), "%s.png", row->stimulus_id);
        assert_ok(evk_set_file_put_image(dir_at(folder), row, &images[i], &back, err));
        evk_pixels_release(&back);
    }
}

static void find(int threads)
{
    assert_ok(evk_find_duplicates(dir_at(folder), &all, EVK_DUPLICATES_OF_ALL, threads, NULL, err));
}

static void assert_first(int i, int of, double rms)
{
    const struct evk_row *row = &all.list[i].row;
    char id[32] = "";

    if (of >= 0)
        snprintf(id, sizeof(id), "stim-max%06d", of + 1);
    if (strcmp(row->duplicate_of, id) != 0)
        fail_msg("image %d is said to repeat '%s', expected '%s'", i + 1, row->duplicate_of, id);
    if (of < 0)
        assert_true(isnan(row->duplicate_rms));
    else if (!(fabs(row->duplicate_rms - rms) <= 1e-12))
        fail_msg("distance %.17g, expected %.17g", row->duplicate_rms, rms);
}

/* Exact distances, from one value or from all of them. */
static void test_distances(void **state)
{
    struct evk_pixels *p;

    (void)state;
    add(9, 8, 100);
    add(9, 8, 100);              /* identical */
    add(9, 8, 102);              /* 2 levels exactly: repeats */
    add(9, 8, 103)->data[0] = 0; /* 3 levels: does not, nor the image at 102: 1 level, but one */
    p = add(9, 8, 100);          /* 29 levels in one of 216 values: sqrt(841 / 216) = 1.97 */
    p->data[77] = 129;
    p = add(9, 8, 100); /* 30 levels: 2.04 */
    p->data[77] = 130;
    save();
    find(2);
    assert_first(0, -1, 0);
    assert_first(1, 0, 0);
    assert_first(2, 0, 2);
    assert_first(3, -1, 0);
    assert_first(4, 0, sqrt(841.0 / 216));
    /* Just outside of 1 and 2, and of 5: one level in that value: sqrt(1 / 216). */
    assert_first(5, 4, sqrt(1.0 / 216));
    clear();
}

/* The first before it, though a later one is nearer; never one after it. */
static void test_first_before(void **state)
{
    (void)state;
    add(4, 4, 10);
    add(4, 4, 13);
    add(4, 4, 12); /* 2 from the first, 1 from the second */
    add(4, 4, 14); /* 1 from the second, 2 from the third */
    add(4, 4, 12); /* 2 from the first, 0 from the third */
    save();
    find(3);
    assert_first(0, -1, 0);
    assert_first(1, -1, 0);
    assert_first(2, 0, 2);
    assert_first(3, 1, 1);
    assert_first(4, 0, 2);
    clear();
}

/* An extension changes nothing of the rows before it. */
static void test_extension(void **state)
{
    (void)state;
    add(4, 4, 10);
    add(4, 4, 50);
    save();
    find(1);
    add(4, 4, 50);
    add(4, 4, 10);
    save();
    find(1);
    assert_first(0, -1, 0);
    assert_first(1, -1, 0);
    assert_first(2, 1, 0);
    assert_first(3, 0, 0);
    clear();
}

/* The same bytes in another shape are another image; so are other sizes. */
static void test_shapes(void **state)
{
    (void)state;
    add(8, 16, 128);
    add(16, 8, 128); /* the same means of blocks too */
    add(4, 9, 128);
    add(9, 4, 128);
    add(6, 6, 128);
    add(1, 1, 128);
    add(1, 1, 127);
    save();
    find(2);
    for (int i = 0; i < 6; i++)
        assert_first(i, -1, 0);
    assert_first(6, 5, 1);
    clear();
}

/* Rows without an image repeat nothing, and are repeated by nothing. */
static void test_absent(void **state)
{
    (void)state;
    add(4, 4, 10);
    assert_ok(evk_stimuli_grow(&all, 1, err));
    add(4, 4, 10);
    save();
    snprintf(all.list[0].row.duplicate_of, 32, "stale");
    all.list[0].row.duplicate_rms = 1;
    find(2);
    assert_first(0, -1, 0);
    assert_first(1, -1, 0);
    assert_first(2, 0, 0);
    clear();
    find(1); /* of none at all */
}

/* A file that is not the one its row describes, of another size: no pixel beyond its end is read. */
static void test_other_file(void **state)
{
    static const int64_t sizes[][2] = {{8, 8}, {32, 24}, {16, 8}, {1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct evk_row row;
        struct evk_pixels back;

        add(16, 16, 128);
        add(16, 16, 200);
        save();
        /* All of one value, so that its means are those of a repetition. */
        add(sizes[i][0], sizes[i][1], 128);
        row = evk_row_new();
        snprintf(row.filename, sizeof(row.filename), "%s", all.list[1].row.filename);
        assert_ok(evk_set_file_put_image(dir_at(folder), &row, &images[2], &back, err));
        evk_pixels_release(&back);
        all.count = 2;
        find(1);
        assert_first(1, -1, 0);
        all.count = 3;
        clear();
    }
}

/*
 * Images that are too large to be kept, as their rows say, are read again, and so are all after
 * them: the first image is kept, the others are not.
 */
static void test_not_kept(void **state)
{
    (void)state;
    add(9, 8, 100);
    add(9, 8, 100);
    add(9, 8, 101);
    add(9, 8, 102);
    add(9, 8, 103);
    save();
    for (int i = 1; i < 3; i++) {
        all.list[i].row.height_px = (int64_t)1 << 40;
        all.list[i].row.width_px = (int64_t)1 << 40;
    }
    find(2);
    assert_first(1, -1, 0);
    assert_first(2, 1, 1);
    assert_first(3, 0, 2);
    assert_first(4, 3, 1);
    clear();
}

static void test_unreadable(void **state)
{
    (void)state;
    add(4, 4, 1);
    add(4, 4, 2);
    save();
    assert_ok(evk_dir_write(dir_at(folder), "stimuli/stim-max000002.png", "x", 1, err));
    assert_fails(EVK_EFORMAT, "stimuli/stim-max000002.png",
                 evk_find_duplicates(dir_at(folder), &all, EVK_DUPLICATES_OF_ALL, 2, NULL, err));
    assert_ok(evk_dir_remove(dir_at(folder), "stimuli/stim-max000002.png", err));
    assert_fails(EVK_EIO, "stimuli/stim-max000002.png: No such file",
                 evk_find_duplicates(dir_at(folder), &all, EVK_DUPLICATES_OF_ALL, 2, NULL, err));
    clear();
}

/* Who asks for them gets the pixels that were kept, and nothing for images that there are not. */
static void test_given_pixels(void **state)
{
    struct evk_pixels kept[3];

    (void)state;
    add(5, 4, 9)->data[7] = 200;
    add(5, 4, 1);
    free(images[1].data);
    images[1].data = NULL;
    add(3, 6, 77)->data[50] = 3;
    save();
    assert_ok(evk_find_duplicates(dir_at(folder), &all, EVK_DUPLICATES_OF_ALL, 2, kept, err));
    assert_null(kept[1].data);
    for (int i = 0; i < 3; i += 2) {
        assert_int_equal(kept[i].height, images[i].height);
        assert_int_equal(kept[i].width, images[i].width);
        assert_int_equal(kept[i].channels, 3);
        assert_memory_equal(kept[i].data, images[i].data, (size_t)(i ? 3 * 6 * 3 : 5 * 4 * 3));
        evk_pixels_release(&kept[i]);
    }
    clear();
}

/* ---- the oracle: every pair, every value ------------------------------------------------------ */

static double distance(const struct evk_pixels *a, const struct evk_pixels *b)
{
    const int64_t n = a->height * a->width * a->channels;
    double sum = 0;

    if (a->height != b->height || a->width != b->width || a->channels != b->channels)
        return HUGE_VAL;
    for (int64_t i = 0; i < n; i++)
        sum += (a->data[i] - b->data[i]) * (double)(a->data[i] - b->data[i]);
    return sqrt(sum / (double)n);
}

static int pick(uint64_t *seed, int n)
{
    const int i = (int)((random_float(seed) + 1) * 0.5f * (float)n);

    return i < n ? i : n - 1;
}

/* A copy of an earlier image, changed by about 2 levels RMS in one of several ways. */
static void vary(struct evk_pixels *p, const struct evk_pixels *of, uint64_t *seed)
{
    const int n = (int)(p->height * p->width * p->channels), way = pick(seed, 4);
    const int amplitude = 1 + pick(seed, 4);

    memcpy(p->data, of->data, (size_t)n);
    for (int i = 0; i < n; i++) {
        int v = p->data[i];

        if (way == 0) /* all by as much */
            v += amplitude;
        else if (way == 1) /* noise, whose mean is about none */
            v += pick(seed, 2 * amplitude + 1) - amplitude;
        else if (way == 2 && i < n / 4) /* one part */
            v += 2 * amplitude;
        else if (way == 3 && i == n / 2) /* one value */
            v += 10 * amplitude;
        p->data[i] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}

/*
 * A perturbed image or a control is a duplicate of an image with its pixels, and of no other one
 * that is near; versions before 0.8.0 left them out.
 */
static void test_meant_alike(void **state)
{
    (void)state;
    for (int i = 0; i < 7; i++)
        add(9, 8, i == 1 || i == 4 ? 1 : 0);
    add(8, 9, 0);
    save();
    all.list[1].row.control = "matched";
    all.list[3].row.budget_norm = "linf";
    all.list[4].row.control = "natural";
    all.list[6].row.control = "blank";
    all.list[7].row.control = "blank"; /* of the same values, in another shape */
    find(2);
    assert_first(0, -1, 0);
    assert_first(1, -1, 0);
    assert_first(2, 0, 0);
    assert_first(3, 0, 0);
    assert_first(4, 1, 0);
    assert_first(5, 0, 0);
    assert_first(6, 0, 0);
    assert_first(7, -1, 0);
    all.list[0].row.control = "blank";
    find(2);
    assert_first(2, 0, 0);
    assert_ok(evk_find_duplicates(dir_at(folder), &all, EVK_DUPLICATES_OF_OTHERS, 2, NULL, err));
    for (int i = 0; i < 8; i++)
        assert_first(i, i == 5 ? 2 : -1, 0);
    clear();
}

static void test_oracle(void **state)
{
    static const int64_t sizes[][2] = {{16, 16}, {5, 7}, {7, 5}, {3, 3}, {9, 8}};
    int repeats = 0, near = 0;

    (void)state;
    for (uint64_t round = 1; round <= 4; round++) {
        uint64_t seed = round;

        for (int i = 0; i < MANY; i++) {
            const int64_t *s = sizes[i % 5];
            struct evk_pixels *p = add(s[0], s[1], 0);
            const int level = pick(&seed, 200), from = i % 5 + 5 * pick(&seed, i / 5 + 1);

            for (int k = 0; k < (int)(s[0] * s[1] * 3); k++)
                p->data[k] = (unsigned char)(level + pick(&seed, 56));
            if (from < i && pick(&seed, 3))
                vary(p, &images[from], &seed);
        }
        save();
        find((int)round);
        for (int i = 0; i < MANY; i++) {
            int first = -1;
            double rms = 0;

            for (int j = 0; j < i && first < 0; j++) {
                rms = distance(&images[i], &images[j]);
                near += rms > 2 && rms < 3;
                if (rms <= EVK_DUPLICATE_RMS)
                    first = j;
            }
            repeats += first >= 0;
            assert_first(i, first, rms);
        }
        clear();
    }
    assert_true(repeats > 40 && near > 20); /* the images are such that it matters */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meant_alike),  cmocka_unit_test(test_distances),
        cmocka_unit_test(test_first_before), cmocka_unit_test(test_extension),
        cmocka_unit_test(test_shapes),       cmocka_unit_test(test_absent),
        cmocka_unit_test(test_other_file),   cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_oracle),       cmocka_unit_test(test_not_kept),
        cmocka_unit_test(test_given_pixels),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_veto.c - tables of vetoes, and what is wrong with others, in sentences */
#include "stimset/record/veto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../harness/test.h"
#include "base/fs.h"

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("veto");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_status read_text(struct evk_vetoes *v, const char *text, evk_error *why)
{
    const char *path = path_in(folder, "veto.tsv");

    assert_ok(evk_fs_write(path, text, strlen(text), err));
    return evk_vetoes_read(v, path, why);
}

static void read_well(void **state)
{
    struct evk_vetoes v;

    (void)state;
    assert_ok(read_text(&v,
                        "reason\tset\tby\tstimulus_id\nface\tmax\tMK\tstim-000002\n\ta/adv\tMK\t"
                        "stim-000001\ntoo bright\tmax\t\tstim-000001\n",
                        err));
    assert_int_equal(v.table.rows, 3);
    assert_int_equal(evk_vetoes_find(&v, "max", "stim-000002"), 0);
    assert_int_equal(evk_vetoes_find(&v, "a/adv", "stim-000001"), 1);
    assert_int_equal(evk_vetoes_find(&v, "max", "stim-000001"), 2);
    assert_int_equal(evk_vetoes_find(&v, "max", "stim-000003"), -1);
    assert_int_equal(evk_vetoes_find(&v, "adv", "stim-000001"), -1);
    assert_int_equal(evk_vetoes_find(&v, "", ""), -1);
    assert_string_equal(evk_vetoes_reason(&v, 0), "face");
    assert_string_equal(evk_vetoes_reason(&v, 1), "");
    assert_string_equal(evk_vetoes_reason(&v, 2), "too bright");
    evk_vetoes_release(&v);
}

/* Every image is found, and only these, whatever the order of the rows. */
static void many(void **state)
{
    enum { IMAGES = 1000, STEP = 387 };
    char *text = malloc(IMAGES * 40), id[24];
    size_t n = 0;
    struct evk_vetoes v;

    (void)state;
    n += (size_t)sprintf(text, "set,stimulus_id,reason\n");
    for (int i = 0; i < IMAGES; i++)
        n += (size_t)sprintf(text + n, "s%d,stim-%06d,r\n", i % 3, 2 * (i * STEP % IMAGES));
    assert_ok(read_text(&v, text, err));
    for (int i = 0; i < IMAGES; i++) {
        char set[16];

        sprintf(set, "s%d", i % 3);
        sprintf(id, "stim-%06d", 2 * (i * STEP % IMAGES));
        assert_int_equal(evk_vetoes_find(&v, set, id), i);
        sprintf(id, "stim-%06d", 2 * (i * STEP % IMAGES) + 1);
        assert_int_equal(evk_vetoes_find(&v, set, id), -1);
    }
    evk_vetoes_release(&v);
    free(text);
}

static void no_rows(void **state)
{
    struct evk_vetoes v;

    (void)state;
    assert_ok(read_text(&v, "set\tstimulus_id\treason\n", err));
    assert_int_equal(v.table.rows, 0);
    assert_int_equal(evk_vetoes_find(&v, "max", "stim-000001"), -1);
    assert_ok(evk_vetoes_check(&v, NULL, 0, NULL, NULL, err));
    evk_vetoes_release(&v);
}

static void refused(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "has no line"},
        {"set\treason\nmax\tface\n", "line 1: has no column stimulus_id"},
        {"set\tstimulus_ID\treason\n", "has no column stimulus_id; expected the columns set, "
                                       "stimulus_id and reason; did you mean stimulus_ID?"},
        {"stimulus_id\treason\n", "has no column set"},
        {"set\tstimulus_id\n", "has no column reason"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\n", "line 2: has 2 cells, expected 3"},
        {"set\tstimulus_id\treason\n\n\tstim-000001\tx\n",
         "line 3: the cell of the column set is empty"},
        {"set\tstimulus_id\treason\nmax\tn/a\tx\n",
         "line 2: the cell of the column stimulus_id is empty"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\t\nmax\tstim-000002\t\nmax\tstim-000001\tx\n",
         "line 4: stim-000001 of the set max is vetoed twice, first on line 2"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\t\"two\nlines\"\n",
         "line 2: the cell of the column reason begins with a quote, or has a line end"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\ta\033[2Jb\n", "line 2: the cell of the"},
        {"set\tstimulus_id\treason\nm\xe2\x80\xae_x\tstim-000001\tx\n",
         "line 2: the cell of the column set"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\t\xff\n", "line 2 is not UTF-8"},
        {"set\tstimulus_id\treason\nmax\tstim-000001\t\"x\n", "quote"},
        {"PK\3\4 a workbook", "is a workbook"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evk_vetoes v;

        assert_fails(EVK_EFORMAT, cases[i].says, read_text(&v, cases[i].text, err));
        assert_fails(EVK_EFORMAT, "veto.tsv: ", read_text(&v, cases[i].text, err));
        assert_null(v.sorted);
        assert_null(v.table.path);
    }
}

/* Set 0 has images 1 to 3, set 1 has image 9. */
static bool has(void *arg, size_t set, const char *id)
{
    const char *const *last = arg;

    return strcmp(id, last[set]) == 0;
}

static void checked(void **state)
{
    static const char *const names[] = {"max", "adv"};
    const char *last[] = {"stim-000003", "stim-000009"};
    struct evk_vetoes v;

    (void)state;
    assert_ok(
        read_text(&v, "set\tstimulus_id\treason\nadv\tstim-000009\t\nmax\tstim-000003\t\n", err));
    assert_ok(evk_vetoes_check(&v, names, 2, has, (void *)last, err));
    assert_fails(EVK_EINVAL,
                 "line 2: none of the sets that were given is called 'adv'; a set has "
                 "the name of its folder, such as 'max'",
                 evk_vetoes_check(&v, names, 1, has, (void *)last, err));
    last[0] = "stim-000004";
    assert_fails(EVK_EINVAL, "line 3: the set max has no image 'stim-000003'",
                 evk_vetoes_check(&v, names, 2, has, (void *)last, err));
    evk_vetoes_release(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_well), cmocka_unit_test(many),    cmocka_unit_test(no_rows),
        cmocka_unit_test(refused),   cmocka_unit_test(checked),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}

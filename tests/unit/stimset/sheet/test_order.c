/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_order.c - the order of the items of a sheet, their cells, and what their names share */
#include <string.h>

#include "stimset/sheet/grid.h"

#include "../../../harness/test.h"

/* What all names have in common; nothing of which a name is left empty, or an output without colon. */
static void test_names(void **state)
{
    static const struct {
        const char *names[3];
        size_t head, tail;
    } cases[] = {
        {{"compact_model_n2:0", "compact_model_n2:1", "compact_model_n13:0"}, 14, 0},
        {{"compact_model_n2:0", "compact_model_n3:0", "compact_model_n13:0"}, 14, 2},
        {{"a_b:0", "a_b:1", "a_b:12"}, 2, 0},
        {{"one", "two", "three"}, 0, 0},
        {{"a_", "a_b", "a_c"}, 0, 0},
        {{"n:0 \xC2\xB7 x1.jpg", "n:0 \xC2\xB7 x2.jpg", "n:1 \xC2\xB7 x1.jpg"}, 0, 4},
        {{"x.png", "y.png", "longer.png"}, 0, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evk_sheet_item items[3] = {0};
        const struct evk_sheet s = {.items = items, .count = 3};
        struct evk_sheet_order o;

        for (int k = 0; k < 3; k++)
            items[k].neuron = cases[i].names[k];
        assert_ok(evk_sheet_order_new(&o, &s, err));
        if (o.common_head != cases[i].head || o.common_tail != cases[i].tail)
            fail_msg("%s: %zu and %zu, expected %zu and %zu", cases[i].names[0], o.common_head,
                     o.common_tail, cases[i].head, cases[i].tail);
        evk_sheet_order_release(&o);
    }
}

/* Two items with labels share a cell, and come after the others. */
static void test_cells(void **state)
{
    struct evk_sheet_item items[7] = {0};
    const struct evk_sheet s = {.items = items, .count = 7, .as_listed = true};
    static const int64_t order[] = {1, 0, 2, 3, 5, 4, 6};
    struct evk_sheet_order o;

    (void)state;
    for (int i = 0; i < 7; i++) {
        items[i].neuron = i < 4 ? "a" : "b";
        items[i].label = i == 1 || i == 5 ? NULL : "control";
    }
    assert_ok(evk_sheet_order_new(&o, &s, err));
    for (int i = 0; i < 7; i++)
        assert_int_equal(o.item[i], order[i]);
    assert_int_equal(o.cell[1], 3);
    assert_int_equal(o.cell[2], 5);
    assert_int_equal(o.longest, 3);
    evk_sheet_order_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

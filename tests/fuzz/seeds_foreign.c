/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds_foreign.c - a file of each format that evoke names and does not open */
#include <stdio.h>

#include "../harness/foreign_samples.h"
#include "../harness/test.h"
#include "seeds.h"

void seeds_foreign(void)
{
    struct foreign_sample s;
    char name[64];

    for (int i = 0; foreign_sample(i, &s); i++) {
        assert_ok(evk_str_check(&s.bytes, err));
        snprintf(name, sizeof(name), "%s-%d", s.format, i);
        seed_write("foreign", name, s.bytes.data, s.bytes.size);
        evk_str_release(&s.bytes);
    }
}

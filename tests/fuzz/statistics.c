/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.c - statistics of natural images: read, described, written and read back */
#include <math.h>

#include "folder.h"
#include "fuzz.h"

static void check_numbers(const evk_statistics_info *i)
{
    fuzz_check(i->images >= 1 && i->patch >= 1 && i->components >= 0);
    for (int c = 0; c < 3; c++)
        fuzz_check(isfinite(i->mean[c]) && i->sd[c] >= 0);
    fuzz_check(i->explained >= 0 && i->explained <= 1 + 1e-6);
}

static void write_and_read(const evk_statistics *s)
{
    evk_error err = {EVK_OK, ""};
    evk_statistics_info one, other;
    evk_statistics *again;

    fuzz_check(evk_statistics_write(s, fuzz_in("again.json"), &err) == EVK_OK);
    fuzz_check(evk_statistics_read(&again, fuzz_in("again.json"), &err) == EVK_OK);
    evk_statistics_describe(s, &one);
    evk_statistics_describe(again, &other);
    fuzz_check(one.images == other.images);
    evk_statistics_free(again);
}

void fuzz_statistics(const unsigned char *data, size_t size)
{
    evk_error err = {EVK_OK, ""};
    evk_statistics_info info;
    evk_statistics *s;
    evk_status status;

    (void)fuzz_folder();
    fuzz_put("statistics.json", data, size);
    status = evk_statistics_read(&s, fuzz_in("statistics.json"), &err);
    if (status) {
        fuzz_check_failure(status, &err);
        return;
    }
    evk_statistics_describe(s, &info);
    check_numbers(&info);
    write_and_read(s);
    evk_statistics_free(s);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.c - the state of a thread that a host program may have changed and results depend on */
#include "base/host.h"

#include <langinfo.h>
#include <string.h>

/*
 * Gives the thread a locale of its own, where numbers have a decimal point and all else is as
 * before: a callback of the host may read and write text.  Nothing is done where numbers have a
 * point already, or where memory runs out.
 */
static void use_decimal_point(struct evk_host *host)
{
    locale_t copy;

    if (strcmp(nl_langinfo(RADIXCHAR), ".") == 0)
        return;
    copy = duplocale(uselocale((locale_t)0));
    host->ours = copy ? newlocale(LC_NUMERIC_MASK, "C", copy) : NULL;
    if (host->ours)
        host->before = uselocale(host->ours);
    else if (copy)
        freelocale(copy);
}

struct evk_host evk_host_enter(void)
{
    struct evk_host host = {.before = NULL, .ours = NULL};

    fegetenv(&host.floats);
    fesetenv(FE_DFL_ENV);
    use_decimal_point(&host);
    return host;
}

void evk_host_leave(struct evk_host *host)
{
    if (host->ours) {
        uselocale(host->before);
        freelocale(host->ours);
    }
    fesetenv(&host->floats);
}

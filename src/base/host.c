/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.c - the state of a thread that a host program may have changed and results depend on */
#include "base/host.h"

#include <langinfo.h>
#include <string.h>

/* Gives the thread the locale "C" where its own has no decimal point. */
static void use_decimal_point(struct evk_host *host)
{
    if (strcmp(nl_langinfo(RADIXCHAR), ".") == 0)
        return;
    host->ours = newlocale(LC_ALL_MASK, "C", NULL);
    if (host->ours)
        host->before = uselocale(host->ours);
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

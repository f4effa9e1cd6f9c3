/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * host.h - the state of a thread that a host program may have changed and results depend on
 *
 * A program that uses the library, such as MATLAB or a Python interpreter, may have told the
 * processor to treat very small numbers as 0 or to round in another direction, and may have chosen
 * a locale with a decimal comma.  The same recipe has to give the same bytes there, too.
 */
#ifndef EVK_BASE_HOST_H
#define EVK_BASE_HOST_H

#include <fenv.h>
#include <locale.h>

/* What the calling thread had before EVK_ENTER. */
struct evk_host {
    fenv_t floats;
    locale_t before, ours; /* of the thread; ours is NULL where the locale was not changed */
};

/*
 * From here to the end of the enclosing block, the calling thread rounds to nearest, keeps very
 * small numbers, traps no floating-point error, and writes a decimal point; then it has again what
 * it had before.  The line stands in functions of the public interface that compute, and in each
 * thread of a loop (parallel.h).
 */
#define EVK_ENTER() \
    struct evk_host evk_host_ __attribute__((cleanup(evk_host_leave))) = evk_host_enter()

/* The two halves of EVK_ENTER. */
struct evk_host evk_host_enter(void);
void evk_host_leave(struct evk_host *host);

#endif /* EVK_BASE_HOST_H */

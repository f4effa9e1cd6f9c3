/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.c - stop a command on SIGINT, SIGTERM or SIGHUP */
#include "cli/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static atomic_bool noted;

static void note(int signal)
{
    (void)signal;
    atomic_store(&noted, true);
}

static void catch_one(int signal)
{
    struct sigaction before, now;

    memset(&now, 0, sizeof(now));
    now.sa_handler = note;
    now.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&now.sa_mask);
    if (sigaction(signal, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal, &now, NULL);
}

void interrupt_catch(void)
{
    catch_one(SIGINT);
    catch_one(SIGTERM);
    catch_one(SIGHUP);
}

bool interrupted(void *arg)
{
    (void)arg;
    return atomic_load(&noted);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.h - SIGINT, SIGTERM and SIGHUP as a wish to stop */
#ifndef EVK_CLI_INTERRUPT_H
#define EVK_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on the first such signal is noted, and a second one ends the program. */
void interrupt_catch(void);

/* Was there one? For evk_run.stop; arg is not looked at. */
bool interrupted(void *arg);

#endif /* EVK_CLI_INTERRUPT_H */

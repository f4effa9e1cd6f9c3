/* SPDX-License-Identifier: GPL-3.0-or-later */
/* man.c - show a manual page by the program man, on a terminal */
#include "cli/man.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/*
 * Starts "man -l -" with the descriptor `input` as its standard input; `other` is closed in it.
 * Signals that evoke ignores have their default effect in man and its pager.
 */
static bool start(pid_t *pid, int input, int other)
{
    char name[] = "man", option[] = "-l", from[] = "-", *argv[] = {name, option, from, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int failure;

    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    sigaddset(&signals, SIGINT);
    if (posix_spawn_file_actions_init(&actions))
        return false;
    if (posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&actions);
        return false;
    }
    failure = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) ||
              posix_spawn_file_actions_addclose(&actions, input) ||
              posix_spawn_file_actions_addclose(&actions, other) ||
              posix_spawnattr_setsigdefault(&attributes, &signals) ||
              posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF) ||
              posix_spawnp(pid, name, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return !failure;
}

bool man_begin(struct man *man)
{
    int ends[2];
    bool begun;

    if (!isatty(STDOUT_FILENO) || pipe(ends))
        return false;
    fflush(stdout);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the pager, which this process waits for */
    man->terminal = dup(STDOUT_FILENO);
    begun = man->terminal >= 0 && start(&man->pid, ends[0], ends[1]);
    if (begun)
        dup2(ends[1], STDOUT_FILENO);
    else if (man->terminal >= 0)
        close(man->terminal);
    if (!begun)
        signal(SIGINT, SIG_DFL);
    close(ends[0]);
    close(ends[1]);
    return begun;
}

bool man_end(const struct man *man)
{
    int status = 0;
    pid_t ended;

    /* A user who leaves the pager early closes the pipe, which is no failure. */
    fflush(stdout);
    clearerr(stdout);
    dup2(man->terminal, STDOUT_FILENO);
    close(man->terminal);
    do
        ended = waitpid(man->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    signal(SIGINT, SIG_DFL);
    return ended == man->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

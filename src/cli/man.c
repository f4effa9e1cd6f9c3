/* SPDX-License-Identifier: GPL-3.0-or-later */
/* man.c - show a manual page on a terminal by the program man */
#include "cli/man.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool man_begin(struct man *man)
{
    if (!isatty(STDOUT_FILENO) || (man->page = tmpfile()) == NULL)
        return false;
    fflush(stdout);
    man->terminal = dup(STDOUT_FILENO);
    if (man->terminal < 0) {
        fclose(man->page);
        return false;
    }
    dup2(fileno(man->page), STDOUT_FILENO);
    return true;
}

/*
 * Starts "man -l -", which reads the descriptor `input`.  Signals that evoke ignores have their
 * default effect in man and its pager.  Returns 0, or an error number.
 */
static int start(pid_t *pid, int input)
{
    char name[] = "man", option[] = "-l", from[] = "-", *argv[] = {name, option, from, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int failure = posix_spawn_file_actions_init(&actions);

    if (failure)
        return failure;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGXFSZ);
    failure = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (!failure)
        failure = posix_spawnattr_init(&attributes);
    if (!failure) {
        posix_spawnattr_setsigdefault(&attributes, &signals);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        failure = posix_spawnp(pid, name, &actions, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/* Waits for the end of a process.  Returns whether its exit status is 0. */
static bool succeeds(pid_t pid)
{
    int status = 0;
    pid_t ended;

    do
        ended = waitpid(pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool man_end(struct man *man)
{
    bool shown;
    pid_t pid;

    fflush(stdout);
    dup2(man->terminal, STDOUT_FILENO);
    close(man->terminal);
    rewind(man->page);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the pager, which this process waits for */
    shown = start(&pid, fileno(man->page)) == 0 && succeeds(pid);
    signal(SIGINT, SIG_DFL);
    fclose(man->page);
    return shown;
}

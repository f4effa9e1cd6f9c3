/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickle_class.c - the names of classes in a pickle, and which of them say that a file is hostile
 *
 * No class of a file is ever imported or called here.  The lists below are no protection of this
 * program: they find files that would run commands where Python loads them, so that the user is
 * told.
 */
#include <string.h>

#include "format/pickle_stack.h"

typedef struct evk_pickle_value value;

/* Modules whose functions run commands or code, reach files, or load more pickles. */
static const char *const modules[] = {"os",         "posix",  "nt",      "subprocess", "sys",
                                      "shutil",     "runpy",  "pty",     "marshal",    "importlib",
                                      "webbrowser", "pickle", "_pickle", "pdb",        NULL};

/* Functions of Python itself that do so; the other names of this module are data, such as set. */
static const char *const builtins[] = {"eval", "exec",  "execfile", "compile",    "__import__",
                                       "open", "input", "apply",    "breakpoint", NULL};

/* Is the text of n bytes one of a list? */
static bool is_listed(const char *text, size_t n, const char *const *list)
{
    for (; *list; list++)
        if (strlen(*list) == n && memcmp(*list, text, n) == 0)
            return true;
    return false;
}

/* Is a name, n bytes with its module, that of a function which runs commands or code? */
static bool runs_code(const char *name, size_t n)
{
    const char *dot = memchr(name, '.', n);
    const size_t top = dot ? (size_t)(dot - name) : n; /* bytes of the topmost module */

    if (is_listed(name, top, modules))
        return true;
    return dot && is_listed(name, top, (const char *const[]){"builtins", "__builtin__", NULL}) &&
           is_listed(dot + 1, n - top - 1, builtins);
}

/* Returns the index of a class in the caller's list, or EVK_PICKLE_UNKNOWN. */
static int index_of(const struct evk_pickle *p, const char *name)
{
    for (int i = 0; p->known[i].name; i++)
        if (strcmp(p->known[i].name, name) == 0)
            return i;
    return EVK_PICKLE_UNKNOWN;
}

evk_status evk_pickle_make_class(struct evk_pickle *p, const char *name, size_t n)
{
    char *own;
    value *v;

    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
            return evk_pickle_bad(p, "has a class without a valid name");
    if (runs_code(name, n))
        return evk_fail(p->err, EVK_EFORMAT,
                        "would run '%.*s' where Python loads it, which is code and not data; "
                        "nothing was run here; do not load the file in Python either, unless you "
                        "know who made it, and ask for a state dictionary",
                        (int)(n < 120 ? n : 120), name);
    EVK_TRY(evk_pickle_take(p, n + 1, &own));
    memcpy(own, name, n);
    EVK_TRY(evk_pickle_make(p, EVK_PICKLE_CLASS, &v));
    v->is.text = own;
    v->count = n;
    v->class = index_of(p, own);
    return EVK_OK;
}

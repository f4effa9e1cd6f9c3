/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pickles.c - whole objects that Python has pickled, recognised by the first class that they name
 *
 * Only texts are looked for: nothing of the pickle is interpreted.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/foreign/recognise.h"

enum { SEARCHED = 1 << 16, WORD_MAX = 72 };

/* Is this a word of letters, digits, underscores and dots?  Returns its length, 0 where it is not;
   the word ends before the byte `end`. */
static size_t word(const struct evk_foreign_file *f, size_t at, unsigned char end)
{
    size_t n = 0;

    while (at + n < f->size && n <= WORD_MAX &&
           (isalnum(f->data[at + n]) || f->data[at + n] == '_' || f->data[at + n] == '.'))
        n++;
    return at + n < f->size && n <= WORD_MAX && f->data[at + n] == end ? n : 0;
}

/* The two words of a class, its module and its name. */
struct class_name {
    size_t module, module_size, name, name_size;
};

/* Protocols 0 to 3: "c", and two lines. */
static bool class_of_lines(const struct evk_foreign_file *f, size_t at, struct class_name *out)
{
    if (f->data[at] != 'c')
        return false;
    out->module = at + 1;
    out->module_size = word(f, out->module, '\n');
    out->name = out->module + out->module_size + 1;
    out->name_size = out->module_size ? word(f, out->name, '\n') : 0;
    return out->name_size > 0;
}

/* Protocols from 4: two short texts, each of which goes into the memo (0x94). */
static bool class_of_texts(const struct evk_foreign_file *f, size_t at, struct class_name *out)
{
    enum { SHORT_TEXT = 0x8c, MEMOIZE = 0x94, STACK_GLOBAL = 0x93 };

    if (f->data[at] != SHORT_TEXT)
        return false;
    out->module = at + 2;
    out->module_size = word(f, out->module, MEMOIZE);
    out->name = out->module + out->module_size + 3;
    if (!out->module_size || f->data[at + 1] != out->module_size || out->name >= f->size ||
        f->data[out->name - 2] != SHORT_TEXT)
        return false;
    out->name_size = word(f, out->name, MEMOIZE);
    return out->name_size > 0 && f->data[out->name - 1] == out->name_size &&
           out->name + out->name_size + 1 < f->size &&
           f->data[out->name + out->name_size + 1] == STACK_GLOBAL;
}

/* Is the module one of Python's own, which pickles of all programs name? */
static bool is_pythons(const struct evk_foreign_file *f, const struct class_name *c)
{
    static const char *const own[] = {"copyreg", "copy_reg", "builtins", "__builtin__",
                                      "collections"};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (c->module_size == strlen(own[i]) &&
            evk_foreign_has(f, c->module, own[i], strlen(own[i])))
            return true;
    return false;
}

/* Sets f->found to the first class that the pickle names; it stays empty where none is named. */
static void find_class(struct evk_foreign_file *f)
{
    struct class_name c;

    for (size_t i = 0; i < f->size && i < SEARCHED; i++) {
        if (!class_of_lines(f, i, &c) && !class_of_texts(f, i, &c))
            continue;
        if (!is_pythons(f, &c)) {
            snprintf(f->found, sizeof(f->found), "%.*s.%.*s", (int)c.module_size,
                     (const char *)f->data + c.module, (int)c.name_size,
                     (const char *)f->data + c.name);
            return;
        }
        i = c.name + c.name_size; /* "c" may stand in a name, too */
    }
}

/* Does a pickle of protocol 0 or 1, which has no mark, begin here? */
static bool begins_old(const struct evk_foreign_file *f)
{
    static const char *const begins[] = {"(dp", "(lp", "(ip", "}q", "]q"};
    struct class_name c;
    size_t last = f->size;

    while (last > 0 && isspace(f->data[last - 1]))
        last--;
    if (last == 0 || f->data[last - 1] != '.')
        return false;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (evk_foreign_has(f, 0, begins[i], strlen(begins[i])))
            return true;
    return class_of_lines(f, 0, &c);
}

/* Are the bytes a pickle whose first class is of a module that begins with one of these words, a
   list that NULL ends? */
static bool is_pickle_of(struct evk_foreign_file *f, const char *const modules[])
{
    f->found[0] = '\0';
    if (!(f->size > 2 && f->data[0] == 0x80 && f->data[1] >= 2 && f->data[1] <= 5) &&
        !begins_old(f))
        return false;
    find_class(f);
    for (int i = 0; modules[i]; i++)
        if (strncmp(f->found, modules[i], strlen(modules[i])) == 0)
            return true;
    return false;
}

bool evk_is_pickle_sklearn(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"sklearn.", "joblib.", NULL});
}

bool evk_is_pickle_keras(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"keras.", "tensorflow.", "tf_keras.", NULL});
}

bool evk_is_pickle_torch(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"torch.", "pytorch_lightning.", NULL});
}

bool evk_is_pickle_numpy(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"numpy.", NULL});
}

bool evk_is_pickle_other(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"", NULL}) && f->found[0];
}

bool evk_is_pickle_plain(struct evk_foreign_file *f)
{
    return is_pickle_of(f, (const char *const[]){"", NULL}) && !f->found[0];
}

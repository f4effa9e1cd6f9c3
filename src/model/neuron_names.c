/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_names.c - names that neurons are given beside their model file */
#include "model/neuron_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "model/neurons.h"

#define NAMES_FILE_MAX ((size_t)1 << 26) /* bytes; the names of a million neurons take fewer */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Fails where two of the names are equal. */
static evk_status check_distinct(char *const *names, int64_t count, evk_error *err)
{
    const char **sorted;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&sorted, count, sizeof(*sorted), "names", err));
    for (int64_t i = 0; i < count; i++)
        sorted[i] = names[i];
    if (count)
        qsort((void *)sorted, (size_t)count, sizeof(*sorted), compare);
    for (int64_t i = 1; i < count && !s; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            s = evk_fail(err, EVK_EFORMAT, "two neurons are both called '%s'", sorted[i]);
    free((void *)sorted);
    return s;
}

static void free_names(char **names, int64_t count)
{
    for (int64_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

static evk_status copy_names(char **out, int64_t count, const evk_json *names, evk_error *err)
{
    for (int64_t i = 0; i < count; i++) {
        const char *name = evk_json_text(evk_json_at(names, (size_t)i));

        if (!name)
            return evk_fail(err, EVK_EFORMAT, "name of neuron %lld is not a text", (long long)i);
        EVK_TRY(evk_neuron_check_name(name, err));
        EVK_TRY(evk_strdup(&out[i], name, err));
    }
    return check_distinct(out, count, err);
}

evk_status evk_neurons_name(evk_model *m, const evk_json *names, evk_error *err)
{
    char **copy;
    evk_status s;

    if ((int64_t)evk_json_count(names) != m->outputs)
        return evk_fail(err, EVK_EFORMAT, "the list names %zu neurons, but there are %lld",
                        evk_json_count(names), (long long)m->outputs);
    EVK_TRY(evk_alloc(&copy, m->outputs, sizeof(*copy), "names", err));
    s = copy_names(copy, m->outputs, names, err);
    if (s) {
        free_names(copy, m->outputs);
        return s;
    }
    free_names(m->neurons, m->outputs);
    m->neurons = copy;
    return EVK_OK;
}

/* Puts the lines of a text, without their ends, into an array.  The text ends with a zero byte. */
static evk_status put_lines(struct evk_json_writer *w, char *text, size_t size, evk_error *err)
{
    evk_json *list = evk_json_put_array(w, w->root, "names");

    if (memchr(text, '\0', size))
        return evk_fail(err, EVK_EFORMAT, "is no text: it has a zero byte");
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        evk_json_put_text(w, list, NULL, line);
    }
    return EVK_OK;
}

evk_status evk_neuron_names_read(struct evk_json_writer *w, const char *path, evk_error *err)
{
    struct evk_bytes file;
    char *text;
    evk_status s;

    EVK_TRY(evk_fs_read(&file, path, NAMES_FILE_MAX, err));
    s = evk_alloc(&text, (int64_t)file.size + 1, 1, "names", err);
    if (!s) {
        memcpy(text, file.data, file.size);
        s = put_lines(w, text, file.size, err);
        free(text);
    }
    evk_bytes_release(&file);
    return s ? evk_wrap(err, s, "%s", path) : EVK_OK;
}

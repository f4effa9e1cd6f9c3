/* SPDX-License-Identifier: GPL-3.0-or-later */
/* texts.c - files of text that are no models for evoke: JSON of other programs, web pages, tables */
#include <string.h>
#include <strings.h>

#include "model/foreign/recognise.h"

enum { HEAD = 4096, LEAST = 4 }; /* bytes of a file that must be text, and least of a text */

/* Returns where the text begins, behind a byte order mark and white space. */
static size_t start_of(const struct evk_foreign_file *f)
{
    size_t i = evk_foreign_has(f, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (i < f->size && f->data[i] && strchr(" \t\r\n", f->data[i]))
        i++;
    return i;
}

/* Does the text begin with this one, whatever the case of letters? */
static bool begins(const struct evk_foreign_file *f, const char *text)
{
    const size_t at = start_of(f), n = strlen(text);

    return f->size - at >= n && strncasecmp((const char *)f->data + at, text, n) == 0;
}

/* ---- JSON: a model card has the key "card" -------------------------------------------------- */

static bool is_json_with(const struct evk_foreign_file *f, const char *key)
{
    return begins(f, "{") && !evk_foreign_mentions(f, "\"card\"") && evk_foreign_mentions(f, key);
}

bool evk_is_tfjs_graph(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"graph-model\"");
}

bool evk_is_tfjs_layers(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"modelTopology\"") || is_json_with(f, "\"weightsManifest\"");
}

bool evk_is_keras_json(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"class_name\"") && is_json_with(f, "\"config\"");
}

bool evk_is_weight_index(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"weight_map\"");
}

bool evk_is_hub_config(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"architectures\"") || is_json_with(f, "\"model_type\"");
}

bool evk_is_notebook(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"nbformat\"");
}

bool evk_is_set_description(struct evk_foreign_file *f)
{
    return is_json_with(f, "\"GeneratedBy\"");
}

/* ---- other texts ---------------------------------------------------------------------------- */

bool evk_is_web_page(struct evk_foreign_file *f)
{
    return begins(f, "<!doctype html") || begins(f, "<html") || begins(f, "<head");
}

bool evk_is_openvino(struct evk_foreign_file *f)
{
    return (begins(f, "<?xml") || begins(f, "<net")) && evk_foreign_mentions(f, "<net ") &&
           evk_foreign_mentions(f, "<layers>");
}

/* Has the beginning of the file no control characters but white space? */
static bool is_text(const struct evk_foreign_file *f)
{
    for (size_t i = 0; i < f->size && i < HEAD; i++)
        if ((f->data[i] < ' ' && !strchr("\t\r\n\f", f->data[i])) || f->data[i] == 0 ||
            f->data[i] == 127)
            return false;
    return f->size >= LEAST;
}

bool evk_is_prototxt(struct evk_foreign_file *f)
{
    return is_text(f) && (evk_foreign_mentions(f, "layer {") || evk_foreign_mentions(f, "layer{") ||
                          evk_foreign_mentions(f, "layers {"));
}

/* Counts a character in the line that begins at *at, and moves *at behind the line. */
static int count_in_line(const struct evk_foreign_file *f, size_t *at, char c)
{
    int n = 0;

    for (; *at < f->size && *at < HEAD && f->data[*at] != '\n'; (*at)++)
        n += f->data[*at] == (unsigned char)c;
    (*at)++;
    return n;
}

/* A table has the same number of separators in its first two lines. */
bool evk_is_table(struct evk_foreign_file *f)
{
    static const char separators[] = ",\t;";

    for (const char *c = separators; *c && is_text(f); c++) {
        size_t at = start_of(f);
        const int first = count_in_line(f, &at, *c);

        if (first > 0 && at < f->size && count_in_line(f, &at, *c) == first)
            return true;
    }
    return false;
}

bool evk_is_other_text(struct evk_foreign_file *f)
{
    return is_text(f);
}

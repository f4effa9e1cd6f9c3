/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write.c - puts the parts of a page into page.html, and writes the file */
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/host.h"
#include "stimset/page/base64.h"
#include "stimset/page/pictures.h"

/* ---- files that the build embeds ------------------------------------------------------------- */

extern const char evk_text_page_html[], evk_text_page_css[], evk_text_page_js[];
extern const char evk_text_decisions_js[], evk_text_rows_js[], evk_text_filter_js[];
extern const char evk_text_dialogs_js[], evk_text_keys_js[];

/* One script, in this order: functions are called after all are there, constants are not. */
static const char *const scripts[] = {
    evk_text_page_js,   evk_text_decisions_js, evk_text_rows_js,
    evk_text_filter_js, evk_text_dialogs_js,   evk_text_keys_js,
};

static void add_scripts(struct evk_str *html)
{
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        evk_str_puts(html, scripts[i]);
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* What is put in place of {{name}} in page.html. */
struct part {
    const char *name;
    evk_status (*add)(struct evk_pictures *pictures, const struct evk_page *p, struct evk_str *html,
                      evk_error *err);
};

static void add_escaped(struct evk_str *html, const char *text)
{
    for (; *text; text++)
        if (strchr("&<>\"'", *text))
            evk_str_printf(html, "&#%d;", *text);
        else
            evk_str_add(html, text, 1);
}

static evk_status add_title(struct evk_pictures *pictures, const struct evk_page *p,
                            struct evk_str *html, evk_error *err)
{
    (void)pictures;
    (void)err;
    for (size_t i = 0; i < p->set_count; i++) {
        add_escaped(html, i ? ", " : "");
        add_escaped(html, p->sets[i].name);
    }
    return EVK_OK;
}

/* Add the hash by which a policy allows a style or a script: 'sha256-...'. */
static evk_status add_hash(struct evk_str *html, const char *text, size_t size, evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES];

    EVK_TRY(evk_sha256(text, size, digest, err));
    evk_str_puts(html, "'sha256-");
    evk_base64_add(html, digest, sizeof(digest));
    evk_str_puts(html, "'");
    return EVK_OK;
}

/* The page may show images that it has, run its own script, and do nothing else. */
static evk_status add_policy(struct evk_pictures *pictures, const struct evk_page *p,
                             struct evk_str *html, evk_error *err)
{
    struct evk_str script = EVK_STR_INIT;
    evk_status s;

    (void)pictures;
    (void)p;
    evk_str_puts(html, "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
                       "style-src ");
    EVK_TRY(add_hash(html, evk_text_page_css, strlen(evk_text_page_css), err));
    evk_str_puts(html, "; script-src ");
    add_scripts(&script);
    s = evk_str_check(&script, err);
    if (!s)
        s = add_hash(html, script.data, script.size, err);
    evk_str_release(&script);
    return s;
}

static evk_status add_style(struct evk_pictures *pictures, const struct evk_page *p,
                            struct evk_str *html, evk_error *err)
{
    (void)pictures;
    (void)p;
    (void)err;
    evk_str_puts(html, evk_text_page_css);
    return EVK_OK;
}

static evk_status add_script(struct evk_pictures *pictures, const struct evk_page *p,
                             struct evk_str *html, evk_error *err)
{
    (void)pictures;
    (void)p;
    (void)err;
    add_scripts(html);
    return EVK_OK;
}

enum { SCRIPTS = 1 << 18 }; /* more bytes than the scripts have */

/* Pictures get the room that all other parts leave. */
static evk_status add_pictures(struct evk_pictures *pictures, const struct evk_page *p,
                               struct evk_str *html, evk_error *err)
{
    struct evk_str data = EVK_STR_INIT;
    evk_status s = evk_page_json(p, INT32_MAX, &data, err);
    const size_t others = data.size + html->size + strlen(evk_text_page_html) + SCRIPTS;

    evk_str_release(&data);
    return s ? s : evk_pictures_write(pictures, p, EVK_PAGE_BYTES - (int64_t)others, html, err);
}

static evk_status add_data(struct evk_pictures *pictures, const struct evk_page *p,
                           struct evk_str *html, evk_error *err)
{
    return evk_page_json(p, pictures->side, html, err);
}

static const struct part parts[] = {
    {"title", add_title},   {"policy", add_policy},     {"style", add_style},
    {"script", add_script}, {"pictures", add_pictures}, {"data", add_data},
};

/* ---- the page -------------------------------------------------------------------------------- */

static const struct part *find_part(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strlen(parts[i].name) == size && memcmp(parts[i].name, name, size) == 0)
            return &parts[i];
    return NULL;
}

/* Returns where a text is in the bytes from `from` to `end`; end: nowhere. */
static const char *find_text(const char *from, const char *end, const char *text)
{
    const size_t n = strlen(text);

    while (from + n <= end && memcmp(from, text, n) != 0)
        from++;
    return from + n <= end ? from : end;
}

/* Append page.html, with each {{name}} replaced by its part. */
static evk_status fill(struct evk_pictures *pictures, const struct evk_page *p,
                       struct evk_str *html, evk_error *err)
{
    const char *at = evk_text_page_html, *const end = at + strlen(at);

    while (at < end) {
        const char *open = find_text(at, end, "{{"), *close = find_text(open, end, "}}");
        const struct part *part;

        evk_str_add(html, at, (size_t)(open - at));
        if (open == end)
            break;
        part = find_part(open + 2, (size_t)(close - open - 2));
        if (part)
            EVK_TRY(part->add(pictures, p, html, err));
        at = close + 2;
    }
    return evk_str_check(html, err);
}

evk_status evk_page_write(struct evk_page *p, const char *path, evk_error *err)
{
    static const char *const endings[] = {".html", ".htm", NULL};
    struct evk_str html = EVK_STR_INIT;
    struct evk_pictures pictures;
    evk_status s;

    if (!evk_ends_in(path, endings))
        return evk_fail(err, EVK_EINVAL, "%s: expected a name that ends in .html", path);
    s = evk_pictures_init(&pictures, p, err);
    if (!s)
        s = fill(&pictures, p, &html, err);
    if (!s)
        s = evk_fs_write(path, html.data, html.size, err);
    evk_pictures_release(&pictures);
    evk_str_release(&html);
    return s;
}

evk_status evk_sets_page(const evk_set *const *sets, size_t count, const char *veto,
                         const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_page p;
    evk_status s;

    if (count == 0)
        return evk_fail(err, EVK_EINVAL, "found no set to show, expected at least 1");
    EVK_TRY(evk_page_init(&p, sets, count, veto, err));
    s = evk_page_write(&p, path, err);
    evk_page_release(&p);
    return s;
}

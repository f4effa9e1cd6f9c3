/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.h - a page of one or several sets for a browser: what it shows, and its parts as text
 *
 * A page is one file.  It has a row for each unit, with images of all sets, and below these a row
 * for the images of each set that belong to no unit.  contents.c says which images are where,
 * data.c writes that as JSON, pictures.c holds the files of images, and write.c puts the parts
 * into page.html.  The build embeds page.html, page.css and all scripts (.js) in the library.
 */
#ifndef EVK_STIMSET_PAGE_PAGE_H
#define EVK_STIMSET_PAGE_PAGE_H

#include "base/dir.h"
#include "base/names.h"
#include "evoke/set.h"
#include "stimset/record/kind.h"
#include "stimset/record/stimulus.h"
#include "stimset/record/veto.h"

enum {
    EVK_PAGE_IMAGES = 5000,    /* the most images of a page */
    EVK_PAGE_BYTES = 60000000, /* the most bytes of a page */
    EVK_PAGE_SIDE_LEAST = 16   /* pixels: images are not reduced below this size */
};

/* A set of the page. */
struct evk_page_set {
    const char *name;             /* belongs to evk_page.names */
    const char *title, *unasked;  /* as in struct evk_set_kind */
    const struct evk_dir *folder; /* in which the files of its images are; borrowed */
    /* What contents.c opened; empty of a page whose items somebody else listed. */
    const struct evk_set *set; /* borrowed */
    const struct evk_set_kind *kind;
    const struct evk_stimuli *stimuli; /* its rows: of the set, or own */
    struct evk_stimuli own;            /* rows of a set that does not have them in memory; owned */
    int64_t *item;                     /* (stimuli->count) the item of each row, -1: none; owned */
};

/* An image of the page. */
struct evk_page_item {
    size_t set;
    const struct evk_row *row;
    const char *unit; /* the name of its unit; NULL: it has none; belongs to evk_page.units */
    int64_t of;       /* the item that it is a control of; -1: none that is shown */
    int64_t base;     /* the item that it was made from; -1: none that is shown */
    int64_t line;     /* its row of the page */
    int64_t picture;  /* its file in pictures.h */
    bool best;        /* the photograph that its unit's row begins with */
};

/* A row of the page: the images of a unit, or those of a set that belong to no unit. */
struct evk_page_line {
    const char *unit;     /* NULL: the row of a set */
    size_t set;           /* of the first image */
    int64_t first, count; /* items */
};

struct evk_page {
    struct evk_page_set *sets; /* (set_count) owned */
    size_t set_count;
    struct evk_names names;      /* of the sets, by set_names.h */
    struct evk_names units;      /* names of units and of neurons */
    struct evk_page_item *items; /* (count) in the order of the page; owned */
    int64_t count;
    struct evk_page_line *lines; /* (line_count) owned */
    int64_t line_count;
    struct evk_vetoes vetoes;  /* without rows where there is no table; owned */
    char key[EVK_SHA256_TEXT]; /* a hash of all sets and vetoes */
};

/*
 * Choose what a page of sets (count), at least 1, shows.  veto: a table of vetoes, or NULL.  The
 * sets must outlive the page; the caller releases *out.  EVK_EINVAL: there are more images than
 * EVK_PAGE_IMAGES or none, a set is given twice, or a veto is of no image that is shown; other
 * failures are those of reading sets and evk_vetoes_read.
 */
evk_status evk_page_init(struct evk_page *out, const evk_set *const *sets, size_t count,
                         const char *veto, evk_error *err);
void evk_page_release(struct evk_page *p);

/*
 * Do the rest for a page whose sets, names, units and items are listed, with set, row, unit, of and
 * base of each item: read vetoes, and bring the items into rows and into their order.  about: a
 * text by which pages of the same things have the same key.  Failures are those of evk_page_init.
 */
evk_status evk_page_complete(struct evk_page *p, const char *veto, const char *about,
                             evk_error *err);

/* Write the page.  EVK_EINVAL: the path ends neither in .html nor in .htm. */
evk_status evk_page_write(struct evk_page *p, const char *path, evk_error *err);

/* ---- for contents.c: order.c --------------------------------------------------------------- */

/*
 * Sort items into rows and into their order: units first, those that a table names before the
 * others, each in the order of their first images; then the rows of sets.  Fills in p->lines, and
 * line, of and base of every item, best of some.
 */
evk_status evk_page_arrange(struct evk_page *p, evk_error *err);

/* ---- text -------------------------------------------------------------------------------------- */

/*
 * Append what the page shows as JSON without the character <, so that it can stand in HTML.
 *   side  no picture is larger, in pixels; 0: pictures are the files of the sets
 */
evk_status evk_page_json(const struct evk_page *p, int64_t side, struct evk_str *out,
                         evk_error *err);

#endif /* EVK_STIMSET_PAGE_PAGE_H */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - which images of a list take part */
#include "recording/rows.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

/* A text of rows that is being read. */
struct reader {
    const char *rows, *at;
    int64_t images;
    bool *taken;    /* (images) the text has named the image */
    int64_t *index; /* (images) those it has named, in its order */
    int64_t count;
    evk_error *err;
};

static evk_status malformed(const struct reader *r)
{
    return evk_fail(r->err, EVK_EINVAL,
                    "rows is '%.200s', expected numbers and ranges such as 1-600,901-1200",
                    r->rows);
}

/* Reads the number of an image. */
static evk_status read_number(struct reader *r, int64_t *out)
{
    if (*r->at < '0' || *r->at > '9')
        return malformed(r);
    for (*out = 0; *r->at >= '0' && *r->at <= '9'; r->at++)
        *out = *out > r->images ? *out : 10 * *out + (*r->at - '0');
    if (*out < 1 || *out > r->images)
        return evk_fail(r->err, EVK_EINVAL,
                        "rows is '%.200s', but images are counted from 1 to %lld", r->rows,
                        (long long)r->images);
    return EVK_OK;
}

static evk_status take(struct reader *r, int64_t number)
{
    if (r->taken[number - 1])
        return evk_fail(r->err, EVK_EINVAL, "rows is '%.200s', which names image %lld twice",
                        r->rows, (long long)number);
    r->taken[number - 1] = true;
    r->index[r->count++] = number - 1;
    return EVK_OK;
}

/* Reads a number, or a range such as 1-600. */
static evk_status read_item(struct reader *r)
{
    int64_t first, last;

    EVK_TRY(read_number(r, &first));
    last = first;
    if (*r->at == '-') {
        r->at++;
        EVK_TRY(read_number(r, &last));
    }
    if (last < first)
        return evk_fail(r->err, EVK_EINVAL,
                        "rows is '%.200s', where a range ends at %lld, before its begin %lld",
                        r->rows, (long long)last, (long long)first);
    for (int64_t i = first; i <= last; i++)
        EVK_TRY(take(r, i));
    return EVK_OK;
}

static evk_status read_items(struct reader *r)
{
    for (r->at = r->rows;; r->at++) {
        EVK_TRY(read_item(r));
        if (!*r->at)
            return EVK_OK;
        if (*r->at != ',')
            return malformed(r);
    }
}

static void take_all(struct reader *r)
{
    for (r->count = 0; r->count < r->images; r->count++)
        r->index[r->count] = r->count;
}

evk_status evk_rows_read(int64_t **out, int64_t *count, const char *rows, int64_t images,
                         evk_error *err)
{
    struct reader r = {.rows = rows, .images = images, .err = err};
    evk_status s = evk_alloc(&r.index, images, sizeof(*r.index), "rows", err);

    if (!s)
        s = evk_alloc(&r.taken, images, sizeof(*r.taken), "rows", err);
    if (!s && rows)
        s = read_items(&r);
    else if (!s)
        take_all(&r);
    free(r.taken);
    if (s) {
        free(r.index);
        return s;
    }
    *out = r.index;
    *count = r.count;
    return EVK_OK;
}

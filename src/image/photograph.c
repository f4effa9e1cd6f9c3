/* SPDX-License-Identifier: GPL-3.0-or-later */
/* photograph.c - from the bytes of a file to pixels of the wanted size, shape and channels */
#include "image/photograph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/room.h"
#include "image/layout.h"
#include "image/resample.h"

/*
 * How the rows and columns that a file stores lie in the photograph once it is turned as the EXIF
 * orientation says (format/exif.h).
 */
struct turn {
    bool swapped; /* stored rows are columns of the photograph */
    bool upside;  /* the photograph's last row is stored first */
    bool aside;   /* the photograph's last column is stored first */
};

static struct turn turn_of(int orientation)
{
    static const struct turn turns[] = {
        {false, false, false}, {false, false, true}, {false, true, true}, {false, true, false},
        {true, false, false},  {true, false, true},  {true, true, true},  {true, true, false}};

    return turns[orientation - 1];
}

/* The stored rows, or columns, that are used. */
struct run {
    int64_t first;        /* index of the first stored row (or column) that is used */
    struct evk_axis axis; /* how many stored rows (or columns) are used, and how many they become */
};

struct job {
    struct evk_reader *reader;
    const struct evk_wanted *wanted;
    const char *expects; /* who needs the wanted size exactly; NULL: nobody */
    struct evk_changes did;
    struct evk_layout layout;
    struct turn turn;
    struct run rows, columns;
    bool luma;                /* colour becomes gray, before anything else is done */
    unsigned char *row;       /* the row that was read last, in gray after to_luma */
    int64_t channels;         /* 1 or 3, of row after to_luma */
    struct evk_resampler *by; /* NULL: the size stays as it is */
    struct evk_pixels out;
    int64_t placed; /* how many finished rows, in the stored direction, are in out */
};

/*
 * Returns the run of `from` rows (or columns) that become `to` rows of the result.  first counts
 * from the photograph's top or left edge, where the photograph has `all` of them.
 */
static struct run run_of(int64_t all, int64_t first, int64_t from, int64_t to, bool mirrored)
{
    return (struct run){mirrored ? all - first - from : first, {from, to, mirrored}};
}

static void find_runs(struct job *j)
{
    const struct evk_layout *l = &j->layout;
    const struct run down =
        run_of(l->height, l->part.top, l->part.height, l->place.height, j->turn.upside);
    const struct run across =
        run_of(l->width, l->part.left, l->part.width, l->place.width, j->turn.aside);

    j->rows = j->turn.swapped ? across : down;
    j->columns = j->turn.swapped ? down : across;
}

unsigned char evk_luma(const unsigned char p[3])
{
    return (unsigned char)((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16);
}

static void fill_ground(struct evk_pixels *out, const unsigned char ground[3])
{
    const int64_t c = out->channels;

    for (int64_t i = 0; i < out->height * out->width; i++)
        for (int64_t k = 0; k < c; k++)
            out->data[i * c + k] = c == 1 ? evk_luma(ground) : ground[k];
}

/*
 * Write the next finished row to the result.  It is a row in the stored direction: in the result it
 * may be a column, and it may run from right to left or from bottom to top.
 */
static void place(struct job *j, const unsigned char *row)
{
    const struct evk_rectangle *box = &j->layout.place;
    const int64_t pixel = j->out.channels, line = pixel * j->out.width;
    const int64_t n = j->columns.axis.to, i = j->placed++;
    const int64_t down = j->turn.swapped ? 0 : i, across = j->turn.swapped ? i : 0;
    const int64_t y = box->top + (j->turn.upside ? box->height - 1 - down : down);
    const int64_t x = box->left + (j->turn.aside ? box->width - 1 - across : across);
    const int64_t along =
        j->turn.swapped ? (j->turn.upside ? -line : line) : (j->turn.aside ? -pixel : pixel);
    unsigned char *to = j->out.data + y * line + x * pixel;

    if (along == pixel && j->channels == pixel) {
        memcpy(to, row, (size_t)(n * pixel));
        return;
    }
    for (int64_t k = 0; k < n; k++, row += j->channels, to += along)
        for (int64_t c = 0; c < pixel; c++)
            to[c] = row[j->channels == 1 ? 0 : c];
}

/* Gray pixels of a colour file keep their value, and do not count as a change (did.luma). */
static void to_luma(struct job *j, unsigned char *row)
{
    for (int64_t i = 0; i < j->columns.axis.from; i++) {
        const unsigned char *p = row + 3 * i;

        j->did.luma |= p[0] != p[1] || p[0] != p[2];
        row[i] = evk_luma(p);
    }
}

/* Resample one row of the part that is used, and write the rows of the result that it finishes. */
static void use_row(struct job *j, unsigned char *row)
{
    const unsigned char *done;

    if (j->luma)
        to_luma(j, row);
    if (!j->by) {
        place(j, row);
        return;
    }
    evk_resampler_push(j->by, row);
    while ((done = evk_resampler_pull(j->by)))
        place(j, done);
}

static evk_status start_reading(struct job *j, evk_error *err)
{
    const struct evk_resampling what = {j->rows.axis, j->columns.axis, j->turn.swapped,
                                        j->channels};
    const struct evk_header *header = &j->reader->header;

    EVK_TRY(evk_alloc(&j->row, header->width * header->channels, 1, "a row of an image", err));
    if (what.rows.from != what.rows.to || what.columns.from != what.columns.to)
        EVK_TRY(evk_resampler_new(&j->by, &what, err));
    return evk_reader_start(j->reader, j->layout.scale, err);
}

static evk_status read_rows(struct job *j, evk_error *err)
{
    const int64_t rows = j->turn.swapped ? j->layout.width : j->layout.height;
    const int64_t end = j->rows.first + j->rows.axis.from;

    for (int64_t i = 0; i < rows; i++) {
        EVK_TRY(evk_reader_row(j->reader, j->row, err));
        if (i >= j->rows.first && i < end)
            use_row(j, j->row + j->columns.first * j->reader->header.channels);
    }
    assert(j->placed == j->rows.axis.to);
    return EVK_OK;
}

static evk_status decode(struct job *j, evk_error *err)
{
    if (j->did.shaped && j->wanted->frame.shape == EVK_SHAPE_PAD)
        fill_ground(&j->out, j->wanted->frame.ground);
    EVK_TRY(start_reading(j, err));
    return read_rows(j, err);
}

/* Decide from the header of the open file what will be done with it. */
static void plan(struct job *j)
{
    const struct evk_header *header = &j->reader->header;
    const int64_t wanted = j->wanted->channels ? j->wanted->channels : header->channels;
    struct evk_changes *did = &j->did;

    j->turn = turn_of(header->orientation);
    did->orientation = header->orientation;
    did->bits = header->bits > 8 ? 16 : 8;
    did->height = j->turn.swapped ? header->width : header->height;
    did->width = j->turn.swapped ? header->height : header->width;
    j->luma = wanted < header->channels;
    did->repeated = wanted > header->channels;
    j->channels = j->luma ? 1 : header->channels;
    j->layout = evk_layout_of(did->height, did->width, header->scale_max, j->wanted);
    did->scale = j->layout.scale;
    did->shaped = j->layout.shaped;
    find_runs(j);
    j->out.height = j->wanted->height ? j->wanted->height : did->height;
    j->out.width = j->wanted->height ? j->wanted->width : did->width;
    j->out.channels = wanted;
}

/* Returns about how many bytes decoding holds, besides a few rows. */
static int64_t count_room(const struct job *j)
{
    const struct evk_resampling what = {j->rows.axis, j->columns.axis, j->turn.swapped,
                                        j->channels};
    const struct evk_pixels *p = &j->out;

    return j->reader->header.memory + p->height * p->width * p->channels +
           evk_resampler_bytes(&what);
}

/* Check before anything is decoded that a photograph which must not be resized has the size. */
static evk_status check_size(const struct job *j, evk_error *err)
{
    const struct evk_wanted *w = j->wanted;

    if (!j->expects || (j->did.height == w->height && j->did.width == w->width))
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "is %lldx%lld (height x width), but %s expects %lldx%lld; --resize makes it so",
                    (long long)j->did.height, (long long)j->did.width, j->expects,
                    (long long)w->height, (long long)w->width);
}

static evk_status decode_planned(struct job *j, evk_error *err)
{
    const int64_t room = count_room(j);
    evk_status s;

    EVK_TRY(check_size(j, err));
    evk_room_take(room);
    s = evk_pixels_new(&j->out, j->out.height, j->out.width, j->out.channels, err);
    if (!s) {
        s = decode(j, err);
        if (s)
            evk_pixels_release(&j->out);
    }
    free(j->row);
    evk_resampler_free(j->by);
    evk_room_give(room);
    return s;
}

evk_status evk_photograph_decode_exact(struct evk_pixels *out, const unsigned char *data,
                                       size_t size, const struct evk_wanted *wanted,
                                       const char *expects, struct evk_changes *changes,
                                       evk_error *err)
{
    struct job j = {.wanted = wanted, .expects = expects};
    evk_status s;

    EVK_TRY(evk_reader_open(&j.reader, data, size, err));
    plan(&j);
    s = decode_planned(&j, err);
    evk_reader_close(j.reader);
    if (s)
        return s;
    *out = j.out;
    if (changes)
        *changes = j.did;
    return EVK_OK;
}

evk_status evk_photograph_decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                                 const struct evk_wanted *wanted, struct evk_changes *changes,
                                 evk_error *err)
{
    return evk_photograph_decode_exact(out, data, size, wanted, NULL, changes, err);
}

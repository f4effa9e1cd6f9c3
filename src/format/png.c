/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png.c - PNG images; no other file uses libpng */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/codec.h"
#include "format/exif.h"

enum {
    SIGNATURE = 8,       /* bytes */
    SIDE_MAX = 1000000,  /* pixels; it bounds libpng's row buffers */
    CHUNK_MAX = 1 << 24, /* bytes of a chunk other than IDAT */
    CHUNK_FRAME = 12,    /* bytes of a chunk beside its data: length, name, checksum */
    IDAT_BYTES = 8192    /* bytes of data in each IDAT chunk that is written */
};

extern const struct evk_codec evk_codec_png;

static bool probe(const unsigned char *data, size_t size)
{
    return size >= SIGNATURE && png_sig_cmp(data, 0, SIGNATURE) == 0;
}

/* The state of libpng, which must survive its longjmp.  struct reader and struct writer hold it. */
struct png_state {
    png_structp png;
    png_infop info;
    evk_error *err;
    evk_status status; /* why the longjmp was taken */
};

static void on_error(png_structp png, png_const_charp message)
{
    struct png_state *d = png_get_error_ptr(png);

    if (!d->status)
        d->status = evk_fail(d->err, EVK_EFORMAT, "PNG is corrupt: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Call work(arg); a longjmp of libpng within it ends here, with the failure that on_error kept. */
static evk_status guarded(struct png_state *d, evk_status (*work)(void *), void *arg)
{
    if (setjmp(png_jmpbuf(d->png)))
        return d->status;
    return work(arg);
}

/* ---- reading ---------------------------------------------------------------- */

struct reader {
    struct evk_reader base;
    struct png_state state;
    const unsigned char *data;
    size_t size, at;
    int type;    /* PNG_COLOR_TYPE_... */
    int samples; /* bytes that libpng gives for a pixel: an index, or its channels and alpha */
    png_colorp palette;
    png_bytep palette_alpha;
    int colours, alphas;  /* how many entries both palettes have */
    unsigned char *to;    /* where the caller wants the row */
    unsigned char *line;  /* a row of samples, if they are not what the caller wants; owned */
    unsigned char *whole; /* all rows of samples of an interlaced image; NULL: not interlaced */
    int64_t next;         /* index of the row to read next */
};

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct reader *r = png_get_io_ptr(png);

    if (n > r->size - r->at) {
        r->state.status =
            evk_fail(r->state.err, EVK_EFORMAT, "PNG is cut off after %zu bytes", r->size);
        png_error(png, "cut off");
    }
    memcpy(to, r->data + r->at, n);
    r->at += n;
}

/*
 * Returns the orientation in the chunk eXIf.  It may stand after the pixels but is wanted before
 * them, so all chunks are gone through here, without checking them.
 */
static int find_orientation(const unsigned char *data, size_t size)
{
    for (size_t at = SIGNATURE; size - at >= CHUNK_FRAME;) {
        const size_t length = png_get_uint_32(data + at);

        if (length > size - at - CHUNK_FRAME)
            return 1;
        if (memcmp(data + at + 4, "IEND", 4) == 0)
            return 1;
        if (memcmp(data + at + 4, "eXIf", 4) == 0)
            return evk_exif_orientation(data + at + 8, length);
        at += CHUNK_FRAME + length;
    }
    return 1;
}

static evk_status fill_header(struct reader *r)
{
    const png_structp png = r->state.png;
    const png_infop info = r->state.info;
    const int64_t w = png_get_image_width(png, info), h = png_get_image_height(png, info);
    struct evk_header *header = &r->base.header;

    if (w > SIDE_MAX || h > SIDE_MAX)
        return evk_fail(r->state.err, EVK_EUNSUPPORTED,
                        "PNG is %lld x %lld pixels, expected at most %d a side", (long long)w,
                        (long long)h, SIDE_MAX);
    r->type = png_get_color_type(png, info);
    *header = (struct evk_header){
        .height = h,
        .width = w,
        .channels = r->type & PNG_COLOR_MASK_COLOR ? 3 : 1,
        .bits = png_get_bit_depth(png, info),
        .alpha = r->type & PNG_COLOR_MASK_ALPHA || png_get_valid(png, info, PNG_INFO_tRNS),
        .orientation = find_orientation(r->data, r->size),
        .scale_max = 1,
    };
    r->samples = r->type == PNG_COLOR_TYPE_PALETTE ? 1 : (int)header->channels + header->alpha;
    if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE)
        header->memory = h * w * r->samples;
    return EVK_OK;
}

static evk_status read_header(void *arg)
{
    struct reader *r = arg;
    const png_structp png = r->state.png;

    png_set_read_fn(png, r, read_bytes);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* fill_header has our limits */
    png_set_chunk_malloc_max(png, CHUNK_MAX);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    /* Colour and text chunks are skipped: pixel values are used as they are stored. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, r->state.info);
    return fill_header(r);
}

/*
 * Tell libpng what to make of a row.  It could replace palette indices by colours too, but would
 * not report an index beyond the palette.
 */
static void choose_samples(struct reader *r)
{
    const png_structp png = r->state.png;

    if (r->type == PNG_COLOR_TYPE_PALETTE) {
        png_get_PLTE(png, r->state.info, &r->palette, &r->colours);
        png_get_tRNS(png, r->state.info, &r->palette_alpha, &r->alphas, NULL);
        png_set_packing(png);
        return;
    }
    if (r->type == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(png);
    if (r->base.header.alpha)
        png_set_tRNS_to_alpha(png);
    png_set_scale_16(png);
}

/* Begin to read rows; an interlaced image is read as a whole. */
static evk_status start_rows(void *arg)
{
    struct reader *r = arg;
    const struct evk_header *header = &r->base.header;
    const int64_t bytes = header->width * r->samples;
    int passes;

    choose_samples(r);
    passes = png_set_interlace_handling(r->state.png);
    png_start_read_image(r->state.png);
    if (r->samples != header->channels)
        EVK_TRY(evk_alloc(&r->line, bytes, 1, "a row of a PNG", r->state.err));
    if (passes == 1)
        return EVK_OK;
    EVK_TRY(evk_alloc(&r->whole, header->height * bytes, 1, "an interlaced PNG", r->state.err));
    for (int pass = 0; pass < passes; pass++)
        for (int64_t y = 0; y < header->height; y++)
            png_read_row(r->state.png, r->whole + y * bytes, NULL);
    return EVK_OK;
}

static evk_status not_opaque(const struct reader *r, int alpha, int64_t x)
{
    return evk_fail(r->state.err, EVK_EUNSUPPORTED,
                    "PNG has an alpha channel that is not opaque (%d in row %lld, column %lld), "
                    "expected 255 everywhere",
                    alpha, (long long)r->next, (long long)x);
}

/* Turn a row of palette indices into colours. */
static evk_status look_up(const struct reader *r, unsigned char *to, const unsigned char *from)
{
    for (int64_t x = 0; x < r->base.header.width; x++, to += 3) {
        const int index = from[x];

        if (index >= r->colours)
            return evk_fail(r->state.err, EVK_EFORMAT,
                            "PNG has palette index %d, expected below %d", index, r->colours);
        if (index < r->alphas && r->palette_alpha[index] != 255)
            return not_opaque(r, r->palette_alpha[index], x);
        to[0] = r->palette[index].red;
        to[1] = r->palette[index].green;
        to[2] = r->palette[index].blue;
    }
    return EVK_OK;
}

/* Copy a row without its alpha, which must be opaque. */
static evk_status drop_alpha(const struct reader *r, unsigned char *to, const unsigned char *from)
{
    const int64_t channels = r->base.header.channels;

    for (int64_t x = 0; x < r->base.header.width; x++, from += channels + 1) {
        if (from[channels] != 255)
            return not_opaque(r, from[channels], x);
        for (int64_t c = 0; c < channels; c++)
            *to++ = from[c];
    }
    return EVK_OK;
}

static evk_status read_row(void *arg)
{
    struct reader *r = arg;
    const struct evk_header *header = &r->base.header;
    const int64_t bytes = header->width * r->samples;
    const bool direct = !r->line;
    unsigned char *from = direct ? r->to : r->line;

    if (!r->whole)
        png_read_row(r->state.png, from, NULL);
    else if (direct)
        memcpy(from, r->whole + r->next * bytes, (size_t)bytes);
    else
        from = r->whole + r->next * bytes;
    if (!direct)
        EVK_TRY(r->type == PNG_COLOR_TYPE_PALETTE ? look_up(r, r->to, from)
                                                  : drop_alpha(r, r->to, from));
    if (++r->next == header->height)
        png_read_end(r->state.png, NULL);
    return EVK_OK;
}

static void close_reader(struct evk_reader *base)
{
    struct reader *r = (struct reader *)base;

    png_destroy_read_struct(&r->state.png, &r->state.info, NULL);
    free(r->line);
    free(r->whole);
    free(r);
}

static evk_status open_reader(struct evk_reader **out, const unsigned char *data, size_t size,
                              evk_error *err)
{
    struct reader *r;
    struct png_state *d;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a PNG", err));
    r->base.codec = &evk_codec_png;
    r->data = data;
    r->size = size;
    d = &r->state;
    d->err = err;
    d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
    d->info = d->png ? png_create_info_struct(d->png) : NULL;
    s = d->info ? guarded(d, read_header, r) : evk_fail(err, EVK_ENOMEM, "out of memory for a PNG");
    if (s)
        close_reader(&r->base);
    else
        *out = &r->base;
    return s;
}

static evk_status start_reader(struct evk_reader *base, int scale, evk_error *err)
{
    struct reader *r = (struct reader *)base;

    (void)scale;
    r->state.err = err;
    return guarded(&r->state, start_rows, r);
}

static evk_status next_row(struct evk_reader *base, unsigned char *row, evk_error *err)
{
    struct reader *r = (struct reader *)base;

    r->state.err = err;
    r->to = row;
    return guarded(&r->state, read_row, r);
}

const struct evk_codec evk_codec_png = {
    .name = "PNG",
    .summary = "1 to 16 bits, gray, RGB or palette, opaque (.png); what evoke writes, in 8-bit RGB",
    .probe = probe,
    .open = open_reader,
    .start = start_reader,
    .row = next_row,
    .close = close_reader,
};

/* ---- writing ---------------------------------------------------------------- */

/* What a file is written for: to be kept, as images are, or to be looked at, as drawings are. */
enum effort { EFFORT_SMALL, EFFORT_QUICK };

struct writer {
    struct png_state state;
    const struct evk_pixels *source;
    enum effort effort;
    char *description;
    struct evk_str file;
};

static void write_bytes(png_structp png, png_bytep from, size_t n)
{
    struct writer *w = png_get_io_ptr(png);

    evk_str_add(&w->file, from, n);
    w->state.status = evk_str_check(&w->file, w->state.err);
    if (w->state.status)
        png_error(png, "out of memory");
}

static void flush(png_structp png)
{
    (void)png;
}

/*
 * Set everything that decides a byte of the file, so that no default of a library matters.  For a
 * quick file, the one filter, the strategy and the level are those that take the least time on
 * drawings with photographs or noise: libpng need not try each filter on each row, and of matches
 * zlib looks for runs alone, which takes half the time for files that are a tenth larger.
 */
static void set_compression(png_structp png, enum effort effort)
{
    const bool quick = effort == EFFORT_QUICK;

    png_set_filter(png, PNG_FILTER_TYPE_BASE, quick ? PNG_FILTER_UP : PNG_ALL_FILTERS);
    png_set_compression_level(png, quick ? 1 : 6);
    png_set_compression_strategy(png, quick ? Z_RLE : Z_FILTERED);
    png_set_compression_mem_level(png, 8);
    png_set_compression_window_bits(png, 15);
    png_set_compression_method(png, Z_DEFLATED);
    png_set_compression_buffer_size(png, IDAT_BYTES);
}

static evk_status write_image(void *arg)
{
    struct writer *w = arg;
    const png_structp png = w->state.png;
    const png_infop info = w->state.info;
    const struct evk_pixels *p = w->source;
    char key[] = "Description";
    png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = w->description};

    png_set_write_fn(png, w, write_bytes, flush);
    set_compression(png, w->effort);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (w->description)
        png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    for (int64_t y = 0; y < p->height; y++)
        png_write_row(png, p->data + y * p->width * 3);
    png_write_end(png, NULL);
    return EVK_OK;
}

static evk_status encode(struct evk_bytes *out, const struct evk_pixels *p, enum effort effort,
                         const char *description, evk_error *err)
{
    struct writer w = {.state.err = err, .source = p, .effort = effort, .file = EVK_STR_INIT};
    struct png_state *d = &w.state;
    evk_status s;

    if (p->channels != 3 || p->width < 1 || p->height < 1 || p->width > SIDE_MAX ||
        p->height > SIDE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "image is %lld x %lld pixels of %lld channels, expected 1 to %d a side "
                        "and 3 channels",
                        (long long)p->width, (long long)p->height, (long long)p->channels,
                        SIDE_MAX);
    if (description)
        EVK_TRY(evk_strdup(&w.description, description, err));
    d->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
    d->info = d->png ? png_create_info_struct(d->png) : NULL;
    s = d->info ? guarded(d, write_image, &w)
                : evk_fail(err, EVK_ENOMEM, "out of memory for a PNG");
    png_destroy_write_struct(&d->png, &d->info);
    free(w.description);
    if (s)
        evk_str_release(&w.file);
    else
        *out = (struct evk_bytes){(unsigned char *)w.file.data, w.file.size};
    return s;
}

evk_status evk_png_encode(struct evk_bytes *out, const struct evk_pixels *p,
                          const char *description, evk_error *err)
{
    return encode(out, p, EFFORT_SMALL, description, err);
}

evk_status evk_png_encode_quickly(struct evk_bytes *out, const struct evk_pixels *p, evk_error *err)
{
    return encode(out, p, EFFORT_QUICK, NULL, err);
}

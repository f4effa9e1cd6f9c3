/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jpeg.c - JPEG images; no other file uses libjpeg */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/mem.h"
#include "format/codec.h"
#include "format/exif.h"

/*
 * A progressive file could make the decoder go over all coefficients again after every few bytes,
 * so the number of scans is limited.
 */
enum { SCANS_MAX = 500 };

enum { SCALE_MAX = 8, EXIF = JPEG_APP0 + 1 };

extern const struct evk_codec evk_codec_jpeg;

static bool probe(const unsigned char *data, size_t size)
{
    return size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

/* A JPEG that is being read: all that must survive a longjmp of libjpeg. */
struct reader {
    struct evk_reader base;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    evk_error *err;
    evk_status status; /* the failure for which the longjmp was taken */
    const unsigned char *data;
    size_t size;
    int scale;         /* 1, 2, 4 or 8 */
    unsigned char *to; /* where the caller wants the row */
};

static void on_error(j_common_ptr c)
{
    struct reader *r = c->client_data;
    char text[JMSG_LENGTH_MAX];

    c->err->format_message(c, text);
    switch (c->err->msg_code) {
    case JERR_BAD_PRECISION:
        r->status = evk_fail(r->err, EVK_EUNSUPPORTED, "JPEG has %d bits per channel, expected 8",
                             r->jpeg.data_precision);
        break;
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
        r->status = evk_fail(r->err, EVK_EUNSUPPORTED, "JPEG is of an unknown kind: %s", text);
        break;
    case JERR_OUT_OF_MEMORY:
        r->status = evk_fail(r->err, EVK_ENOMEM, "out of memory for a JPEG");
        break;
    default:
        r->status = evk_fail(r->err, EVK_EFORMAT, "JPEG is corrupt: %s", text);
    }
    longjmp(r->escape, 1);
}

/*
 * libjpeg fills the part of an image that it cannot read with gray, and warns.
 * A warning is an error here, unless every pixel is right nevertheless.
 */
static void on_message(j_common_ptr c, int level)
{
    switch (c->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: /* bytes between two markers */
    case JWRN_ADOBE_XFORM:     /* unknown colour transform: taken as YCbCr */
    case JWRN_JFIF_MAJOR:      /* a later revision of JFIF */
        return;
    default:
        if (level < 0) /* a warning; messages of higher levels only trace */
            on_error(c);
    }
}

static void on_output(j_common_ptr c)
{
    (void)c;
}

/* libjpeg calls this now and then; it ends a file that has too many scans. */
static void on_progress(j_common_ptr c)
{
    struct reader *r = c->client_data;

    if (r->jpeg.input_scan_number > SCANS_MAX) {
        r->status = evk_fail(r->err, EVK_EFORMAT, "JPEG has over %d scans", SCANS_MAX);
        longjmp(r->escape, 1);
    }
}

/* Choose gray or RGB as the colours that libjpeg decodes to. */
static evk_status choose_colour(struct reader *r)
{
    switch (r->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
        r->jpeg.out_color_space = JCS_GRAYSCALE;
        return EVK_OK;
    case JCS_YCbCr:
    case JCS_RGB:
        r->jpeg.out_color_space = JCS_RGB;
        return EVK_OK;
    default:
        return evk_fail(r->err, EVK_EUNSUPPORTED, "JPEG has %d channels%s, expected 1 or 3",
                        r->jpeg.num_components, r->jpeg.num_components == 4 ? " (CMYK)" : "");
    }
}

static int find_orientation(const struct jpeg_decompress_struct *c)
{
    for (jpeg_saved_marker_ptr m = c->marker_list; m; m = m->next)
        if (m->data_length >= 6 && memcmp(m->data, "Exif\0\0", 6) == 0)
            return evk_exif_orientation(m->data, m->data_length);
    return 1;
}

/*
 * Returns how many bytes all coefficients take, which libjpeg keeps in memory where the file has
 * several scans; else 0.
 */
static int64_t count_coefficients(struct jpeg_decompress_struct *c)
{
    int64_t blocks = 0;

    if (!jpeg_has_multiple_scans(c))
        return 0;
    for (int i = 0; i < c->num_components; i++)
        blocks += (int64_t)c->comp_info[i].width_in_blocks * c->comp_info[i].height_in_blocks;
    return blocks * DCTSIZE2 * (int64_t)sizeof(JCOEF);
}

static evk_status read_header(struct reader *r)
{
    struct jpeg_decompress_struct *c = &r->jpeg;

    jpeg_create_decompress(c);
    c->progress = &r->progress;
    jpeg_mem_src(c, r->data, (unsigned long)r->size);
    jpeg_save_markers(c, EXIF, 0xffff);
    jpeg_read_header(c, TRUE);
    EVK_TRY(choose_colour(r));
    r->base.header = (struct evk_header){
        .height = c->image_height,
        .width = c->image_width,
        .channels = c->out_color_space == JCS_RGB ? 3 : 1,
        .bits = 8,
        .orientation = find_orientation(c),
        .scale_max = SCALE_MAX,
        .memory = count_coefficients(c),
    };
    return EVK_OK;
}

static evk_status start_rows(struct reader *r)
{
    struct jpeg_decompress_struct *c = &r->jpeg;

    c->scale_num = 1;
    c->scale_denom = (unsigned)r->scale;
    c->dct_method = JDCT_ISLOW;
    c->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(c);
    return EVK_OK;
}

static evk_status read_row(struct reader *r)
{
    struct jpeg_decompress_struct *c = &r->jpeg;
    JSAMPROW row = r->to;

    jpeg_read_scanlines(c, &row, 1);
    if (c->output_scanline == c->output_height)
        jpeg_finish_decompress(c); /* reads on to the end of the image */
    return EVK_OK;
}

/* Call work(r); a longjmp of libjpeg within it ends here, with the failure that r->status has. */
static evk_status guarded(struct reader *r, evk_status (*work)(struct reader *), evk_error *err)
{
    r->err = err;
    if (setjmp(r->escape))
        return r->status;
    return work(r);
}

static void close_reader(struct evk_reader *base)
{
    struct reader *r = (struct reader *)base;

    jpeg_destroy_decompress(&r->jpeg);
    free(r);
}

static evk_status open_reader(struct evk_reader **out, const unsigned char *data, size_t size,
                              evk_error *err)
{
    struct reader *r;
    evk_status s;

    EVK_TRY(evk_alloc(&r, 1, sizeof(*r), "a JPEG", err));
    r->base.codec = &evk_codec_jpeg;
    r->data = data;
    r->size = size;
    r->progress.progress_monitor = on_progress;
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    r->errors.output_message = on_output;
    s = guarded(r, read_header, err);
    if (s)
        close_reader(&r->base);
    else
        *out = &r->base;
    return s;
}

static evk_status start_reader(struct evk_reader *base, int scale, evk_error *err)
{
    struct reader *r = (struct reader *)base;

    r->scale = scale;
    return guarded(r, start_rows, err);
}

static evk_status next_row(struct evk_reader *base, unsigned char *row, evk_error *err)
{
    struct reader *r = (struct reader *)base;

    r->to = row;
    return guarded(r, read_row, err);
}

const struct evk_codec evk_codec_jpeg = {
    .name = "JPEG",
    .summary = "8-bit gray or colour, not CMYK (.jpg, .jpeg)",
    .probe = probe,
    .open = open_reader,
    .start = start_reader,
    .row = next_row,
    .close = close_reader,
};

/* ---- writing ---------------------------------------------------------------- */

struct encoder {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    unsigned char *data; /* the file, which libjpeg allocates by malloc */
    unsigned long size;
};

static void on_encoder_error(j_common_ptr c)
{
    struct encoder *e = c->client_data;

    longjmp(e->escape, 1);
}

static void write_image(struct encoder *e, const struct evk_pixels *p)
{
    struct jpeg_compress_struct *c = &e->jpeg;

    jpeg_create_compress(c);
    jpeg_mem_dest(c, &e->data, &e->size);
    c->image_height = (JDIMENSION)p->height;
    c->image_width = (JDIMENSION)p->width;
    c->input_components = 3;
    c->in_color_space = JCS_RGB;
    jpeg_set_defaults(c);
    jpeg_set_quality(c, 100, TRUE);
    c->dct_method = JDCT_ISLOW;
    for (int i = 0; i < c->num_components; i++)
        c->comp_info[i].h_samp_factor = c->comp_info[i].v_samp_factor = 1;
    jpeg_start_compress(c, TRUE);
    while (c->next_scanline < c->image_height) {
        JSAMPROW row = p->data + c->next_scanline * p->width * 3;

        jpeg_write_scanlines(c, &row, 1);
    }
    jpeg_finish_compress(c);
}

/* Write the image; false: libjpeg's longjmp ended the writing. */
static bool guarded_write(struct encoder *e, const struct evk_pixels *p)
{
    if (setjmp(e->escape))
        return false;
    write_image(e, p);
    return true;
}

evk_status evk_jpeg_encode(struct evk_bytes *out, const struct evk_pixels *p, evk_error *err)
{
    struct encoder e = {.data = NULL};
    bool done;

    if (p->channels != 3 || p->height > JPEG_MAX_DIMENSION || p->width > JPEG_MAX_DIMENSION)
        return evk_fail(err, EVK_EINVAL,
                        "image is %lld x %lld pixels of %lld channels, expected at most %ld a side "
                        "and 3 channels",
                        (long long)p->width, (long long)p->height, (long long)p->channels,
                        JPEG_MAX_DIMENSION);
    e.jpeg.err = jpeg_std_error(&e.errors);
    e.jpeg.client_data = &e;
    e.errors.error_exit = on_encoder_error;
    e.errors.output_message = on_output;
    done = guarded_write(&e, p);
    jpeg_destroy_compress(&e.jpeg);
    if (!done) {
        free(e.data);
        return evk_fail(err, EVK_ENOMEM, "out of memory for a JPEG");
    }
    *out = (struct evk_bytes){e.data, e.size};
    return EVK_OK;
}

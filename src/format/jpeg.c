/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jpeg.c - JPEG images; the only door to libjpeg */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "format/codec.h"

/* A progressive file may ask for a pass over all coefficients with every few bytes. */
enum { SCANS_MAX = 500 };

static bool probe(const unsigned char *data, size_t size)
{
    return size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

/* What survives a longjmp. */
struct job {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    evk_error *err;
    evk_status status; /* why the longjmp was taken */
    struct evk_pixels pixels;
};

static void on_error(j_common_ptr c)
{
    struct job *j = c->client_data;
    char text[JMSG_LENGTH_MAX];

    c->err->format_message(c, text);
    switch (c->err->msg_code) {
    case JERR_BAD_PRECISION:
        j->status = evk_fail(j->err, EVK_EUNSUPPORTED, "JPEG has %d bits per channel, expected 8",
                             j->jpeg.data_precision);
        break;
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
        j->status = evk_fail(j->err, EVK_EUNSUPPORTED, "JPEG is of an unknown kind: %s", text);
        break;
    case JERR_OUT_OF_MEMORY:
        j->status = evk_fail(j->err, EVK_ENOMEM, "out of memory for a JPEG");
        break;
    default:
        j->status = evk_fail(j->err, EVK_EFORMAT, "JPEG is corrupt: %s", text);
    }
    longjmp(j->escape, 1);
}

/*
 * libjpeg fills what it cannot read with gray and warns.  A warning is an
 * error here, unless it leaves every pixel as it should be.
 */
static void on_message(j_common_ptr c, int level)
{
    switch (c->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: /* bytes between two markers */
    case JWRN_ADOBE_XFORM:     /* unknown colour transform: taken as YCbCr */
    case JWRN_JFIF_MAJOR:      /* a later revision of JFIF */
        return;
    default:
        if (level < 0) /* higher ones trace */
            on_error(c);
    }
}

static void on_output(j_common_ptr c)
{
    (void)c;
}

static void on_progress(j_common_ptr c)
{
    struct job *j = c->client_data;

    if (j->jpeg.input_scan_number > SCANS_MAX) {
        j->status = evk_fail(j->err, EVK_EFORMAT, "JPEG has over %d scans", SCANS_MAX);
        longjmp(j->escape, 1);
    }
}

/* What libjpeg should decode to. */
static evk_status choose_colour(struct job *j)
{
    switch (j->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
        j->jpeg.out_color_space = JCS_GRAYSCALE;
        return EVK_OK;
    case JCS_YCbCr:
    case JCS_RGB:
        j->jpeg.out_color_space = JCS_RGB;
        return EVK_OK;
    default:
        return evk_fail(j->err, EVK_EUNSUPPORTED, "JPEG has %d channels%s, expected 1 or 3",
                        j->jpeg.num_components, j->jpeg.num_components == 4 ? " (CMYK)" : "");
    }
}

static evk_status read_image(struct job *j, const unsigned char *data, size_t size)
{
    struct jpeg_decompress_struct *c = &j->jpeg;
    int64_t channels;

    jpeg_create_decompress(c);
    c->progress = &j->progress;
    jpeg_mem_src(c, data, (unsigned long)size);
    jpeg_read_header(c, TRUE);

    EVK_TRY(choose_colour(j));
    channels = c->out_color_space == JCS_RGB ? 3 : 1;
    EVK_TRY(evk_pixels_new(&j->pixels, c->image_height, c->image_width, channels, j->err));
    c->dct_method = JDCT_ISLOW;
    c->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(c);
    while (c->output_scanline < c->output_height) {
        JSAMPROW row = j->pixels.data + c->output_scanline * j->pixels.width * channels;

        jpeg_read_scanlines(c, &row, 1);
    }
    jpeg_finish_decompress(c); /* reads on to the end of the image */
    return EVK_OK;
}

/* libjpeg's longjmp ends here. */
static evk_status guarded_read(struct job *j, const unsigned char *data, size_t size)
{
    if (setjmp(j->escape))
        return j->status;
    return read_image(j, data, size);
}

static evk_status decode(struct evk_pixels *out, const unsigned char *data, size_t size,
                         evk_error *err)
{
    struct job j = {.err = err, .progress = {.progress_monitor = on_progress}};
    evk_status s;

    j.jpeg.err = jpeg_std_error(&j.errors);
    j.jpeg.client_data = &j;
    j.errors.error_exit = on_error;
    j.errors.emit_message = on_message;
    j.errors.output_message = on_output;
    s = guarded_read(&j, data, size);
    jpeg_destroy_decompress(&j.jpeg);
    if (s)
        evk_pixels_release(&j.pixels);
    else
        *out = j.pixels;
    return s;
}

const struct evk_codec evk_codec_jpeg = {
    .name = "JPEG",
    .summary = "8-bit gray or colour, not CMYK (.jpg, .jpeg)",
    .probe = probe,
    .decode = decode,
};

/* ---- writing ---------------------------------------------------------------- */

struct encoder {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    unsigned char *data; /* libjpeg's, from malloc */
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

/* libjpeg's longjmp ends here. */
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

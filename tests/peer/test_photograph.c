/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_photograph.c - photographs of every kind, against what PIL makes of them (photograph.py)
 *
 * At their own size every byte is PIL's.  Resampled, a value is within one level: PIL rounds
 * twice, which is at most 1/2 + 2 * 1/2 from what is exact between its passes, and we once.
 */
#include "../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "image/photograph.h"

static const char *const python = "/usr/bin/python3";

/* ---- JPEGs ------------------------------------------------------------------------ */

struct spec {
    int height, width, channels;
    int across, down; /* samples of the first channel for each of the others */
    bool progressive, stored_rgb;
    int restart; /* interval, in rows of blocks */
    int orientation;
};

static void fill(unsigned char *p, const struct spec *s)
{
    uint64_t state = 3;

    for (int i = 0; i < s->height * s->width * s->channels; i++) {
        const int x = i / s->channels % s->width, y = i / s->channels / s->width;

        p[i] = (unsigned char)((x / 3 + y / 5 + 80 * (i % s->channels)) % 200 +
                               (int)(50.0f * (random_float(&state) + 1.0f) / 2.0f) +
                               (x / 40 % 3 == 0 && y / 30 % 2 ? 5 : 0));
        if (x / 25 % 4 == 1) /* saturated bars, where filters overshoot */
            p[i] = y / 25 % 2 ? 255 : 0;
    }
}

static void write_orientation(struct jpeg_compress_struct *c, int orientation)
{
    const unsigned char block[] = {
        'E', 'x', 'i', 'f', 0,    0, 'M', 'M', 0, 42, 0, 0, 0,
        8,   0,   1,   1,   0x12, 0, 3,   0,   0, 0,  1, 0, (unsigned char)orientation,
        0,   0,   0,   0,   0,    0};

    if (orientation)
        jpeg_write_marker(c, JPEG_APP0 + 1, block, sizeof(block));
}

static void write_jpeg(const char *path, const struct spec *s)
{
    unsigned char *pixels = malloc((size_t)(s->height * s->width * s->channels));
    FILE *f = fopen(path, "wb");
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;

    assert_non_null(f);
    fill(pixels, s);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_stdio_dest(&c, f);
    c.image_width = (JDIMENSION)s->width;
    c.image_height = (JDIMENSION)s->height;
    c.input_components = s->channels;
    c.in_color_space = s->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    if (s->stored_rgb)
        jpeg_set_colorspace(&c, JCS_RGB);
    jpeg_set_quality(&c, 90, TRUE);
    c.comp_info[0].h_samp_factor = s->across;
    c.comp_info[0].v_samp_factor = s->down;
    c.restart_in_rows = s->restart;
    if (s->progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    write_orientation(&c, s->orientation);
    while (c.next_scanline < c.image_height) {
        JSAMPROW row = pixels + c.next_scanline * (unsigned)(s->width * s->channels);

        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    assert_int_equal(fclose(f), 0);
    free(pixels);
}

static void write_jpegs(const char *folder)
{
    static const struct spec specs[] = {
        {300, 401, 3, 2, 2, false, false, 0, 0},   {301, 200, 3, 2, 2, false, false, 0, 6},
        {257, 511, 3, 2, 1, false, false, 1, 1},   {499, 127, 3, 1, 1, false, false, 0, 3},
        {230, 460, 3, 4, 1, false, false, 0, 0},   {240, 245, 3, 2, 2, true, false, 0, 8},
        {255, 339, 3, 1, 2, false, false, 0, 5},   {226, 899, 3, 1, 1, false, true, 0, 0},
        {345, 543, 1, 1, 1, false, false, 0, 7},   {931, 917, 1, 1, 1, true, false, 2, 0},
        {1100, 1650, 3, 2, 2, false, false, 0, 2}, {1001, 901, 3, 2, 2, true, false, 0, 4},
        {9, 2000, 3, 2, 2, false, false, 0, 0},    {1, 1, 3, 2, 2, false, false, 0, 6},
    };
    char name[32];

    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        snprintf(name, sizeof(name), "%02d.jpg", (int)i);
        write_jpeg(path_in(folder, name), &specs[i]);
    }
}

/* ---- comparing -------------------------------------------------------------------- */

struct line {
    char name[64], shape[8], path[512];
    long long height, width, channels;
    int scale;
};

static bool next(FILE *f, struct line *l)
{
    char text[1024];

    if (!fgets(text, sizeof(text), f))
        return false;
    assert_int_equal(sscanf(text, "%63s %lld %lld %lld %7s %d %511s", l->name, &l->height,
                            &l->width, &l->channels, l->shape, &l->scale, l->path),
                     7);
    return true;
}

static struct evk_bytes read_file(const char *path)
{
    struct evk_bytes b;

    assert_ok(evk_fs_read(&b, path, 1 << 28, err));
    return b;
}

static struct evk_pixels decode(const char *folder, const struct line *l)
{
    const struct evk_wanted wanted = {l->height,
                                      l->width,
                                      l->channels,
                                      {l->shape[0] == 'c'   ? EVK_SHAPE_CROP
                                       : l->shape[0] == 's' ? EVK_SHAPE_SQUASH
                                                            : EVK_SHAPE_PAD,
                                       {10, 200, 90}}};
    struct evk_bytes file = read_file(path_in(folder, l->name));
    struct evk_changes did;
    struct evk_pixels p;

    assert_ok(evk_photograph_decode(&p, file.data, file.size, &wanted, &did, err));
    if (did.scale != l->scale)
        fail_msg("%s to %lld x %lld, %s: decoded at 1/%d, by PIL at 1/%d", l->name, l->height,
                 l->width, l->shape, did.scale, l->scale);
    evk_bytes_release(&file);
    return p;
}

/* Values that differ, by a level. */
static long compare(const struct evk_pixels *p, const struct line *l)
{
    const int64_t n = p->height * p->width * p->channels;
    struct evk_bytes wanted = read_file(l->path);
    long differ = 0;

    if ((int64_t)wanted.size != n)
        fail_msg("%s: %lld values, of PIL %zu", l->path, (long long)n, wanted.size);
    for (int64_t i = 0; i < n; i++) {
        const int d = abs(p->data[i] - wanted.data[i]);

        if (d > (l->height ? 1 : 0))
            fail_msg("%s: value %lld is %d, of PIL %d", l->path, (long long)i, p->data[i],
                     wanted.data[i]);
        differ += d;
    }
    evk_bytes_release(&wanted);
    return differ;
}

static void test_against_pil(void **state)
{
    char *folder = scratch_folder("photograph_pil"), command[1024];
    long compared = 0, values = 0, differ = 0;
    struct line l;
    FILE *f;

    (void)state;
    write_jpegs(folder);
    snprintf(command, sizeof(command), "%s tests/peer/photograph.py '%s'", python, folder);
    f = popen(command, "r");
    assert_non_null(f);
    for (; next(f, &l); compared++) {
        struct evk_pixels p = decode(folder, &l);

        differ += compare(&p, &l);
        values += (long)(p.height * p.width * p.channels);
        evk_pixels_release(&p);
    }
    assert_int_equal(pclose(f), 0);
    assert_true(compared == (78 + 14) * (3 + 5 * 9));
    printf("%ld images compared, %ld of %ld values a level apart\n", compared, differ, values);
    remove_folder(folder);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_pil)};
    char command[128];

    snprintf(command, sizeof(command), "%s -c 'import numpy, PIL' 2>/dev/null", python);
    if (system(command) != 0) {
        puts("no python3-numpy or python3-pil");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

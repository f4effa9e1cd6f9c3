/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_photograph.c - the time from a photograph of 24 megapixels to 112 x 112 x 3, compared with
 * PIL
 *
 * Photographs are JPEGs of 4:2:0 and quality 90, which PIL decodes with draft(), crops and resizes.
 * evoke and PIL take turns, evoke with some number of threads, PIL with as many processes.  It
 * prints, separated by tabs: threads; ms of a photograph with evoke and with PIL, medians of
 * ROUNDS; the median of their ratios.  Without PIL it prints evoke's times only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <jpeglib.h>

#include "base/parallel.h"
#include "bench.h"
#include "image/photograph.h"

enum { WIDTH = 6000, HEIGHT = 4000, PHOTOGRAPHS = 12, ROUNDS = 7, SIDE = 112 };

static const char *const folder = "build/bench_photographs";

/*
 * PIL's part, which runs in several processes; each prints its time in ms, without that of its
 * start.
 */
static const char script[] =
    "import sys, time\n"
    "from PIL import Image\n"
    "begin = time.monotonic()\n"
    "for name in sys.argv[1:]:\n"
    "    image = Image.open(name)\n"
    "    image.draft(image.mode, (224, 224))\n"
    "    w, h = image.size\n"
    "    image = image.crop(((w - h) // 2, 0, (w - h) // 2 + h, h))\n"
    "    image.convert('RGB').resize((112, 112), Image.BICUBIC).tobytes()\n"
    "print(1e3 * (time.monotonic() - begin))\n";

static const char *path_of(int64_t i)
{
    static _Thread_local char path[64];

    snprintf(path, sizeof(path), "%s/%02d.jpg", folder, (int)i);
    return path;
}

/* Broad and fine waves with noise, which a JPEG takes 5 MB for, as for a photograph. */
static void fill(unsigned char *row, int y, int i, uint32_t *noise)
{
    for (int x = 0; x < WIDTH; x++)
        for (int c = 0; c < 3; c++) {
            const int broad = (x * (3 + i) / 64 + y * (5 - c) / 48) % 256;
            const int fine = (x / 5 ^ y / 7) % 32;

            *noise = *noise * 1664525 + 1013904223;
            row[3 * x + c] = (unsigned char)((broad < 128 ? broad : 255 - broad) + fine +
                                             (int)(*noise >> 28) + 20);
        }
}

static void write_photograph(int i)
{
    static unsigned char row[3 * WIDTH];
    FILE *f = fopen(path_of(i), "wb");
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    uint32_t noise = (uint32_t)i;

    if (!f)
        exit(1);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_stdio_dest(&c, f);
    c.image_width = WIDTH;
    c.image_height = HEIGHT;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, 90, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < HEIGHT) {
        JSAMPROW p = row;

        fill(row, (int)c.next_scanline, i, &noise);
        jpeg_write_scanlines(&c, &p, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    fclose(f);
}

static void read_photograph(void *arg, int worker, int64_t i)
{
    const struct evk_wanted wanted = {SIDE, SIDE, 3, {EVK_SHAPE_CROP, {0, 0, 0}}};
    struct evk_bytes file;
    struct evk_pixels p;
    evk_error err;

    (void)arg;
    (void)worker;
    if (evk_fs_read(&file, path_of(i), 1 << 28, &err) ||
        evk_photograph_decode(&p, file.data, file.size, &wanted, NULL, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        exit(1);
    }
    evk_pixels_release(&p);
    evk_bytes_release(&file);
}

static double ours(int threads)
{
    const double begin = bench_now();

    evk_parallel_for(threads, PHOTOGRAPHS, read_photograph, NULL);
    return (bench_now() - begin) / PHOTOGRAPHS;
}

/* Returns the time of the slowest process, in ms; 0 where there is no PIL. */
static double theirs(int processes)
{
    FILE *pipes[64];
    double ms = 0;

    for (int p = 0; p < processes; p++) {
        char command[2048];
        int n = snprintf(command, sizeof(command), "/usr/bin/python3 -c \"%s\"", script);

        for (int i = p; i < PHOTOGRAPHS; i += processes)
            n += snprintf(command + n, sizeof(command) - (size_t)n, " %s", path_of(i));
        pipes[p] = popen(command, "r");
        if (!pipes[p])
            exit(1);
    }
    for (int p = 0; p < processes; p++) {
        double t = 0;

        if (fscanf(pipes[p], "%lf", &t) == 1 && t > ms)
            ms = t;
        pclose(pipes[p]);
    }
    return ms / PHOTOGRAPHS;
}

static void compare(int threads)
{
    double a[ROUNDS], b[ROUNDS], ratio[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        a[i] = ours(threads);
        b[i] = theirs(threads);
        ratio[i] = b[i] / a[i];
    }
    printf("%d\t%.1f\t%.1f\t%.2f\n", threads, bench_median(a, ROUNDS), bench_median(b, ROUNDS),
           bench_median(ratio, ROUNDS));
}

int main(void)
{
    const int threads = evk_thread_count(0, 8);

    mkdir(folder, 0777);
    for (int i = 0; i < PHOTOGRAPHS; i++)
        write_photograph(i);
    printf("threads\tms\tPIL, ms\tratio\n");
    compare(1);
    if (threads > 1)
        compare(threads);
    for (int i = 0; i < PHOTOGRAPHS; i++)
        remove(path_of(i));
    remove(folder);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.c - a folder with a valid set and a model, for inputs that are one file among others */
#include "folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../harness/test.h"
#include "../harness/tiny.h"
#include "format/npz_write.h"
#include "synth/settings.h"

enum { PATH = 256, SOUND_MAX = 8 };

static char root[PATH];
static evk_model *tiny;

const char *fuzz_in(const char *name)
{
    static char paths[4][4 * PATH];
    static int turn;
    char *path = paths[turn++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", root, name);
    return path;
}

static void remove_all(void)
{
    evk_model_free(tiny);
    remove_folder(root);
}

/* Write the weights of a readout, the same bytes every time. */
static void make_readout(void)
{
    static float weights[2 * 2 * 4 * 2], bias[2] = {1, -2};
    static const struct evk_npz_array arrays[] = {
        {.name = "weights_0_0", .dims = 4, .dim = {2, 2, 4, 2}, .values = weights},
        {.name = "bias_0", .dims = 1, .dim = {2}, .values = bias}};

    for (int i = 0; i < 2 * 2 * 4 * 2; i++)
        weights[i] = (float)(i % 7 - 3) / 8;
    assert_ok(evk_npz_write(fuzz_in("fit.npz"), arrays, 2, err));
}

const char *fuzz_folder(void)
{
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    if (root[0])
        return root;
    snprintf(root, sizeof(root), "%s/evoke-fuzz-XXXXXX", place);
    assert_non_null(mkdtemp(root));
    atexit(remove_all);
    tiny = tiny_model(fuzz_in("tiny.keras"), "ll");
    make_readout();
    assert_ok(fuzz_make_set("set", INT64_MAX, err));
    fuzz_put("set/sheet.png", "",
             0); /* verifying it takes longer than all the rest, and it is no target */
    return root;
}

const evk_model *fuzz_tiny(void)
{
    (void)fuzz_folder();
    return tiny;
}

void fuzz_put(const char *name, const void *data, size_t size)
{
    const int fd = open(fuzz_in(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_true(size == 0 || write(fd, data, size) == (ssize_t)size);
    close(fd);
}

const struct evk_bytes *fuzz_sound(const char *name)
{
    static struct {
        char name[PATH];
        struct evk_bytes file;
    } all[SOUND_MAX];
    static size_t count;
    char path[2 * PATH];

    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i].file;
    assert_true(count < SOUND_MAX);
    (void)fuzz_folder();
    snprintf(path, sizeof(path), "set/%s", name);
    snprintf(all[count].name, PATH, "%s", name);
    assert_ok(evk_fs_read(&all[count].file, fuzz_in(path), 1 << 24, err));
    return &all[count++].file;
}

struct stopping {
    int64_t images, most;
};

static void count_image(void *arg, const evk_progress *progress)
{
    struct stopping *s = arg;

    s->images = progress->done;
}

static bool is_over(void *arg)
{
    const struct stopping *s = arg;

    return s->images >= s->most;
}

evk_status fuzz_make_set(const char *name, int64_t stop_after, evk_error *err)
{
    static const int64_t outputs[] = {0, 1};
    const evk_target target = {tiny, outputs, 2};
    struct stopping stopping = {0, stop_after};
    const evk_run run = {1, count_image, is_over, NULL, &stopping};
    evk_set_report *report = NULL;
    evk_recipe recipe = tiny_recipe();
    evk_status s;

    recipe.starts = 1;
    recipe.steps = 2;
    recipe.trace = true;
    s = evk_maximize(fuzz_in(name), &target, 1, &recipe, NULL, &run, &report, err);
    evk_set_report_free(report);
    return s;
}

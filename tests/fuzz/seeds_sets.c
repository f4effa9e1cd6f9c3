/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds_sets.c - seeds for files of a set, cards, statistics, recordings, units and screens */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../harness/pickle_file.h"
#include "../harness/test.h"
#include "../harness/tiny.h"
#include "folder.h"
#include "seeds.h"

static void seed_sound(const char *target, const char *name)
{
    const struct evk_bytes *file = fuzz_sound(name);

    seed_write(target, evk_base_name(name), file->data, file->size);
}

/* The lines of an unfinished set without the hashes that the target adds. */
static void seed_journal(void)
{
    struct evk_str lines = EVK_STR_INIT, file;
    evk_error stopped;

    assert_int_equal(fuzz_make_set("begun", 1, &stopped), EVK_ESTOPPED);
    file = tiny_read(fuzz_in("begun/unfinished.tsv"));
    seed_write("journal", "sealed", file.data, file.size);
    for (char *line = strtok(file.data, "\n"); line; line = strtok(NULL, "\n")) {
        char *hash = strrchr(line, '\t');

        if (hash)
            evk_str_add(&lines, line, (size_t)(hash - line));
        evk_str_puts(&lines, "\n");
    }
    seed_write("journal", "unsealed", lines.data, lines.size);
    evk_str_release(&lines);
    evk_str_release(&file);
}

static void seed_cards(void)
{
    static const char *const cards[] = {
        "{\"card\": 1, \"weights\": \"tiny.keras\"}",
        "{\"card\": 1, \"name\": \"two\", \"members\": [\"tiny.keras\", {\"weights\": "
        "\"tiny.keras\", \"outputs\": [1, 0], \"mean\": [1, 2], \"gain\": [1, 2]}], \"input\": "
        "{\"mean\": [1, 2, 3], \"scale\": 2.0}, \"neurons\": [\"a\", \"b\"]}",
        "{\"card\": 1, \"weights\": \"tiny.keras\", \"input\": {\"height\": 9, \"width\": 8, "
        "\"mean\": 110}, \"core\": {}, \"description\": \"d\", \"source\": \"s\", \"license\": "
        "\"l\", \"options\": {\"starts\": 2}}",
        "{\"card\": 1, \"members\": [{\"weights\": \"tiny.keras\", \"output\": 1, \"sha256\": "
        "\"00\"}, {\"weights\": \"../tiny.keras\", \"output\": \"a\"}]}",
    };

    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        char name[16];

        snprintf(name, sizeof(name), "%zu", i);
        seed_write("card", name, cards[i], strlen(cards[i]));
    }
}

/* A card with a fitted readout and a lineage, and the archive that it names. */
static void seed_readouts(void)
{
    struct evk_str card = EVK_STR_INIT;
    char sha256[EVK_SHA256_TEXT];
    struct evk_bytes file;

    assert_ok(evk_fs_read(&file, fuzz_in("fit.npz"), 1 << 20, err));
    seed_write("readout", "fit", file.data, file.size);
    evk_bytes_release(&file);
    assert_ok(evk_fs_hash(fuzz_in("fit.npz"), 1 << 20, sha256, err));
    evk_str_printf(&card,
                   "{\"card\": 1, \"members\": [{\"weights\": \"tiny.keras\", \"readout\": "
                   "{\"file\": \"fit.npz\", \"sha256\": \"%s\", \"member\": 0, \"layers\": "
                   "[\"conv\"], \"grid\": 2, \"output\": \"linear\"}}], \"neurons\": [\"a\", "
                   "\"b\"], \"lineage\": {\"recordings\": [{\"responses\": \"%s\", \"rows\": "
                   "\"1\", \"images\": [\"%.16s\"], \"rows_sha256\": [\"%.16s\"]}], "
                   "\"teachers\": [{\"name\": \"t\", \"sha256\": \"%s\"}]}}",
                   sha256, sha256, sha256, sha256, sha256);
    seed_write("card", "fitted", card.data, card.size);
    evk_str_release(&card);
}

static void seed_statistics(void)
{
    const char *const path = "tests/data/rgb_8x8.png";
    const evk_run run = {.threads = 1};
    evk_image_list *images;
    evk_statistics *s;
    struct evk_str file;

    assert_ok(evk_image_list_open(&images, &path, 1, NULL, err));
    assert_ok(evk_statistics_learn(&s, images, &run, err));
    assert_ok(evk_statistics_write(s, fuzz_in("learned.json"), err));
    file = tiny_read(fuzz_in("learned.json"));
    seed_write("statistics", "learned", file.data, file.size);
    evk_str_release(&file);
    evk_statistics_free(s);
    evk_image_list_free(images);
}

static void seed_recordings(void)
{
    static const char comma[] = "image,trial,u,12\r\nphoto1.png,1,3,n/a\r\nphoto3,2,\"4\",-1e1\r\n";
    static const char tab[] = "\xef\xbb\xbfstim_code\ta\n3\t0.5\n1\tnan\n\n3\t\n2\t1\n";
    struct evk_str array = EVK_STR_INIT;

    npy_begin(&array, 1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 4, 2), }");
    evk_str_puts(&array, "abcdefghijklmnop");
    seed_write("recording", "comma", comma, sizeof(comma) - 1);
    seed_write("recording", "tab", tab, sizeof(tab) - 1);
    seed_write("recording", "array", array.data, array.size);
    evk_str_release(&array);
}

static void seed_units(void)
{
    static const char comma[] = "\xef\xbb\xbfunit,model,output,images,judge,judge_output,keep\r\n"
                                "a,tiny.keras,0,4,tiny.keras;fit.json,1;n/a,TRUE\r\n"
                                "\"b\",,1,,,,1\r\nc,none,,0,,,FALSE\r\n";
    static const char tab[] = "output\tunit\tdepth\n1.0\tνευρώνας\t0.5\n0\t神\tn/a\n";

    static const char several[] = "unit\tmodel\toutput\nd\ttiny.keras; fit.json\t2;\n"
                                  "e\ttiny.keras;./tiny.keras\t0;1\nf\ttiny.keras\t1\n";

    seed_write("units", "comma", comma, sizeof(comma) - 1);
    seed_write("units", "several", several, sizeof(several) - 1);
    seed_write("units", "tab", tab, sizeof(tab) - 1);
}

/* Descriptions of screens with every way to say what they do to values, and two tables. */
static void seed_rigs(void)
{
    static const char begin[] = "{\"name\": \"rig\", \"width_px\": 1024, \"height_px\": 768, "
                                "\"width_cm\": 36.5, \"distance_cm\": 57, \"refresh_hz\": 60, "
                                "\"background\": [1, 2, 3], \"shown_as\": ";
    static const char *const ways[] = {
        "\"srgb\"}",
        "\"gamma\", \"gamma\": [2.1, 2.2, 2.3], \"comment\": null}",
        "{\"gamma\": 1.8}}",
        "{\"levels\": [0, 100, 255], \"luminance\": [0.5, 20, 90]}}",
        "{\"levels\": [0, 9, 255], \"luminance\": {\"red\": [0, 1, 2], \"green\": [0, 1, 2], "
        "\"blue\": [0, 0, 2]}}}",
        "{\"red\": [0, 1, 2], \"green\": [0, 1], \"blue\": {\"luminance\": [0, 1]}}}"};
    static const char comma[] = "level,luminance\r\n0,0.5\r\n127.5,20\r\n255,90\r\n";
    static const char tab[] = "level\tred\tgreen\tblue\n0\t0\t0\t0\n255\t1\t2e1\t3\n";

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const char name[] = {(char)('a' + (int)i), '\0'};
        struct evk_str text = EVK_STR_INIT;

        evk_str_puts(&text, begin);
        evk_str_puts(&text, ways[i]);
        seed_write("rig", name, text.data, text.size);
        evk_str_release(&text);
    }
    seed_write("rig", "comma", comma, sizeof(comma) - 1);
    seed_write("rig", "tab", tab, sizeof(tab) - 1);
}

void seeds_sets(void)
{
    (void)fuzz_folder();
    seed_sound("table", "stimuli/stimuli.tsv");
    seed_sound("traces", "traces.tsv");
    seed_sound("sidecar", "stimuli/stimuli.json");
    seed_sound("description", "dataset_description.json");
    seed_journal();
    seed_cards();
    seed_readouts();
    seed_statistics();
    seed_recordings();
    seed_units();
    seed_rigs();
}

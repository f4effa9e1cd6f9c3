/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.c - how images of another shape were framed, in the description of a set */
#include "stimset/inputs/frame.h"

#include <math.h>
#include <string.h>

#include "evoke/synth.h"
#include "stimset/record/set_file.h"

void evk_frame_describe(struct evk_json_writer *w, evk_json *object, const evk_image_list *list)
{
    evk_json *ground;

    evk_json_put_text(w, object, "Shape", evk_shaping_name(list->frame.shape));
    if (list->frame.shape != EVK_SHAPE_PAD)
        return;
    ground = evk_json_put_array(w, object, "Pad");
    for (int c = 0; c < 3; c++)
        evk_json_put_int(w, ground, NULL, list->frame.ground[c]);
}

/* A change, and the number of images that it was made to. */
struct tally {
    char word[EVK_CHANGES_TEXT];
    int64_t count;
};

/* Kinds of changes: seven orientations, bits16, luma, repeated, three shapes, three scales. */
enum { WORDS_MAX = 16 };

static void count_word(struct tally tallies[WORDS_MAX], const char *word, size_t length)
{
    int i = 0;

    while (i < WORDS_MAX - 1 && tallies[i].count &&
           (strncmp(tallies[i].word, word, length) != 0 || tallies[i].word[length]))
        i++;
    memcpy(tallies[i].word, word, length);
    tallies[i].word[length] = '\0';
    tallies[i].count++;
}

void evk_frame_describe_changes(struct evk_json_writer *w, evk_json *object,
                                const evk_image_list *list, const struct evk_changes *changes)
{
    struct tally tallies[WORDS_MAX] = {{"", 0}};
    char text[EVK_CHANGES_TEXT];
    evk_json *counts;

    for (size_t i = 0; i < list->count; i++) {
        evk_image_list_changes(list, changes ? &changes[i] : &list->items[i].changes, text);
        for (const char *at = text; *at; at += *at == ',') {
            const size_t length = strcspn(at, ",");

            count_word(tallies, at, length);
            at += length;
        }
    }
    if (!tallies[0].count)
        return;
    counts = evk_json_put_object(w, object, "Changes");
    for (int i = 0; i < WORDS_MAX && tallies[i].count; i++)
        evk_json_put_int(w, counts, tallies[i].word, tallies[i].count);
}

static evk_status read_ground(struct evk_photograph_frame *out, const evk_json *list,
                              evk_error *err)
{
    int64_t level;

    for (int c = 0; c < 3; c++) {
        if (!evk_json_int(evk_json_at(list, (size_t)c), &level) || level < 0 || level > 255)
            return evk_fail(err, EVK_EFORMAT, "%s: Pad is not three levels, expected 0 to 255",
                            EVK_SET_DESCRIPTION);
        out->ground[c] = (unsigned char)level;
    }
    return EVK_OK;
}

/* Read the frame from the object or, where it has no Shape, from the options. */
static evk_status read_frame(struct evk_photograph_frame *out, const evk_json *object,
                             const evk_json *options, evk_error *err)
{
    evk_framing framing = {evk_json_text(evk_json_get(object, "Shape")), (double)NAN};
    const evk_json *ground = evk_json_get(object, "Pad");

    if (!framing.shape) {
        framing.shape = evk_json_text(evk_json_get(options, "shape"));
        (void)evk_json_real(evk_json_get(options, "pad"), &framing.pad);
    }
    if (!framing.shape)
        evk_framing_default(&framing);
    EVK_TRY(evk_frame_of(out, &framing, err));
    return ground ? read_ground(out, ground, err) : EVK_OK;
}

evk_status evk_frame_of_set(struct evk_photograph_frame *out, const evk_json *description,
                            evk_error *err)
{
    static const char *const keys[] = {"Images", "Bases", "Reference"};
    const evk_json *set = evk_json_get(description, "StimulusSet"), *object = NULL;

    for (int i = 0; i < 3 && !object; i++)
        object = evk_json_get(set, keys[i]);
    return read_frame(out, object, evk_json_get(set, "Options"), err);
}

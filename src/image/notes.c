/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c - what the user is told of a list: what was done to its images, and which are left out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "image/list.h"

/* ---- left out ---------------------------------------------------------------- */

/* Insert by place: the order is that of the list, whichever thread came first.  There is room. */
static void insert_left_out(evk_image_list *list, struct evk_left_out one)
{
    size_t at = list->left_out_count++;

    for (; at > 0 && list->left_out[at - 1].place > one.place; at--)
        list->left_out[at] = list->left_out[at - 1];
    list->left_out[at] = one;
}

static evk_status add_left_out(evk_image_list *list, size_t i, const char *why, evk_error *err)
{
    struct evk_left_out one = {list->items[i].place, NULL};
    evk_status s;

    EVK_TRY(evk_strdup(&one.why, why, err));
    s = evk_list_grow(&list->left_out, list->left_out_count, sizeof(*list->left_out), err);
    if (s) {
        free(one.why);
        return s;
    }
    insert_left_out(list, one);
    return EVK_OK;
}

evk_status evk_image_list_leave_out(evk_image_list *list, size_t i, bool unreadable,
                                    const char *why, evk_error *err)
{
    evk_status s;

    evk_lock_take(list->lock);
    s = add_left_out(list, i, why, err);
    list->unreadable += !s && unreadable;
    evk_lock_give(list->lock);
    return s;
}

evk_status evk_image_list_check_left(evk_image_list *list, size_t used, evk_error *err)
{
    evk_status s;

    if (used > 0)
        return EVK_OK;
    if (list->left_out_count != 1)
        return evk_fail(err, EVK_EFORMAT, "none of the %zu images can be read",
                        list->left_out_count);
    s = evk_fail(err, EVK_EFORMAT, "%s", list->left_out[0].why);
    free(list->left_out[0].why);
    list->left_out_count = list->unreadable = 0;
    return s;
}

const char *evk_image_list_left_out(const evk_image_list *list, size_t i)
{
    return i < list->left_out_count ? list->left_out[i].why : NULL;
}

size_t evk_image_list_unreadable(const evk_image_list *list)
{
    return list->unreadable;
}

/* ---- what was done ------------------------------------------------------------ */

static bool is_shaped(const struct evk_changes *c)
{
    return c->shaped;
}

static bool is_luma(const struct evk_changes *c)
{
    return c->luma;
}

static bool is_repeated(const struct evk_changes *c)
{
    return c->repeated;
}

static bool is_turned(const struct evk_changes *c)
{
    return c->orientation > 1;
}

static bool is_rounded(const struct evk_changes *c)
{
    return c->bits > 8;
}

static const char *const shaped[] = {
    [EVK_SHAPE_CROP] = "cropped about the centre to the wanted shape "
                       "(--shape squash or pad keeps all of it)",
    [EVK_SHAPE_SQUASH] = "squashed to the wanted shape",
    [EVK_SHAPE_PAD] = "padded to the wanted shape",
};

static const struct {
    bool (*has)(const struct evk_changes *c);
    const char *what; /* follows "was" in a sentence; NULL: the text for the list's frame, above */
} notes[] = {
    {is_shaped, NULL},
    {is_luma, "turned from colour to gray (Rec. 601 luma)"},
    {is_repeated, "turned from gray to colour, by repeating the channel"},
    {is_turned, "turned as the EXIF orientation says"},
    {is_rounded, "rounded from 16 bits to 8"},
};

enum { NOTES = sizeof(notes) / sizeof(notes[0]) };

unsigned evk_changes_notes(const struct evk_changes *c)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < NOTES; i++)
        bits |= (unsigned)notes[i].has(c) << i;
    return bits;
}

bool evk_image_list_note(const evk_image_list *list, size_t i, char *text, size_t size)
{
    const struct evk_listed *first = NULL;
    const char *what;
    size_t count = 0;

    if (i >= NOTES)
        return false;
    what = notes[i].what ? notes[i].what : shaped[list->frame.shape];
    for (size_t k = list->count; k-- > 0;)
        if (list->items[k].notes >> i & 1) {
            first = &list->items[k];
            count++;
        }
    text[0] = '\0';
    if (count == 1)
        snprintf(text, size, "%s was %s", first->path, what);
    else if (count)
        snprintf(text, size, "%zu images, of which %s is the first, were %s", count, first->path,
                 what);
    return true;
}

void evk_image_list_changes(const evk_image_list *list, const struct evk_changes *c,
                            char text[EVK_CHANGES_TEXT])
{
    static const char *const shapes[] = {",crop", ",squash", ",pad"};
    char all[EVK_CHANGES_TEXT + 1];
    int n = 0;

    if (c->orientation > 1)
        n += snprintf(all + n, sizeof(all) - (size_t)n, ",orientation%d", c->orientation);
    n += snprintf(all + n, sizeof(all) - (size_t)n, "%s%s%s%s", c->bits > 8 ? ",bits16" : "",
                  c->luma ? ",luma" : "", c->repeated ? ",repeated" : "",
                  c->shaped ? shapes[list->frame.shape] : "");
    if (c->scale > 1)
        n += snprintf(all + n, sizeof(all) - (size_t)n, ",scale1/%d", c->scale);
    memcpy(text, n ? all + 1 : all, (size_t)(n ? n : 1));
}

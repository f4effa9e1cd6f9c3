/* SPDX-License-Identifier: GPL-3.0-or-later */
/* not_finite.c - tell the user of predicted responses that are infinite or not a number */
#include "cli/not_finite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/say.h"

enum { SAID_MAX = 10 }; /* messages; the other images and models are counted */

void not_finite_note(void *found, const char *sentence)
{
    size_t *n = found;

    if ((*n)++ < SAID_MAX)
        say("%s", sentence);
}

static void tell(size_t said, const char *image, const char *model)
{
    if (said < SAID_MAX)
        say("%s: the response of %s to it is not a finite number; its cell is n/a", image, model);
}

size_t not_finite_say(size_t said, const char *image, const char *model, const float *responses,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(responses[i])) {
            tell(said, image, model);
            return 1;
        }
    return 0;
}

int not_finite_end(size_t found)
{
    if (found > SAID_MAX)
        fprintf(stderr, "evoke: and %zu more of these images and models\n", found - SAID_MAX);
    return found ? EXIT_FAILED : EXIT_DONE;
}

/* ---- images of a finished set ---------------------------------------------------------------- */

/* Copies item k of a list with semicolons between its items; returns false past the last. */
static bool item(const char *list, size_t k, char text[SHOWN])
{
    for (; k > 0; k--) {
        list = strchr(list, ';');
        if (!list)
            return false;
        list++;
    }
    snprintf(text, SHOWN, "%.*s", (int)strcspn(list, ";"), list);
    return true;
}

static bool is_cell(const evk_set *set, int64_t row, const char *column, const char *text)
{
    const char *cell = evk_set_cell(set, row, column);

    return cell && strcmp(cell, text) == 0;
}

struct search {
    const evk_set *set;
    const char *folder;
    size_t found;
};

/* Finds the judges of a row that have no finite response to its image. */
static void find_judges(struct search *s, int64_t row, const char *image)
{
    const char *judges = evk_set_cell(s->set, row, "judges");
    const char *responses = evk_set_cell(s->set, row, "judge_responses");
    char judge[SHOWN], response[SHOWN];

    if (!judges || !responses || strcmp(judges, "n/a") == 0)
        return;
    for (size_t k = 0; item(judges, k, judge) && item(responses, k, response); k++)
        if (strcmp(response, "n/a") == 0)
            tell(s->found++, image, judge);
}

static void find_in_row(struct search *s, int64_t row)
{
    char image[SHOWN], model[SHOWN];

    snprintf(image, sizeof(image), "%s/stimuli/%s", s->folder,
             evk_set_cell(s->set, row, "filename"));
    snprintf(model, sizeof(model), "%s:%s", evk_set_cell(s->set, row, "target_model"),
             evk_set_cell(s->set, row, "target_output"));
    if (!is_cell(s->set, row, "target_output", "n/a") &&
        is_cell(s->set, row, "response_pred", "n/a"))
        tell(s->found++, image, model);
    find_judges(s, row, image);
}

/*
 * Finds the judges that have a finite response to the image of a row and no percentile: a response
 * of theirs to a reference image is not finite.
 */
static bool find_reference(struct search *s, int64_t row)
{
    const char *judges = evk_set_cell(s->set, row, "judges");
    const char *places = evk_set_cell(s->set, row, "judge_percentile");
    const char *responses = evk_set_cell(s->set, row, "judge_responses");
    char judge[SHOWN], place[SHOWN], response[SHOWN];
    bool found = false;

    for (size_t k = 0; judges && places && responses && item(judges, k, judge) &&
                       item(places, k, place) && item(responses, k, response);
         k++)
        if (strcmp(place, "n/a") == 0 && strcmp(response, "n/a") != 0) {
            tell(s->found++, "a reference image", judge);
            found = true;
        }
    return found;
}

size_t not_finite_in_set(const char *folder, bool reference)
{
    struct search s = {.folder = folder};
    bool said = !reference;
    evk_set *set;

    if (evk_set_open(&set, folder, NULL))
        return 0;
    s.set = set;
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        if (!is_cell(set, i, "present", "true"))
            continue;
        find_in_row(&s, i);
        said = said || find_reference(&s, i);
    }
    evk_set_free(set);
    return s.found;
}

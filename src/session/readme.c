/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readme.c - the texts of a session that people and display programs read beside its tables */
#include <string.h>

#include "session/describe.h"
#include "session/folder/events.h"
#include "session/folder/verifier.h"
#include "stimset/record/set_file.h"

static const char files[] =
    "Recording session made by evoke\n"
    "\n"
    "stimuli/                 one file for each distinct image\n"
    "stimuli/stimuli.tsv      one row for each image, by its stim_code, which never changes\n"
    "roles.tsv                which stimulus of which set an image is; one image may be several\n"
    "trials.tsv               the order: block, trial, position, code, onset and duration\n"
    "trials-2.tsv, ...        orders that replaced the rest of the one before them\n"
    "events.tsv               a template for the events of a recording, as BIDS has them\n"
    "task-session_events.json the screen, and what the columns of events mean\n"
    "display.json             the screen, where the session is for one\n"
    "display_*                what 'evoke export' wrote for display programs\n"
    "*.json                   what the columns of the table of the same name mean\n"
    "dataset_description.json options, sets (by the SHA-256 of their manifests), times, screen\n"
    "manifest-sha256.txt      the SHA-256 of every other file\n"
    "\n"
    "On the display computer, any of these finds out whether the copy is whole; the last two\n"
    "find files that do not belong to it, too:\n"
    "\n"
    "    sha256sum -c manifest-sha256.txt\n"
    "    python3 verify_copy.py\n"
    "    verify_copy              (in MATLAB or Octave)\n"
    "\n";

static void put_plain(struct evk_str *out)
{
    evk_str_puts(out,
                 "What the display program must do: show each file pixel for pixel, without\n"
                 "interpolation and without colour management, on a background of the pixel value\n"
                 "that BackgroundInFiles of dataset_description.json says.  Files have no colour\n"
                 "profile and no alpha channel.\n");
}

static void put_transfer(struct evk_str *out, const struct evk_rig_plan *p)
{
    const struct evk_transfer *t = &p->display.transfer;

    if (p->show.linearise) {
        evk_str_printf(out,
                       "\nThe files have the inverse of the screen's transfer function (%s), so "
                       "that\nluminance is proportional to the values that the models know.  The "
                       "display program\nmust show these values as they are, and must NOT "
                       "linearise the screen a second time.\n",
                       t->name);
        return;
    }
    evk_str_puts(out,
                 "\nThe values are those that the models know; no gamma was applied.  What matters "
                 "is that\nthe screen turns values into luminance as the screen did on which the "
                 "responses were\nrecorded that the models were fitted to.  If that screen was "
                 "linearised, load the\nlookup table that linearises this screen.\n");
    if (!t->is_linear)
        evk_str_printf(out,
                       "This screen is described as %s: unless the models were fitted to responses "
                       "on\nsuch a screen, let the display program linearise it, or make the "
                       "session again with\n--linearise.\n",
                       t->name);
}

static void put_readme(struct evk_str *out, const struct evk_rig_plan *p)
{
    evk_str_puts(out, files);
    put_plain(out);
    if (p->has_display)
        put_transfer(out, p);
}

static evk_status add(struct evk_rig_files *to, const char *name, const char *text, evk_error *err)
{
    struct evk_str copy = EVK_STR_INIT;

    evk_str_puts(&copy, text);
    return evk_rig_files_add(to, name, &copy, err);
}

evk_status evk_rig_add_texts(struct evk_rig_files *to, const struct evk_json_writer *w,
                             const struct evk_rig_plan *plan, evk_error *err)
{
    struct evk_json_writer display;
    struct evk_str text = EVK_STR_INIT;

    EVK_TRY(evk_json_write(w, &text, err));
    EVK_TRY(evk_rig_files_add(to, EVK_SET_DESCRIPTION, &text, err));
    put_readme(&text, plan);
    EVK_TRY(evk_rig_files_add(to, EVK_SET_README, &text, err));
    for (int i = 0; evk_copy_verifier_name(i); i++)
        EVK_TRY(
            add(to, evk_copy_verifier_name(i), evk_copy_verifier(evk_copy_verifier_name(i)), err));
    EVK_TRY(add(to, EVK_SET_BIDSIGNORE,
                "manifest-sha256.txt\nroles.*\ntrials*\n" EVK_EVENTS "\n" EVK_EVENTS_JSON
                "\ndisplay*\nverify_copy.*\n",
                err));
    if (!plan->has_display)
        return EVK_OK;
    evk_json_writer_init(&display);
    for (const char *key = NULL; (key = evk_json_key_after(plan->display.json, key));)
        evk_json_put_copy(&display, display.root, key, evk_json_get(plan->display.json, key));
    if (evk_json_write(&display, &text, err)) {
        evk_json_writer_release(&display);
        evk_str_release(&text);
        return EVK_ENOMEM;
    }
    evk_json_writer_release(&display);
    return evk_rig_files_add(to, EVK_RIG_DISPLAY, &text, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * describe.h - what a session says of itself: dataset_description.json, README, display.json
 *
 * The object Session of the description has these members:
 *
 *   Options      each option, under the name that it has on the command line; files by their names
 *   CatchImageSHA256   of the file of --catch-image
 *   Sets         an object for each set: Name and ManifestSHA256
 *   Vetoes       the images that were vetoed: Set, StimulusID, Reason
 *   Units        the units that took part: Neuron (model:output) and Name; with --units only
 *   OnS, OffS, OverheadS    times in seconds, as they are shown; Frames has them in frames
 *   Background, BackgroundInFiles   R, G, B, in the values of images and in those of the files
 *   Screen       the screen and the place of images on it; with --display only
 *   Display      what rig.json says
 *   BlankCode, CatchCode    codes of the blank and of the image of catch trials; 0: there is none
 *   Changes      units that left and sets that were added: Drop or Sets, After, Images (of
 *                before), Minutes (where the call raised the limit)
 */
#ifndef EVK_SESSION_DESCRIBE_H
#define EVK_SESSION_DESCRIBE_H

#include "session/folder/files.h"
#include "session/images.h"

/* What takes part, beside the stimuli: lists as in struct evk_gather_ask. */
struct evk_rig_chosen {
    const struct evk_gathering *g;
    const struct evk_names *vetoes;
    const struct evk_names *units; /* NULL: all */
};

/* Write the description of a new session into w, which the caller releases. */
void evk_rig_describe(struct evk_json_writer *w, const struct evk_rig_chosen *chosen,
                      const struct evk_rig_plan *plan, const struct evk_rig_images *images);

/* Put Sets, Vetoes and Units of a gathering into an object. */
void evk_rig_describe_sources(struct evk_json_writer *w, evk_json *object,
                              const struct evk_rig_chosen *chosen);

/* Add the description itself, README, .bidsignore, display.json and the verifiers to a list. */
evk_status evk_rig_add_texts(struct evk_rig_files *files, const struct evk_json_writer *w,
                             const struct evk_rig_plan *plan, evk_error *err);

/* Read the options of a description; its texts live as long as the description. */
evk_status evk_rig_described_options(struct evk_rig_options *out, const evk_json *session,
                                     evk_error *err);

#endif /* EVK_SESSION_DESCRIBE_H */

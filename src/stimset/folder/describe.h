/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * describe.h - dataset_description.json: the resolved recipe, the models, the version
 *
 * StimulusSet.Options has every option as the command line spells it;
 * StimulusSet.Models each model with its SHA-256, preprocessing and
 * TargetOutputs, what a card or an ensemble was put together from, and
 * HeldTolerance of neurons that are held without a tolerance of the user's (held.h).  A set
 * may grow in its models, their outputs, and Options.starts, the largest number
 * of starts of any neuron, unless Options.keep is not 0: the choice among them
 * is made; in nothing else.  Neurons that were asked for with fewer starts have the number of theirs
 * in FewerStarts of their model.  A set with judges has them in
 * StimulusSet.Judges, as models whose Outputs say which output is which neuron
 * (pairing.h) and grow with the neurons, and the images that they were shown in
 * StimulusSet.Reference; one whose image priors read files, such as masks, has these in
 * StimulusSet.Files, with the path that was given and the SHA-256.
 */
#ifndef EVK_STIMSET_FOLDER_DESCRIBE_H
#define EVK_STIMSET_FOLDER_DESCRIBE_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "evoke/types.h"
#include "image/list.h"
#include "stimset/record/kind.h"

/* Begin the description of a set of this kind in w; returns StimulusSet, which has its SetType and Method. */
evk_json *evk_describe_head(struct evk_json_writer *w, const struct evk_set_kind *kind);

/* Put PixelEncoding into a StimulusSet. */
void evk_describe_encoding(struct evk_json_writer *w, evk_json *set);

/* Put PixelEncoding, Rounding and Models, with TargetOutputs of these targets (count), into a StimulusSet. */
void evk_describe_targets(struct evk_json_writer *w, evk_json *set, const evk_target *targets,
                          size_t count);

/* Put an array of n numbers into an object. */
void evk_describe_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                          const double *numbers, int64_t n);

/*
 * Put an object with the number of the images of a list, their digest at the size that the first model
 * sees, and how they were framed into a StimulusSet.  Reads every image.
 */
evk_status evk_describe_images(struct evk_json_writer *w, evk_json *set, const char *key,
                               const evk_image_list *images, const evk_model *first,
                               const evk_run *run, evk_error *err);

/* PixelEncoding of all sets, Rounding of those that models made. */
extern const char evk_pixel_encoding[], evk_rounding[];

/* The files that its priors read, with their hashes; nothing where they read none. */
evk_status evk_describe_files(struct evk_json_writer *w, const evk_texts *priors, evk_error *err);

/* The neurons of model i, which was opened. Free *outputs. */
evk_status evk_description_outputs(const evk_json *description, size_t i, const evk_model *model,
                                   int64_t **outputs, size_t *count, evk_error *err);

/* Bytes of a file that a prior reads. */
enum { EVK_PRIOR_FILE_MAX = 1 << 26 };

/* Are the files that its priors read those that it lists, in this order? EVK_EFORMAT: no. */
evk_status evk_description_check_paths(const evk_json *description, evk_error *err);

/*
 * Are the files that one of its priors reads, NULL: all of them, still there, with the same bytes?
 * A failure says which is not.
 */
evk_status evk_description_check_files(const evk_json *description, const char *prior,
                                       evk_error *err);

/* A whole number among the options; false where there is none. */
bool evk_description_int(const evk_json *description, const char *option, int64_t *out);

/* Is it an option that is true? */
bool evk_description_flag(const evk_json *description, const char *option);

/* How many images a set of transformed, matched or perturbed ones is made from; -1: not said. */
int64_t evk_description_images(const evk_json *description);

/* What the first of its models sees: EVK_EFORMAT where it does not say. */
evk_status evk_description_size(const evk_json *description, struct evk_size *out, evk_error *err);

/* Channels of the images that its models see; 0: it does not say. */
int64_t evk_description_channels(const evk_json *description);

/* What opens a model again, appended to an array. Returns the object, NULL without memory. */
evk_json *evk_describe_model(struct evk_json_writer *w, evk_json *models, const evk_model *model);

/* The reference images of a set, in its StimulusSet, as its first model sees them. */
evk_status evk_describe_reference(struct evk_json_writer *w, evk_json *set,
                                  const evk_image_list *images, const evk_model *first,
                                  const evk_run *run, evk_error *err);

/* Read that of a set. Free *out. */
evk_status evk_description_read(const struct evk_dir *folder, evk_json **out, evk_error *err);

/* EVK_EINVAL: the first difference between the set there is and the one asked for. */
evk_status evk_description_check(const evk_json *there, const evk_json *asked, evk_error *err);

/* There and what is asked for beyond it. Release the writer. */
void evk_description_merge(struct evk_json_writer *w, const evk_json *there, const evk_json *asked);

/* The recipe by which models respond to images of the set; its texts live as long as the description. */
evk_status evk_description_recipe(const evk_json *description, evk_recipe *out, evk_error *err);

/*
 * Read one option into the struct that the parameter is a field of.  An option that a description of
 * another version lacks leaves its field as it is.
 */
evk_status evk_description_option(const evk_json *description, const evk_param *p, void *out,
                                  evk_error *err);

/* One of its models. The texts live as long as the description. */
struct evk_described_model {
    const char *name, *file, *sha256;
    evk_model_options options; /* to open it with */
    const evk_json *card;      /* of an ensemble or a model card, resolved; else NULL */
    const evk_json *outputs;   /* that were asked for; a judge has none */
    const evk_json *fewer;     /* starts of those that have fewer than the options say; or NULL */
};

/* Output i of those that were asked for, as tables call it; "" where it is none. */
void evk_described_neuron(const struct evk_described_model *m, size_t i,
                          char text[EVK_NEURON_TEXT]);

/* Starts of a neuron, of a set whose options say so many. */
int64_t evk_described_starts(const struct evk_described_model *m, const char *neuron,
                             int64_t starts);

/* Model i; false past the last, and for one that is damaged. */
bool evk_description_model_at(const evk_json *description, size_t i,
                              struct evk_described_model *out);

/* Judge i, and what evk_pairing_get reads; *outputs is NULL where the description lacks it. */
bool evk_description_judge_at(const evk_json *description, size_t i,
                              struct evk_described_model *out, const evk_json **outputs);

/* PixelSHA256 of the reference images; NULL: there are none. */
const char *evk_description_reference(const evk_json *description);

/* Does a model need the file of this SHA-256? */
bool evk_described_needs(const struct evk_described_model *m, const char *sha256);

/* Its model with this SHA-256, as it is written; NULL: it has none. */
const evk_json *evk_description_model_object(const evk_json *description, const char *sha256);

/* False where it has no model with this SHA-256. */
bool evk_description_model(const evk_json *description, const char *sha256,
                           struct evk_described_model *out);

/* The version that made it; never NULL. */
const char *evk_description_version(const evk_json *description);

#endif /* EVK_STIMSET_FOLDER_DESCRIBE_H */

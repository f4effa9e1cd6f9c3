/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * describe.h - dataset_description.json: what a set says of itself, written and read
 *
 * The object StimulusSet of the description has these members; a kind of set may add others.
 *
 *   SetType, Method   the kind of the set (record/kind.h)
 *   Options           each option, under the name that it has on the command line
 *   Models            an object for each model: SHA-256, preprocessing, neurons (TargetOutputs) and
 *                     the Card of an ensemble or a model card
 *   NeuronNames       in a model: the names that the call gave all its neurons (--names)
 *   Units             in a model: the texts that chose units inside it as its neurons (--channel);
 *                     AfterActivation where units are values after activations
 *   EndsInSoftmax     in a model: true where ascents climb the value before its softmax
 *   Keep, Least       in a model: the numbers of images of units, by neuron, where a table of units
 *                     says them, in place of Options.keep and Options.least
 *   HeldTolerance     in a model: what held responses may change by, where the user did not say
 *                     (score/held.h)
 *   Judges            an object for each judge; its Outputs say which output is which neuron
 *                     (pairing.h)
 *   Reference         number and digest of the reference images
 *   UnitTable         "units.tsv" where the set was made with a table of units (unit_table.h)
 *   Files             files that image priors read, such as masks: path and SHA-256
 *
 * A later call may extend a set by models, by neurons and, where Options.keep is 0, by starts.
 * Everything else stays: where keep is not 0, the choice among the starts is made, and so it is
 * where a neuron has a number of its own in Keep.  Options.starts
 * is then the largest number of starts of any neuron; a neuron with fewer has its number in
 * FewerStarts of its model.  Outputs of judges grow with the neurons.
 *
 * Functions evk_describe_ write into a description; if memory runs out, the writer notes it.
 * Functions evk_description_ read one, and texts that they return live as long as it.
 */
#ifndef EVK_STIMSET_FOLDER_DESCRIBE_H
#define EVK_STIMSET_FOLDER_DESCRIBE_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/stimset.h"
#include "evoke/types.h"
#include "image/list.h"
#include "model/load_options.h"
#include "stimset/record/kind.h"

/*
 * Begin the description of a set of this kind in w, which the caller releases.  Returns the object
 * StimulusSet, which then has SetType and Method.
 */
evk_json *evk_describe_head(struct evk_json_writer *w, const struct evk_set_kind *kind);

/* Put PixelEncoding into a StimulusSet. */
void evk_describe_encoding(struct evk_json_writer *w, evk_json *set);

/* Put PixelEncoding, Rounding and Models into a StimulusSet; targets (count) give TargetOutputs. */
void evk_describe_targets(struct evk_json_writer *w, evk_json *set, const evk_target *targets,
                          size_t count);

/* Put an array of n numbers into an object. */
void evk_describe_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                          const double *numbers, int64_t n);

/*
 * Put an object called key into a StimulusSet: the number of the images of a list, their digest at
 * the size that the model `first` sees, and how they were framed.  Every image is read: failures
 * are those of evk_images_digest (inputs/digest.h).
 */
evk_status evk_describe_images(struct evk_json_writer *w, evk_json *set, const char *key,
                               const evk_image_list *images, const evk_model *first,
                               const evk_run *run, evk_error *err);

/* The texts of PixelEncoding and Rounding. */
extern const char evk_pixel_encoding[], evk_rounding[];

/*
 * Put Files into StimulusSet, with the SHA-256 of each file that these priors read; nothing where
 * they read none.  EVK_EIO: a file cannot be read.
 */
evk_status evk_describe_files(struct evk_json_writer *w, const evk_texts *priors, evk_error *err);

/*
 * Find the outputs (*count) of model i, which the caller has opened, that are its TargetOutputs.
 * The caller frees *outputs.  EVK_EFORMAT or EVK_EINVAL: a target is no output of the model.
 */
evk_status evk_description_outputs(const evk_json *description, size_t i, const evk_model *model,
                                   int64_t **outputs, size_t *count, evk_error *err);

/* The largest size of a file that a prior reads, in bytes. */
enum { EVK_PRIOR_FILE_MAX = 1 << 26 };

/*
 * Check that the files which the priors of the options read are those in Files, in the same order.
 * EVK_EFORMAT: they are not.
 */
evk_status evk_description_check_paths(const evk_json *description, evk_error *err);

/*
 * Check that the files in Files that one prior reads, or any prior where prior is NULL, still exist
 * and have the SHA-256 that is listed.  EVK_EINVAL: a file has other bytes; EVK_EIO: it cannot be
 * read.
 */
evk_status evk_description_check_files(const evk_json *description, const char *prior,
                                       evk_error *err);

/* Read an option that is a whole number; false, and *out stays, where it is missing or none. */
bool evk_description_int(const evk_json *description, const char *option, int64_t *out);

/* Is the option there, and true? */
bool evk_description_flag(const evk_json *description, const char *option);

/* Returns how many images the set was made from (Bases or Images); -1: the description lacks it. */
int64_t evk_description_images(const evk_json *description);

/*
 * Read the size of the images that the first model sees.  EVK_EFORMAT: it is missing or not valid.
 */
evk_status evk_description_size(const evk_json *description, struct evk_size *out, evk_error *err);

/* Returns the channels of the images that the first model sees; 0: the description lacks them. */
int64_t evk_description_channels(const evk_json *description);

/*
 * Append an object to an array of models, with all that is needed to open the model again.  Returns
 * the object; NULL: no memory.
 */
evk_json *evk_describe_model(struct evk_json_writer *w, evk_json *models, const evk_model *model);

/* Put Reference into a StimulusSet; arguments and failures are those of evk_describe_images. */
evk_status evk_describe_reference(struct evk_json_writer *w, evk_json *set,
                                  const evk_image_list *images, const evk_model *first,
                                  const evk_run *run, evk_error *err);

/*
 * Read the description of a set; the caller frees *out with evk_json_free.  EVK_EFORMAT: it is no
 * JSON; EVK_EIO: it cannot be read.
 */
evk_status evk_description_read(const struct evk_dir *folder, evk_json **out, evk_error *err);

/*
 * Check that a call which asks for the set `asked` may go on with the set `there`, or extend it.
 * EVK_EINVAL: it may not; the message has the first difference, or the other version of evoke.
 */
evk_status evk_description_check(const evk_json *there, const evk_json *asked, evk_error *err);

/*
 * Write the description of the set `there`, extended by what `asked` has beyond it.  The caller
 * releases the writer.
 */
void evk_description_merge(struct evk_json_writer *w, const evk_json *there, const evk_json *asked);

/*
 * Read the recipe with which models are asked for their responses to images of the set:
 * kind->recipe (record/kind.h).  Its texts live as long as the description.  EVK_EFORMAT or
 * EVK_EINVAL: the options are not valid.
 */
evk_status evk_description_recipe(const evk_json *description, evk_recipe *out, evk_error *err);

/*
 * Read one option into the struct `out`, of which the parameter describes a field.  An option that
 * is missing leaves its field as it is where another version of evoke made the set; else
 * EVK_EFORMAT.
 */
evk_status evk_description_option(const evk_json *description, const evk_param *p, void *out,
                                  evk_error *err);

/* A model or a judge of a description.  Its texts live as long as the description. */
struct evk_described_model {
    const char *name, *file, *sha256;
    struct evk_load_options options; /* to open the model with */
    bool before_softmax;             /* it ends in a softmax, before which ascents climb */
    const evk_json *card;            /* of an ensemble or a model card, resolved; else NULL */
    const evk_json *outputs;         /* TargetOutputs; NULL: of a judge */
    const evk_json *fewer; /* FewerStarts: {NEURON: number of starts}; NULL: none has fewer */
    const evk_json *keep, *least; /* {NEURON: number of images}; NULL: that of Options holds */
};

/*
 * Write TargetOutput i as the column target_output has it; "" where there is none or it is damaged.
 */
void evk_described_neuron(const struct evk_described_model *m, size_t i,
                          char text[EVK_NEURON_TEXT]);

/*
 * Returns the number of starts of a neuron; starts: Options.starts, which holds for most neurons.
 */
int64_t evk_described_starts(const struct evk_described_model *m, const char *neuron,
                             int64_t starts);

/* Returns the number of a neuron in Keep or Least of its model; without one, that of Options. */
int64_t evk_described_images(const evk_json *numbers, const char *neuron, int64_t options);

/* Is the neuron, as the column target_output has it, in TargetOutputs of the model? */
bool evk_described_has(const struct evk_described_model *m, const char *neuron);

/* Read the model of this name; false where there is none, or it lacks a member. */
bool evk_description_model_named(const evk_json *description, const char *name,
                                 struct evk_described_model *out);

/* Read model i; false past the last model, and where the model lacks a member. */
bool evk_description_model_at(const evk_json *description, size_t i,
                              struct evk_described_model *out);

/*
 * Read judge i, and its Outputs for evk_pairing_get, NULL where it has none; false past the last
 * judge, and where the judge lacks a member.
 */
bool evk_description_judge_at(const evk_json *description, size_t i,
                              struct evk_described_model *out, const evk_json **outputs);

/* Returns the digest of the reference images (PixelSHA256); NULL: the set has none. */
const char *evk_description_reference(const evk_json *description);

/* Is the file with this SHA-256 the file of the model or, of a card, one that a member names? */
bool evk_described_needs(const struct evk_described_model *m, const char *sha256);

/* Returns the object of the model with this SHA-256 in Models; NULL: there is none. */
const evk_json *evk_description_model_object(const evk_json *description, const char *sha256);

/* Read the model with this SHA-256; false where there is none, or it lacks a member. */
bool evk_description_model(const evk_json *description, const char *sha256,
                           struct evk_described_model *out);

/* Returns the version of evoke that made the set, "unknown" where it is missing. */
const char *evk_description_version(const evk_json *description);

#endif /* EVK_STIMSET_FOLDER_DESCRIBE_H */

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
#include "evoke/adversarial.h"
#include "stimset/sets/match/matching.h"
#include "stimset/inputs/source.h"

/* Kinds of sets, by the command that makes them. */
enum evk_set_kind {
    EVK_KIND_MAX,
    EVK_KIND_MIN,
    EVK_KIND_NATURAL,
    EVK_KIND_LEAVES,
    EVK_KIND_GAUDY,
    EVK_KIND_MATCH,
    EVK_KIND_ADVERSARIAL
};

/* Begin w: what all sets of a kind say of themselves; returns the StimulusSet, still empty. */
evk_json *evk_describe_head(struct evk_json_writer *w, enum evk_set_kind kind);

/* PixelEncoding of all sets, Rounding of those that models made. */
extern const char evk_pixel_encoding[], evk_rounding[];

/* What a call asks for. Release the writer. */
void evk_describe(struct evk_json_writer *w, const evk_target *targets, size_t count,
                  const evk_recipe *recipe);

/* The files that its priors read, with their hashes; nothing where they read none. */
evk_status evk_describe_files(struct evk_json_writer *w, const evk_texts *priors, evk_error *err);

/* Of natural images: keep at each end of every neuron. Release the writer. */
void evk_describe_natural(struct evk_json_writer *w, const evk_target *targets, size_t count,
                          int64_t keep, int64_t least);

/* Of dead leaves. Release the writer. */
void evk_describe_leaves(struct evk_json_writer *w, int64_t count, int64_t height, int64_t width,
                         int64_t seed);

/* Of transformed images; names is the hash of the list's; target may be NULL. Release the writer. */
void evk_describe_gaudy(struct evk_json_writer *w, const evk_gaudy_options *options,
                        const struct evk_source *source, const char *names,
                        const evk_target *target);

/* Of images made alike. Release the writer. */
void evk_describe_match(struct evk_json_writer *w, const struct evk_matching *m);

/* Its options, and the digest of its images; texts live as long as the description. EVK_EFORMAT. */
evk_status evk_description_match(const evk_json *description, evk_match_options *out,
                                 const char **pixels, evk_error *err);

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

/* Its transform, seed and size; text is the option, EVK_EFORMAT where it has none. */
evk_status evk_description_gaudy(const evk_json *description, struct evk_source *out,
                                 const char **transform, evk_error *err);

/* "leaves", "transform", "match": how images that are no neuron's are made; NULL: any other set. */
const char *evk_description_method(const evk_json *description);

/* The most rows that a set of this description may have: EVK_STREAM_MAX or EVK_CODE_MAX. */
int64_t evk_description_most_rows(const evk_json *description);

/* A whole number among the options; false where there is none. */
bool evk_description_int(const evk_json *description, const char *option, int64_t *out);

/* Is it an option that is true? */
bool evk_description_flag(const evk_json *description, const char *option);

/* How many images a set of transformed, matched or perturbed ones is made from; -1: not said. */
int64_t evk_description_images(const evk_json *description);

/* Of perturbed images. Reads the base images. Release the writer, also after a failure. */
evk_status evk_describe_adversarial(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_adversarial_options *options,
                                    const evk_image_list *images, const evk_run *run,
                                    evk_error *err);

/* Which kind of set it says that it is. */
enum evk_set_kind evk_description_kind(const evk_json *description);

/* Is it a set of perturbed images? Its recipe is one of responses. */
bool evk_description_is_adversarial(const evk_json *description);

/* Its options; texts live as long as the description. */
evk_status evk_description_adversarial(const evk_json *description, evk_adversarial_options *out,
                                       evk_error *err);

/* What the first of its models sees: EVK_EFORMAT where it does not say. */
evk_status evk_description_size(const evk_json *description, struct evk_size *out, evk_error *err);

/* Channels of the images that its models see; 0: it does not say. */
int64_t evk_description_channels(const evk_json *description);

/* Is it a set of natural images? Its recipe is the default, for responses. */
bool evk_description_is_natural(const evk_json *description);

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

/* The recipe of a set; its texts live as long as the description. */
evk_status evk_description_recipe(const evk_json *description, evk_recipe *out, evk_error *err);

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/model.h - models of neurons: open, describe, predict, differentiate
 *
 * A model is immutable once open and may be shared by any number of threads.
 * A session holds the working memory of one pass; each thread needs its own.
 * Predicting and differentiating allocate nothing and cannot fail.
 *
 * Images go in as display values (0 to 255), (h, w, c), channels innermost;
 * the model's own preprocessing, (value - mean) / scale, is part of the pass,
 * so gradients are per display level.
 *
 * A model is a network from one file, or an ensemble: members, each a network,
 * whose neurons correspond.  Its response is the mean over members.  A model
 * card (models/README.md) describes either.
 */
#ifndef EVK_MODEL_H
#define EVK_MODEL_H

#include <stdbool.h>

#include "evoke/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { EVK_CHANNELS_MAX = 16, EVK_MEMBERS_MAX = 64 };

typedef struct evk_model evk_model;
typedef struct evk_session evk_session;

struct evk_core_options;

/* What a file does not say. Zero-initialise for "as the model says". */
typedef struct evk_model_options {
    int64_t height, width;         /* for a model that leaves its size open; 0: as the model says */
    int mean_count, scale_count;   /* 0: as recognised; 1: for all channels; else one per channel */
    double mean[EVK_CHANNELS_MAX]; /* display values, subtracted first */
    double scale[EVK_CHANNELS_MAX]; /* display levels, divided by next; not 0 */
    const char *weights; /* folder for weights that are not beside their card; may be NULL */
    const struct evk_core_options *core; /* of a core with readouts, from its card; NULL: none */
} evk_model_options;

/* Where mean and scale came from. */
typedef enum evk_preprocessing {
    EVK_PREPROCESSING_UNKNOWN,   /* nobody said: mean 0, scale 1 */
    EVK_PREPROCESSING_GIVEN,     /* evk_model_options */
    EVK_PREPROCESSING_PUBLISHED, /* recognised: the published compact architecture */
} evk_preprocessing;

typedef struct evk_model_info {
    const char *path;   /* as given to evk_model_open */
    const char *name;   /* file name without folder and ending: target_model */
    const char *format; /* "keras", "numpy", "torch"; "card" or "ensemble" */
    const char *sha256; /* of the file, or of all that an ensemble's responses depend on; hex */
    int64_t height, width, channels;
    int64_t outputs;    /* neurons */
    int64_t members;    /* 1 for a network of its own */
    int64_t parameters; /* weights in the file, batch-norm statistics included */
    int64_t flops;      /* of one forward pass; a multiply-add counts as 2 */
    evk_preprocessing preprocessing;
    const double *mean, *scale; /* (channels) */
} evk_model_info;

/* One layer of the file, in its order; an ensemble has those of its first member. */
typedef struct evk_layer_summary {
    const char *name, *type; /* as the file spells them: "layer0_conv", "Conv2D" */
    int64_t height, width;   /* of its output; 0 where the output is a vector */
    int64_t channels;        /* or the length of the vector */
    int64_t parameters;
} evk_layer_summary;

/*
 * Pixels that can influence an output: rows and columns, inclusive.  An output
 * that sees nothing but padding gets the pixel nearest to it.
 */
typedef struct evk_extent {
    int64_t row_first, row_last, column_first, column_last;
} evk_extent;

/*
 * Effective receptive field: where the energy (squared, summed over channels)
 * of an output's gradient lies, averaged over 4 noise images like those an
 * ascent starts from.  Pixels; the centre of the top left pixel is (0, 0).
 */
typedef struct evk_receptive_field {
    double centre_row, centre_column; /* centre of gravity of the energy */
    double height, width;             /* 4 SD of the energy along rows, along columns */
} evk_receptive_field;

/*
 * Open a model file or a model card; the content decides which format it is.  options may be
 * NULL.  Errors name the file, what is wrong, what was found and expected.
 * Not thread-safe: open models from one thread.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open(evk_model **out, const char *path,
                                                 const evk_model_options *options, evk_error *err);
EVK_API void evk_model_free(evk_model *model);

/*
 * An ensemble from the command line, "NAME=MEMBER,MEMBER,...": each member a
 * FILE or FILE:NEURON, a model file or card, and one neuron of it.  EVK_EINVAL
 * where images or neurons of the members do not correspond.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_ensemble(evk_model **out, const char *text,
                                                          const evk_model_options *options,
                                                          evk_error *err);

/*
 * One neuron of a model from text that may be changed: FILE or FILE:NEURON.
 * *output is -1 where none is named.  The caller frees *out.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_neuron(evk_model **out, char *text,
                                                        const evk_model_options *options,
                                                        int64_t *output, evk_error *err);

/*
 * A judge from the command line, "FILE", "FILE:OUTPUTS" or with "NAME=" before:
 * a model file or card, a list of its outputs, and the name that the model goes
 * by from here on.  *outputs (*count) are those of the list in its order; an
 * output that is listed twice is there twice, since two models that are climbed
 * may be of one neuron.  NULL and 0 without a list.  EVK_ENOTFOUND: FILE is not
 * there.  EVK_EINVAL: the list names what the model does not have, or the name
 * is empty.  The caller frees *out, and *outputs with free().
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_judge(evk_model **out, const char *text,
                                                       const evk_model_options *options,
                                                       int64_t **outputs, size_t *count,
                                                       evk_error *err);

/* Member i, which belongs to the model; NULL past the last. A network of its own has itself. */
EVK_API const evk_model *evk_model_member(const evk_model *model, int64_t i);

/* The member's output that is a neuron of the model. */
EVK_API int64_t evk_model_member_output(const evk_model *model, int64_t i, int64_t output);

/* How responses of members are made comparable before anything is made of them. */
typedef enum evk_scaling {
    EVK_SCALING_RAW, /* as they are */
    EVK_SCALING_Z,   /* less the mean over reference images, by the SD */
    EVK_SCALING_SD   /* by the SD */
} evk_scaling;

/* "raw", "z" or "sd". EVK_EINVAL lists them. */
EVK_API EVK_MUST_CHECK evk_status evk_scaling_parse(evk_scaling *out, const char *text,
                                                    evk_error *err);

/*
 * Part of opening an ensemble, before it is used: mean and sd are those of the
 * members' responses to reference images, (members, outputs).  The model's
 * SHA-256 changes with them.  EVK_EINVAL: an SD is 0 or not finite, or the model
 * is no ensemble.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_scale_members(evk_model *model, evk_scaling scaling,
                                                          const double *mean, const double *sd,
                                                          evk_error *err);

/* The strings and arrays live as long as the model. */
EVK_API evk_model_info evk_model_describe(const evk_model *model);

/* Layer i of the file; false past the end. The strings live as long as the model. */
EVK_API bool evk_model_layer(const evk_model *model, size_t i, evk_layer_summary *out);

/* What opening the file recognised or inferred: "recognised", "a zip archive with ...". */
typedef struct evk_model_note {
    const char *what, *text;
} evk_model_note;

/* Note i; false past the end. The strings live as long as the model. */
EVK_API bool evk_model_noted(const evk_model *model, size_t i, evk_model_note *out);

/* output is in [0, outputs). */
EVK_API EVK_MUST_CHECK evk_status evk_model_extent(const evk_model *model, int64_t output,
                                                   evk_extent *out, evk_error *err);

/*
 * Effective receptive fields of count outputs; fields (count) is written.  An
 * output without any gradient at the noise images gets NaN in every member.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_receptive_fields(const evk_model *model,
                                                             const int64_t *outputs, size_t count,
                                                             evk_receptive_field *fields,
                                                             evk_error *err);

/* What a self-test saw. */
typedef struct evk_selftest {
    int64_t layers, parameters;
    int64_t neurons;     /* whose response and gradient at noise are finite */
    int64_t differences; /* that agree with the gradient */
    double worst;        /* of them, relative to the largest gradient value */
} evk_selftest;

/*
 * Does the model do what it says?  Its layers' parameters add up; and for the
 * first of count outputs, at most EVK_SELFTEST_NEURONS, at an image of noise,
 * response and gradient are finite, and in each ninth of the image the largest
 * gradient value is what differences of the response give, to a
 * fiftieth of the largest of all.  EVK_EFORMAT says what is not so.
 */
enum { EVK_SELFTEST_NEURONS = 16 };
EVK_API EVK_MUST_CHECK evk_status evk_model_selftest(const evk_model *model, const int64_t *outputs,
                                                     size_t count, evk_selftest *out,
                                                     evk_error *err);

/*
 * All of the above as one line of JSON, with extent and receptive field of the
 * given outputs: name, file, format, sha256, input {height, width, channels,
 * mean, scale, preprocessing}, outputs, populations [{key, first, count}: data
 * keys], parameters, flops, layers [{name, type, shape, parameters}], neurons [{output, extent {rows, columns}, receptive_field
 * {centre, size}, or null}].  The caller frees *json with free().
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_json(const evk_model *model, const int64_t *outputs,
                                                 size_t count, char **json, evk_error *err);

/*
 * Neurons.  A neuron is an output, and is called INDEX, or NAME where its card
 * names it, or KEY:INDEX where the file has readouts by data key, each with
 * neurons of its own.
 */
enum { EVK_NEURON_TEXT = 96 };

/* What an output is called. Returns text. */
EVK_API const char *evk_model_neuron(const evk_model *model, int64_t output,
                                     char text[EVK_NEURON_TEXT]);

/* The output that is called so, in any of the three forms. EVK_EINVAL: which there are. */
EVK_API EVK_MUST_CHECK evk_status evk_model_find_neuron(const evk_model *model, const char *name,
                                                        int64_t *output, evk_error *err);

/* Data key i, its first output and its neurons; false past the last. */
typedef struct evk_data_key {
    const char *key; /* lives as long as the model */
    int64_t first, count;
} evk_data_key;
EVK_API bool evk_model_data_key(const evk_model *model, size_t i, evk_data_key *out);

/*
 * Read a list of neurons for this model: "0-32,40", "KEY:0-3,KEY:7", "NAME".
 * NULL means all of them.  *outputs holds *count numbers in the order given,
 * without repeats; the caller frees it with free().  EVK_EINVAL for a malformed
 * list, a number out of range or a data key that is not there.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_outputs(const evk_model *model, const char *list,
                                                    int64_t **outputs, size_t *count,
                                                    evk_error *err);

/* Two models with the same name, or a name that a table cannot hold, are an error. */
EVK_API EVK_MUST_CHECK evk_status evk_models_check_names(const evk_model *const *models,
                                                         size_t count, evk_error *err);

/* The model must outlive the session. The caller frees *out. */
EVK_API EVK_MUST_CHECK evk_status evk_session_new(evk_session **out, const evk_model *model,
                                                  evk_error *err);

/*
 * A session for one output alone, as fast as its receptive field allows.  Its
 * outputs are that one: responses and weights have one place a member.
 */
EVK_API EVK_MUST_CHECK evk_status evk_session_new_for(evk_session **out, const evk_model *model,
                                                      int64_t output, evk_error *err);
EVK_API void evk_session_free(evk_session *session);
EVK_API const evk_model *evk_session_model(const evk_session *session);

/* The one output that it is for; -1: all. */
EVK_API int64_t evk_session_output(const evk_session *session);

/* Outputs of the session: the model's, or 1. */
EVK_API int64_t evk_session_outputs(const evk_session *session);

/*
 * Predicted responses to one image: image (h, w, c) display values, responses
 * (outputs) in the model's units: of an ensemble, the mean over members.
 */
EVK_API void evk_session_predict(evk_session *session, const float *image, float *responses);

/* Of the last evk_session_predict, each member's: (members, outputs), until the next. */
EVK_API const float *evk_session_members(const evk_session *session);

/*
 * Gradient of the weighted sum of members' outputs at the image of the last
 * evk_session_predict: weights (members, outputs), gradient (h, w, c) per display level.
 */
EVK_API void evk_session_gradient(evk_session *session, const float *weights, float *gradient);

#ifdef __cplusplus
}
#endif
#endif /* EVK_MODEL_H */

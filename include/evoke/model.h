/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/model.h - models of neurons: open, describe, predict, differentiate
 *
 * A model maps an image to the predicted responses of neurons; a neuron is one output of the model.
 * An open model does not change, and any number of threads may share it.  A session holds the
 * working memory of one forward and backward pass, so that each thread needs a session of its own.
 * Predicting and differentiating with a session allocate no memory and cannot fail.
 *
 * Images go in as display values from 0 to 255, (height, width, channels) with the channels
 * innermost.  Values beyond that range are taken as they are, and each has to be a finite number:
 * to an image with NaN or infinity in it, some models give a response that is finite and means
 * nothing.  The model's own preprocessing, (value - mean) / scale, is a part of the pass, so that
 * gradients are with respect to display values.
 *
 * A model is either a single network, from one file, or an ensemble of networks, its members, whose
 * neurons correspond to each other: the response of an ensemble's neuron is the mean of its
 * members' responses.  A model card, a JSON file (models/README.md), can describe either kind.
 */
#ifndef EVK_MODEL_H
#define EVK_MODEL_H

#include <stdbool.h>

#include "evoke/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_model evk_model;
typedef struct evk_session evk_session;

/*
 * What the caller knows of a model and its file does not say.  A struct that is all zero (or NULL
 * in its place) leaves everything as the model file says.
 */
typedef struct evk_model_options {
    int64_t height, width; /* pixels, for a model that takes images of any size; 0: not given */
    /*
     * How many values mean and scale have: 0, not given; 1, one for all channels; or one for each
     * channel.  Where mean is not given, it is that of the published compact models if the file is
     * recognised as one of their architecture, and else 0; scale is then 1.
     */
    size_t mean_count, scale_count;
    const double *mean;  /* (mean_count) display values, which are subtracted from the image */
    const double *scale; /* (scale_count) display levels, which divide the difference; not 0 */
    /*
     * Folder where the weights of model cards are, if they are not in the folder of the card; NULL:
     * none.
     */
    const char *weights;
    /*
     * Units inside the network, which take the place of its outputs as neurons; channel_count 0:
     * none, the outputs are the neurons.  Each text is LAYER:CHANNELS@PLACE, where LAYER is a layer
     * that evk_model_layer gives.  CHANNELS are channels of its output, from 0, such as "0-31,40",
     * or "all"; LAYER alone means all, too.  PLACE is "ROW,COLUMN" of the layer's map, from 0;
     * "mean", over the map; or "centre", as without "@PLACE": the position of the largest absolute
     * weight of the readout that follows, or the middle of the map where none follows.  The text
     * "all" stands for all channels of all convolutions in order of depth; "@PLACE" may follow.  A
     * neuron has the name LAYER:CHANNEL, LAYER:CHANNEL@ROWxCOLUMN or LAYER:CHANNEL@mean, which is
     * such a text, too.  At most 256 texts.
     */
    size_t channel_count;
    const char *const *channels; /* (channel_count) */
    /* Is a unit the value after the activation of its layer, rather than before? */
    bool after_activation;
    /*
     * Text file with the names of the neurons, one on each line, in the order of the outputs; NULL:
     * none, the neurons have the names that the model's file or card gives them, or numbers.
     */
    const char *names;
} evk_model_options;

/* Where the mean and the scale of a model's preprocessing come from. */
typedef enum evk_preprocessing {
    EVK_PREPROCESSING_UNKNOWN,   /* nothing says what they are: mean is 0 and scale is 1 */
    EVK_PREPROCESSING_GIVEN,     /* evk_model_options, or a model card, gives mean and scale */
    EVK_PREPROCESSING_PUBLISHED, /* the file has the architecture of the published compact models */
    EVK_PREPROCESSING_FILE, /* the network begins with one; mean is 0 and scale is 1 before it */
} evk_preprocessing;

/* What is known of a model. */
typedef struct evk_model_info {
    const char *path;   /* as given to evk_model_open */
    const char *name;   /* file name without folder and ending; the target_model of tables */
    const char *format; /* "keras", "onnx", "numpy", "torch", "card" or "ensemble" */
    /* SHA-256 of the file, or of all that an ensemble's responses depend on; hexadecimal */
    const char *sha256;
    int64_t height, width, channels; /* size and channels of the model's images */
    int64_t outputs;                 /* number of neurons */
    int64_t members;                 /* number of networks in an ensemble; 1 for a single network */
    int64_t parameters; /* weights in the file, with the statistics of batch normalisation */
    int64_t flops;      /* operations of one forward pass; a multiply-add counts as 2 */
    evk_preprocessing preprocessing;
    const double *mean, *scale; /* (channels) of the preprocessing, in display values and levels */
} evk_model_info;

/* One layer of a model file. */
typedef struct evk_layer_summary {
    const char *name, *type; /* as the file spells them, such as "layer0_conv" and "Conv2D" */
    int64_t height, width;   /* size of the layer's output; 0 where the output is a vector */
    int64_t channels;        /* channels of the layer's output, or the length of the vector */
    int64_t parameters;      /* number of weights */
} evk_layer_summary;

/*
 * The pixels of the image that can influence an output at all: the first and the last row and
 * column, counted from 0, both inclusive.
 */
typedef struct evk_extent {
    int64_t row_first, row_last, column_first, column_last;
} evk_extent;

/*
 * The effective receptive field of an output: where the energy of its gradient lies, which is the
 * squared gradient of a pixel, summed over channels and over 4 images of uniform noise between 128
 * and 178 display levels.  All numbers are in pixels; (0, 0) is the centre of the top left pixel.
 */
typedef struct evk_receptive_field {
    double centre_row, centre_column; /* the mean position, weighted by energy */
    double height, width;             /* 4 SD of the row, and of the column, weighted by energy */
} evk_receptive_field;

/*
 * Opens a model file or a model card.  The contents of the file decide which format it is.  Several
 * threads may open models at once, and the same file too.
 *   out      the new model, which the caller frees with evk_model_free
 *   path     the file
 *   options  what the file does not say; NULL: nothing
 * EVK_EIO: a file cannot be read.  EVK_EFORMAT: it is damaged, or of no known format.
 * EVK_EUNSUPPORTED: it has a layer or a feature that the library does not implement.  EVK_EINVAL:
 * the options do not fit the model.  Each message has the file, what is wrong, what was found there
 * and what was expected.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open(evk_model **out, const char *path,
                                                 const evk_model_options *options, evk_error *err);
EVK_API void evk_model_free(evk_model *model);

/*
 * Opens an ensemble from a text "NAME=MEMBER,MEMBER,...".  Each MEMBER is FILE, a model file or
 * card all of whose neurons take part, or FILE:NEURON, of which one neuron takes part.
 *   out      the new model, named NAME, which the caller frees with evk_model_free
 *   text     the description of the ensemble
 *   options  what the files do not say, the same for all of them; NULL: nothing
 * EVK_ENOTFOUND: a FILE does not exist.  EVK_EINVAL: the text is malformed, or the members differ
 * in the size of their images, the number of their neurons or their data keys.  EVK_EUNSUPPORTED:
 * there are more than 64 networks; a card of several networks counts as that many members.
 * Otherwise as evk_model_open.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_ensemble(evk_model **out, const char *text,
                                                          const evk_model_options *options,
                                                          evk_error *err);

/*
 * Opens a model from a text "FILE" or "FILE:NEURON".
 *   out      the new model, which the caller frees with evk_model_free
 *   text     the text
 *   options  what the file does not say; NULL: nothing
 *   output   the index of NEURON among the model's outputs, or -1 where the text names no neuron
 * EVK_ENOTFOUND: FILE does not exist.  EVK_EINVAL: the model has no such neuron.  Otherwise as
 * evk_model_open.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_neuron(evk_model **out, const char *text,
                                                        const evk_model_options *options,
                                                        int64_t *output, evk_error *err);

/*
 * Opens a judge, a model that scores finished images (evk_judges), from a text "FILE" or
 * "FILE:OUTPUTS", which "NAME=" may precede.
 *   out      the new model, which the caller frees with evk_model_free; its name is NAME, if given
 *   text     FILE is a model file or card, OUTPUTS a list of its neurons as in evk_model_outputs
 *   options  what the file does not say; NULL: nothing
 *   outputs  (*count) indices of the listed outputs, in the order of the list; an output that is
 *            listed twice is there twice.  NULL where the text has no list.  The caller frees it
 *            with evk_free
 *   count    the number of outputs; 0 where the text has no list
 * EVK_ENOTFOUND: FILE does not exist.  EVK_EINVAL: the model does not have an output of the list,
 * or NAME is empty.  Otherwise as evk_model_open.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_open_judge(evk_model **out, const char *text,
                                                       const evk_model_options *options,
                                                       int64_t **outputs, size_t *count,
                                                       evk_error *err);

/*
 * Returns member i of an ensemble, which the ensemble owns, or NULL past the last.  A single
 * network is its own member 0.
 */
EVK_API const evk_model *evk_model_member(const evk_model *model, int64_t i);

/*
 * Returns the index, among the outputs of member i, of an output of the model.  i is below the
 * number of members, and output below the number of outputs.
 */
EVK_API int64_t evk_model_member_output(const evk_model *model, int64_t i, int64_t output);

/*
 * How the responses of an ensemble's members are made comparable before they are averaged or
 * combined in any other way.  Mean and SD are taken over reference images, for each member and
 * neuron by itself.
 */
typedef enum evk_scaling {
    EVK_SCALING_RAW, /* responses stay as they are */
    EVK_SCALING_Z,   /* the mean is subtracted, then the difference divided by the SD */
    EVK_SCALING_SD   /* the response is divided by the SD */
} evk_scaling;

/* Converts "raw", "z" or "sd".  EVK_EINVAL: the text is another; the message lists all three. */
EVK_API EVK_MUST_CHECK evk_status evk_scaling_parse(evk_scaling *out, const char *text,
                                                    evk_error *err);

/*
 * Scales the responses of an ensemble's members.  A call is a part of opening the ensemble, and has
 * to come before its first session.  The model's SHA-256 changes, since its responses do.  With
 * EVK_SCALING_RAW nothing happens.
 *   mean, sd  (members, outputs) mean and SD of each member's responses to reference images
 * EVK_EINVAL: the model is no ensemble, or a mean or an SD is not finite, or an SD is 0.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_scale_members(evk_model *model, evk_scaling scaling,
                                                          const double *mean, const double *sd,
                                                          evk_error *err);

/* Returns what is known of the model.  The model owns the struct, its strings and its arrays. */
EVK_API const evk_model_info *evk_model_describe(const evk_model *model);

/*
 * Describes layer i of the model file, in the order of the file; of an ensemble, layer i of its
 * first member.  Returns false past the last layer.  The strings live as long as the model.
 */
EVK_API bool evk_model_layer(const evk_model *model, size_t i, evk_layer_summary *out);

/*
 * Something that was found when the file was opened.  `what` is a keyword and `text` a phrase.
 * "recognised" says what the file is, "assumed" what evoke took for granted beyond the file, and
 * "check" how to find out whether that is right.
 */
typedef struct evk_model_note {
    const char *what, *text;
} evk_model_note;

/*
 * Gives note i on the model file.  Of an ensemble, notes on the file of its first member come first,
 * then notes on fitted readouts ("readout"), and on recordings ("fitted on") and models ("teacher")
 * to whose responses these were fitted.  Returns false past the last note.  The strings live as long
 * as the model.
 */
EVK_API bool evk_model_noted(const evk_model *model, size_t i, evk_model_note *out);

/*
 * Gives the interval in which the recorded mean response to an image is expected with a probability
 * of 90 %, where the model predicts this response of an output.  The card of a model says it of
 * units that evk_fit fitted to a recording, in the unit of the recording.  Returns false where the
 * model does not know it; *low and *high are then NAN.
 */
EVK_API bool evk_model_interval(const evk_model *model, int64_t output, double response,
                                double *low, double *high);

/*
 * Computes the pixels that can influence an output, from the kernels and strides of the layers; of
 * an ensemble, the smallest rectangle that has the pixels of all members.  An output that sees
 * nothing but padding gets the pixel of the image that is nearest to it, and one that no pixel
 * influences gets the first pixel.  EVK_EINVAL: the model has no such output.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_extent(const evk_model *model, int64_t output,
                                                   evk_extent *out, evk_error *err);

/*
 * Measures effective receptive fields, with OMP_NUM_THREADS threads, or else one per core.
 *   outputs  (count) indices of the outputs
 *   fields   (count) the results; all four numbers are NaN where the gradient of the output is zero
 *            at all noise images
 * EVK_EINVAL: the model has no such output.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_receptive_fields(const evk_model *model,
                                                             const int64_t *outputs, size_t count,
                                                             evk_receptive_field *fields,
                                                             evk_error *err);

/* The results of a self-test that the model passed. */
typedef struct evk_selftest {
    /* number of layers, and of parameters; of an ensemble, those of its first member */
    int64_t layers, parameters;
    int64_t neurons;     /* tested neurons */
    int64_t differences; /* gradient values that were compared with differences */
    double worst; /* largest deviation of such a value, over the neuron's largest gradient value */
} evk_selftest;

/*
 * Tests a model.  The parameters of its layers have to add up to those of the file.  Then, for the
 * first 16 of the given outputs, the response to an image of noise and its gradient have to be
 * finite; and in each ninth of the image (3 x 3 equal parts), the gradient value of largest
 * magnitude has to agree with finite differences of the response, to 1/50 of the neuron's largest
 * gradient value.
 *   outputs  (count) indices of the outputs
 * EVK_EFORMAT: a test failed; the message has the neuron, and what was found.  EVK_EINVAL: the
 * model has no such output.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_selftest(const evk_model *model, const int64_t *outputs,
                                                     size_t count, evk_selftest *out,
                                                     evk_error *err);

/* What a model makes of images of noise and of mid-gray, which tells whether its preprocessing
   can be right.  Noise are 4 images of uniform values between 0 and 255. */
typedef struct evk_range {
    /* the lowest and the highest response of all outputs, in the units of the model */
    double noise_lowest, noise_highest, gray_lowest, gray_highest;
    bool finite; /* are all these responses finite? */
    /* the first layer with weights, as messages name it; mean and SD of its values on noise;
       of an ensemble, those of its first member.  NULL: the network has none.  It lives as long as
       the model */
    const char *layer;
    double layer_mean, layer_sd;
    const char *doubt; /* a sentence on what looks wrong; NULL: nothing does */
} evk_range;

/* Measures the range of a model.  EVK_ENOMEM is the only error. */
EVK_API EVK_MUST_CHECK evk_status evk_model_range(const evk_model *model, evk_range *out,
                                                  evk_error *err);

/*
 * Describes a model as one line of JSON, an object with
 *
 *   name, file, format, sha256                as in evk_model_info
 *   notes                                     [{what, text}], as in evk_model_note
 *   input                                     {height, width, channels, mean, scale, preprocessing}
 *   range                                     {noise, gray, layer, layer_mean, layer_sd, doubt},
 *                                             as in evk_range; noise and gray are [lowest, highest]
 *   outputs                                   number of neurons
 *   populations                               [{key, first, count}], as in evk_data_key
 *   parameters, flops                         as in evk_model_info
 *   layers                                    [{name, type, shape, parameters}]
 *   neurons                                   [{output, extent {rows, columns}, receptive_field
 *                                             {centre, size} or null}], of the given outputs
 *
 *   outputs  (count) indices of the outputs
 *   json     the text, which the caller frees with evk_free
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_json(const evk_model *model, const int64_t *outputs,
                                                 size_t count, char **json, evk_error *err);

/*
 * Names of neurons.  A neuron is an output of a model.  Its name is KEY:INDEX where the file has
 * a readout with neurons of its own for each of several data keys; or NAME where
 * evk_model_options, the model card or the file names the neurons; and otherwise its INDEX among
 * the outputs, from 0.
 */
enum { EVK_NEURON_TEXT = 96 };

/*
 * Writes the name of an output's neuron: NAME, KEY:INDEX or INDEX, which has at most 95 bytes.
 * output is below the model's number of outputs.  Returns text.
 */
EVK_API const char *evk_model_neuron(const evk_model *model, int64_t output,
                                     char text[EVK_NEURON_TEXT]);

/*
 * Finds the output that has a name, in any of the three forms.  EVK_EINVAL: the model has none, or
 * the name stands for several; the message says which names there are.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_find_neuron(const evk_model *model, const char *name,
                                                        int64_t *output, evk_error *err);

/* A data key of a model, which stands for a run of its outputs: the neurons of one recording. */
typedef struct evk_data_key {
    const char *key; /* lives as long as the model */
    int64_t first;   /* index of the first output of the data key */
    int64_t count;   /* number of outputs of the data key */
} evk_data_key;

/* Gives data key i of the model; returns false past the last.  Most models have none. */
EVK_API bool evk_model_data_key(const evk_model *model, size_t i, evk_data_key *out);

/*
 * Reads a list of neurons, such as "0-32,40", "KEY:0-3,KEY:7" or "NAME".
 *   list     the list; NULL: all neurons of the model
 *   outputs  (*count) indices of the outputs, in the order of the list, each once; the caller frees
 *            it with evk_free
 * EVK_EINVAL: the list is malformed, a number is out of range, or the model has no such name or
 * data key.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_outputs(const evk_model *model, const char *list,
                                                    int64_t **outputs, size_t *count,
                                                    evk_error *err);

/*
 * Checks that models can stand in one table.  EVK_EINVAL: two of them have the same name, or a name
 * is not UTF-8 or has a comma, colon, quote, control or invisible character.
 */
EVK_API EVK_MUST_CHECK evk_status evk_models_check_names(const evk_model *const *models,
                                                         size_t count, evk_error *err);

/*
 * Predicts the responses to images in memory, with several threads.
 *   images     (count, height, width, channels) display values
 *   threads    number of threads; 0: OMP_NUM_THREADS, or else one per core
 *   responses  (count, outputs), written, as evk_session_predict writes them
 * EVK_ENOMEM is the only error.  Where count is 0, nothing is read or written.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_predict(const evk_model *model, const float *images,
                                                    size_t count, int threads, float *responses,
                                                    evk_error *err);

/*
 * Computes, for each of some images in memory, the gradient of a weighted sum of the model's
 * responses with respect to the image.
 *   output     the only output that is in the sum, or -1: all outputs are
 *   images     (count, height, width, channels) display values
 *   weights    (count), or where output is -1 (count, outputs): the weight of each response in the
 *              sum of its image; NULL: all are 1
 *   threads    number of threads; 0: OMP_NUM_THREADS, or else one per core
 *   gradients  (count, height, width, channels), written, in units of the response per display
 *              level
 * EVK_EINVAL: the model has no such output.
 */
EVK_API EVK_MUST_CHECK evk_status evk_model_gradient(const evk_model *model, int64_t output,
                                                     const float *images, size_t count,
                                                     const float *weights, int threads,
                                                     float *gradients, evk_error *err);

/*
 * Makes a session for all outputs of a model.  The caller frees *out with evk_session_free, before
 * the model.
 */
EVK_API EVK_MUST_CHECK evk_status evk_session_new(evk_session **out, const evk_model *model,
                                                  evk_error *err);

/*
 * Makes a session for one output of a model, which computes no more of the network than that output
 * depends on.  Such a session has one output, so that its responses have 1 value and its weights
 * (members, 1).  EVK_EINVAL: the model has no such output.  Otherwise as evk_session_new.
 */
EVK_API EVK_MUST_CHECK evk_status evk_session_new_for(evk_session **out, const evk_model *model,
                                                      int64_t output, evk_error *err);
EVK_API void evk_session_free(evk_session *session);

/* Returns the model that a session was made for. */
EVK_API const evk_model *evk_session_model(const evk_session *session);

/* Returns the model's output that a session was made for, or -1 for a session for all outputs. */
EVK_API int64_t evk_session_output(const evk_session *session);

/* Returns the number of outputs of the session: that of the model, or 1. */
EVK_API int64_t evk_session_outputs(const evk_session *session);

/*
 * Predicts the responses to one image.
 *   image      (height, width, channels) display values
 *   responses  (outputs of the session), written, in the units of the model; of an ensemble the
 *              means over its members.  Not finite where the network gives no finite number
 */
EVK_API void evk_session_predict(evk_session *session, const float *image, float *responses);

/*
 * Returns the responses of each member, (members, outputs of the session), at the last
 * evk_session_predict.  The session owns them; the next prediction overwrites them.
 */
EVK_API const float *evk_session_members(const evk_session *session);

/*
 * Computes the gradient, with respect to the image, of a weighted sum of the members' responses, at
 * the image of the last evk_session_predict.
 *   weights   (members, outputs of the session)
 *   gradient  (height, width, channels), written, in units of the response per display level
 */
EVK_API void evk_session_gradient(evk_session *session, const float *weights, float *gradient);

#ifdef __cplusplus
}
#endif
#endif /* EVK_MODEL_H */

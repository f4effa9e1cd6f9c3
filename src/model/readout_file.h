/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readout_file.h - the weights of fitted readouts, in an archive of NumPy's arrays
 *
 * For member M of a card and layer L of its readout, both from 0, the array weights_M_L has the
 * shape (rows, columns, channels, neurons), and bias_M the shape (neurons).
 */
#ifndef EVK_MODEL_READOUT_FILE_H
#define EVK_MODEL_READOUT_FILE_H

#include "base/fs.h"
#include "model/readout.h"

/* The most neurons of a readout. */
enum { EVK_READOUT_NEURONS_MAX = 1 << 20 };

/* The file of a readout, read; everything is borrowed. */
struct evk_readout_file {
    const char *path;   /* for messages and listings */
    const char *sha256; /* of the bytes */
    const struct evk_bytes *bytes;
    int64_t member; /* whose arrays are read */
};

/* Weights as in struct evk_readout, owned. */
struct evk_readout_weights {
    float *weights, *bias;
    int64_t neurons;
};

void evk_readout_weights_release(struct evk_readout_weights *w);

/*
 * Reads the weights of one member for features of these shapes.  Shapes are compared before numbers
 * are allocated.  The caller releases *out.  Messages begin with the file's path.  EVK_EFORMAT: the
 * file is no archive, or an array is missing, has another shape or a number that is not finite.
 */
evk_status evk_readout_file_read(struct evk_readout_weights *out, const struct evk_readout_file *f,
                                 const struct evk_features *features, evk_error *err);

#endif /* EVK_MODEL_READOUT_FILE_H */

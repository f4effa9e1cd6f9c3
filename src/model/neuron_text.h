/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_text.h - a model file and one of its neurons from the command line: "FILE:NEURON" */
#ifndef EVK_MODEL_NEURON_TEXT_H
#define EVK_MODEL_NEURON_TEXT_H

#include "evoke/model.h"

/*
 * Splits "FILE" or "FILE:NEURON", where FILE may have colons in its name: FILE is the longest part
 * of the text, up to a colon or the end, that is an existing file.  text is cut behind FILE, and
 * *neuron points to NEURON in text, or is NULL where there is none.  EVK_ENOTFOUND: no part is a
 * file; text is then unchanged.
 */
evk_status evk_model_split(char *text, const char **neuron, evk_error *err);

#endif /* EVK_MODEL_NEURON_TEXT_H */

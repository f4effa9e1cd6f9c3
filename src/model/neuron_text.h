/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_text.h - a model file and one of its neurons from the command line: "FILE:NEURON" */
#ifndef EVK_MODEL_NEURON_TEXT_H
#define EVK_MODEL_NEURON_TEXT_H

#include "evoke/model.h"

/*
 * FILE or FILE:NEURON, where the file may have colons in its name: the longest
 * part that is a file, so that text is cut behind it.  *neuron is NULL without
 * one.  EVK_ENOTFOUND: no part is a file, and text is as it was.
 */
evk_status evk_model_split(char *text, const char **neuron, evk_error *err);

#endif /* EVK_MODEL_NEURON_TEXT_H */

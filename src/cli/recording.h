/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recording.h - help of the options with which commands read recorded responses */
#ifndef EVK_CLI_RECORDING_H
#define EVK_CLI_RECORDING_H

#define RESPONSES_HELP                                                                            \
    "read recorded responses from FILE: a NumPy array (.npy) of units x images, or units x "      \
    "images x repeats, with NaN where there is no response; or a table (.csv, .tsv) with a line " \
    "for each presentation, a column image or stim_code, and a column for each unit"
#define ROWS_HELP "use these images alone, by their numbers from 1, such as 1-600,901-1200"
#define UNIT_NAMES_HELP                                                                        \
    "give the units of an array the names in the text file FILE, one name on each line; of a " \
    "table, use the columns that have these names as units"

#endif /* EVK_CLI_RECORDING_H */

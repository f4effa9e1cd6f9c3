/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell.h - numbers in the tables that commands print */
#ifndef EVK_CLI_CELL_H
#define EVK_CLI_CELL_H

/* Prints a tab, and then a number with three decimals; n/a where the number is not finite. */
void cell_print(double value);

#endif /* EVK_CLI_CELL_H */

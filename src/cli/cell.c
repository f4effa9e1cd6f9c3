/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell.c - numbers in the tables that commands print */
#include "cli/cell.h"

#include <math.h>
#include <stdio.h>

/* A number that rounds to 0 is printed without a sign. */
void cell_print(double value)
{
    if (isfinite(value))
        printf("\t%.3f", fabs(value) < 0.0005 ? 0 : value);
    else
        fputs("\tn/a", stdout);
}

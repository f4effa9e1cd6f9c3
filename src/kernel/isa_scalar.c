/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isa_scalar.c - the kernels, built for scalar */
#define ISA scalar
#include "kernel/vec_scalar.h"

#include "kernel/tmpl/table.h"

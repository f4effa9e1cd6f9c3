/* SPDX-License-Identifier: GPL-3.0-or-later */
/* isa_scalar.c - the kernels, compiled without vector instructions, for any machine */
#define ISA scalar
#include "kernel/vec_scalar.h"

#include "kernel/tmpl/table.h"

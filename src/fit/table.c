/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - NAME.tsv: a line for each unit that was fitted, as --units reads it */
#include "fit/fit.h"

void evk_fit_table(const struct evk_fit_work *w, struct evk_str *text)
{
    evk_str_puts(text, "unit\tmodel\toutput\timages\tjudge\tjudge_output\tkeep\tn\tr_cv\tr_low\t"
                       "r_high\tr2_er\tceiling\n");
    for (int64_t k = 0; k < w->units.usable; k++) {
        const evk_fit_unit *u = &w->report->units[w->units.unit[k]];

        evk_str_printf(text, "%s\t%s.json\t%s\tn/a\tn/a\tn/a\t%s\t%lld", u->name,
                       evk_base_name(w->name), u->name, u->keep ? "true" : "false",
                       (long long)u->images);
        evk_str_cell(text, u->r);
        evk_str_cell(text, u->low);
        evk_str_cell(text, u->high);
        evk_str_cell(text, u->r2_er);
        evk_str_cell(text, u->ceiling);
        evk_str_puts(text, "\n");
    }
}

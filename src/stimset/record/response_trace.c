/* SPDX-License-Identifier: GPL-3.0-or-later */
/* response_trace.c - the predicted response along one ascent, thinned to at most 101 points */
#include "stimset/record/response_trace.h"

#include <string.h>

#include "base/num.h"

int64_t evk_response_trace_count(int64_t steps)
{
    return steps < EVK_RESPONSE_TRACE_MAX ? steps + 1 : EVK_RESPONSE_TRACE_MAX;
}

int64_t evk_response_trace_step(int64_t steps, int64_t i)
{
    return steps < EVK_RESPONSE_TRACE_MAX ? i : i * steps / (EVK_RESPONSE_TRACE_MAX - 1);
}

void evk_response_trace_note(struct evk_response_trace *t, int64_t steps, int64_t step,
                             float response)
{
    if (step == 0)
        t->count = 0;
    if (t->count < evk_response_trace_count(steps) &&
        step == evk_response_trace_step(steps, t->count))
        t->response[t->count++] = response;
}

void evk_response_trace_write(const struct evk_response_trace *t, int64_t count, char separator,
                              struct evk_str *out)
{
    char number[EVK_REAL_TEXT];

    for (int64_t i = 0; i < count; i++)
        evk_str_printf(out, "%c%s", separator,
                       i < t->count ? evk_format_real((double)t->response[i], number) : "n/a");
}

bool evk_response_trace_read(struct evk_response_trace *t, const char *cell)
{
    double r;

    if (strcmp(cell, "n/a") == 0)
        return true;
    if (t->count == EVK_RESPONSE_TRACE_MAX || !evk_parse_real(cell, &r))
        return false;
    t->response[t->count++] = (float)r;
    return true;
}

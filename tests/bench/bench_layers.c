/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench_layers.c - the time of each layer of a network: bench_layers [MODEL...]
 *
 * For each model it prints a table in Markdown, of the network that an ascent of neuron 0 runs.
 * The columns are: the layer; its type; the size of its output; MFLOP of its forward pass by direct
 * summation, whatever way it takes; ms forward and the fraction of the peak rate of multiply-adds
 * that those operations would then have had, over 1 where a way takes fewer; the same backward; and
 * the share of all layers' time.  Layers of a share below SHOWN are one row.  Times are medians of
 * RUNS, on one thread.  The layer's arrays are those of a pass, in the caches as far as they fit;
 * the layers of a chain are given row after row, as in a pass.
 *
 * Without arguments the models are compact ones, a model of macaque V1 and one of mouse V1, from
 * $EVOKE_PUBLISHED or ../shared/published; and the ResNets that `make bench-peer` wrote.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "model/model.h"

enum { RUNS = 15, PATH = 1024 };
static const double SHOWN = 0.01;

struct times {
    double forward, backward, flops; /* ms, ms, operations of a forward pass */
};

static bool in_chain(const struct evk_plan *p, int i)
{
    return p->places[i].in_chain || (i > 0 && p->places[i - 1].in_chain);
}

static void forward(const struct evk_plan *p, int i, const struct evk_pass *o)
{
    const struct evk_node *n = &p->graph->nodes[i];

    if (!in_chain(p, i)) {
        n->type->forward(n->layer, o);
        return;
    }
    for (int64_t row = 0; row < n->in->h; row++)
        n->type->rows.forward(n->layer, o, row, row + 1);
}

static void backward(const struct evk_plan *p, int i, const struct evk_pass *o)
{
    const struct evk_node *n = &p->graph->nodes[i];

    if (in_chain(p, i)) {
        for (int64_t row = 0; row < n->out.h; row++)
            n->type->rows.backward(n->layer, o, row, row + 1);
        return;
    }
    for (int j = 0; j < n->inputs; j++)
        if (!n->type->overwrites)
            memset(o->gx[j], 0, (size_t)evk_plan_floats(p, n->input[j]) * sizeof(**o->gx));
    n->type->backward(n->layer, o);
}

static struct times time_node(const struct evk_passes *s, int i)
{
    const struct evk_node *n = &s->plan->graph->nodes[i];
    struct evk_run_io io = {.x = {NULL}};
    const struct evk_pass o = evk_run_pass(s->plan, s->arena, 0, i, &io);
    double f[RUNS], b[RUNS];

    for (int r = 0; r < RUNS; r++) {
        f[r] = bench_now();
        forward(s->plan, i, &o);
        f[r] = bench_now() - f[r];
        b[r] = bench_now();
        backward(s->plan, i, &o);
        b[r] = bench_now() - b[r];
    }
    return (struct times){bench_median(f, RUNS), bench_median(b, RUNS),
                          n->type->flops ? (double)n->type->flops(n->layer, n->in, &n->out) : 0};
}

/* Times whole passes, which leave in the arena what the layers are timed with. */
static struct times time_passes(struct evk_passes *s, const float *image, float *gradient,
                                float *responses)
{
    double f[RUNS], b[RUNS];
    float one = 1;

    for (int r = 0; r < RUNS; r++) {
        f[r] = bench_now();
        evk_passes_forward(s, image, responses);
        f[r] = bench_now() - f[r];
        b[r] = bench_now();
        evk_passes_backward(s, &one, gradient);
        b[r] = bench_now() - b[r];
    }
    return (struct times){bench_median(f, RUNS), bench_median(b, RUNS),
                          (double)evk_graph_flops(s->plan->graph)};
}

/* Prints a row; peak is in GFLOP/s, all the ms of all layers. */
static void print_row(const char *name, const char *type, const char *size, struct times t,
                      double peak, double all)
{
    const double scale = 1e-6 * t.flops / peak;

    printf("| %s | %s | %s | %.2f | %.3f | %.2f | %.3f | %.2f | %.1f %% |\n", name, type, size,
           1e-6 * t.flops, t.forward, t.forward > 0 ? scale / t.forward : 0, t.backward,
           t.backward > 0 ? scale / t.backward : 0, 100 * (t.forward + t.backward) / all);
}

static void add(struct times *sum, struct times t)
{
    sum->forward += t.forward;
    sum->backward += t.backward;
    sum->flops += t.flops;
}

static void print_layers(const struct evk_graph *g, const struct times *t, struct times whole,
                         double peak)
{
    struct times sum = {0, 0, 0}, rest = {0, 0, 0};
    char size[EVK_LAYER_SHAPE_TEXT];
    double all;

    for (int i = 1; i < g->count; i++)
        add(&sum, t[i]);
    all = sum.forward + sum.backward;
    puts("| layer | type | output | MFLOP | forward, ms | of the peak | backward, ms | of the peak "
         "| "
         "share |");
    puts("|---|---|---|---|---|---|---|---|---|");
    for (int i = 1; i < g->count; i++)
        if (t[i].forward + t[i].backward < SHOWN * all)
            add(&rest, t[i]);
        else
            print_row(g->nodes[i].name, g->nodes[i].type->name,
                      evk_layer_shape_text(&g->nodes[i].out, size), t[i], peak, all);
    print_row("the others", "", "", rest, peak, all);
    print_row("a whole pass", "", "", whole, peak, all);
}

static void *need(int64_t n, size_t size)
{
    void *p = calloc((size_t)n, size);

    if (!p)
        exit(1);
    return p;
}

static void bench(const evk_model *model)
{
    const evk_model_info *info = evk_model_describe(model);
    const int64_t pixels = info->height * info->width * info->channels;
    float *image = need(pixels, sizeof(*image)), *gradient = need(pixels, sizeof(*gradient));
    float *responses = need(info->outputs, sizeof(*responses));
    const double peak = bench_peak(model->plan.kernels);
    struct evk_passes s;
    struct times *t, whole;

    if (evk_passes_init(&s, &model->plan, 0, NULL, NULL))
        exit(1);
    for (int64_t i = 0; i < pixels; i++)
        image[i] = ((float)(i * 37 % 256) - (float)info->mean[i % info->channels]) /
                   (float)info->scale[i % info->channels];
    whole = time_passes(&s, image, gradient, responses);
    t = need(s.plan->graph->count, sizeof(*t));
    for (int i = 1; i < s.plan->graph->count; i++)
        t[i] = time_node(&s, i);
    printf("\n**%s**, neuron 0: the peak is %.0f GFLOP/s.\n\n", info->name, peak);
    print_layers(s.plan->graph, t, whole, peak);
    evk_passes_release(&s);
    free(t);
    free(responses);
    free(gradient);
    free(image);
}

/* Opens a model; of an ensemble its first member is taken. */
static int bench_file(const char *path, const char *weights)
{
    const evk_model_options options = {.weights = weights};
    evk_model *model;
    evk_error err;

    if (evk_model_open(&model, path, &options, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    bench(evk_model_member(model, 0));
    evk_model_free(model);
    return 0;
}

static bool is_there(const char *path)
{
    FILE *f = fopen(path, "rb");

    if (f)
        fclose(f);
    return f != NULL;
}

static int bench_default(void)
{
    static const char *const models[][3] = {
        /* the file that must be there, in the published models; the card that opens it, and the
           folder of its weights */
        {"compact/keras/compact_model_201025_neuron58.keras", NULL, NULL},
        {"compact/keras/compact_model_190923_neuron24.keras", NULL, NULL},
        {"compact/keras/compact_model_190923_neuron21.keras", NULL, NULL},
        {"macaque_v1/monkey_model3.pt", "models/macaque_v1.json", "macaque_v1"},
        {"mouse_v1/sensorium_sota_model.pth", "models/mouse_v1.json", "mouse_v1"},
    };
    static const char *const written[] = {"build/bench/resnet18.onnx", "build/bench/resnet50.onnx"};
    const char *root = getenv("EVOKE_PUBLISHED");
    int status = 0, found = 0;

    root = root ? root : "../shared/published";
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        char path[PATH], weights[PATH];

        snprintf(path, sizeof(path), "%s/%s", root, models[i][0]);
        snprintf(weights, sizeof(weights), "%s/%s", root, models[i][2] ? models[i][2] : "");
        if (!is_there(path))
            continue;
        found++;
        status |= bench_file(models[i][1] ? models[i][1] : path, models[i][2] ? weights : NULL);
    }
    if (!found)
        status |= bench_file("build/release/models/gabor.keras", NULL);
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
        if (is_there(written[i]))
            status |= bench_file(written[i], NULL);
    return status;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc == 1)
        return bench_default();
    for (int i = 1; i < argc; i++)
        status |= bench_file(argv[i], NULL);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* onnx_samples.c - small ONNX files that together use every operator that evoke reads */
#include "onnx_samples.h"

#include <stdio.h>
#include <string.h>

#include "onnx_file.h"

/* A network of one operator that reads x, an image of (1, 4, 6, 6), and then constants. */
struct sample {
    const char *op;
    int64_t opset;
    const char *in, *constants, *attributes;
};

static const struct sample samples[] = {
    {"Abs", 13, "x", "", ""},
    {"Add", 14, "x,b", "b=1x4x1x1", ""},
    {"Add", 7, "x,x", "", ""},
    {"AveragePool", 19, "x", "",
     "kernel_shape:[3,3] strides:[2,2] pads:[1,1,1,1] count_include_pad:1 ceil_mode:1"},
    {"BatchNormalization", 15, "x,s,b,m,v", "s=4 b=4 m=4 v=(1,2,3,4)", "epsilon:0.01"},
    {"Cast", 13, "x", "", "to:1"},
    {"CastLike", 15, "x,w", "w=1", ""},
    {"Ceil", 13, "x", "", ""},
    {"Celu", 12, "x", "", "alpha:0.5"},
    {"Clip", 6, "x", "", "min:0.0 max:6.0"},
    {"Clip", 13, "x,a,b", "a=@-1 b=@200", ""},
    {"Concat", 13, "x,w,x", "w=1x4x6x6", "axis:2"},
    {"Conv", 11, "x,w,b", "w=6x4x3x3 b=6",
     "kernel_shape:[3,3] pads:[1,1,1,1] strides:[2,2] dilations:[1,1] group:1"},
    {"Conv", 11, "x,w", "w=4x2x3x3", "group:2 auto_pad:'SAME_UPPER'"},
    {"Conv", 11, "x,w", "w=8x1x3x2", "group:4 dilations:[2,1] pads:[0,1,2,0]"},
    {"ConvTranspose", 11, "x,w,b", "w=4x3x3x3 b=3",
     "strides:[2,2] pads:[1,1,1,1] output_padding:[1,1]"},
    {"Cos", 7, "x", "", ""},
    {"DepthToSpace", 13, "x", "", "blocksize:2 mode:'CRD'"},
    {"Div", 14, "x,b", "b=@2.5", ""},
    {"Dropout", 13, "x", "", ""},
    {"Einsum", 12, "x,w", "w=4x6x3", "equation:'bchw,chn->bnw'"},
    {"Einsum", 12, "x", "", "equation:'bcii->bc'"},
    {"Elu", 6, "x", "", "alpha:0.5"},
    {"Erf", 13, "x", "", ""},
    {"Exp", 13, "x", "", ""},
    {"Expand", 13, "x,s", "s=[2,4,6,6]", ""},
    {"Flatten", 13, "x", "", "axis:2"},
    {"Floor", 13, "x", "", ""},
    {"Gather", 13, "x,i", "i=[2,0,-1]", "axis:1"},
    {"Gelu", 20, "x", "", "approximate:'tanh'"},
    {"GlobalAveragePool", 6, "x", "", ""},
    {"GlobalMaxPool", 6, "x", "", ""},
    {"GridSample", 16, "x,g", "g=1x5x2x2", "mode:'bilinear' align_corners:1"},
    {"GridSample", 20, "x,g", "g=1x3x3x2", "mode:'cubic' padding_mode:'reflection'"},
    {"GroupNormalization", 21, "x,s,b", "s=4 b=4", "num_groups:2"},
    {"HardSigmoid", 6, "x", "", "alpha:0.3 beta:0.4"},
    {"HardSwish", 14, "x", "", ""},
    {"Identity", 14, "x", "", ""},
    {"InstanceNormalization", 6, "x,s,b", "s=4 b=4", ""},
    {"LRN", 13, "x", "", "size:3 alpha:0.01 beta:0.5 bias:2.0"},
    {"LayerNormalization", 17, "x,s,b", "s=6x6 b=6x6", "axis:-2"},
    {"LeakyRelu", 6, "x", "", "alpha:0.2"},
    {"Log", 13, "x", "", ""},
    {"LogSoftmax", 13, "x", "", "axis:1"},
    {"MatMul", 13, "x,w", "w=6x3", ""},
    {"MatMul", 13, "x,x", "", ""},
    {"Max", 13, "x,b,x", "b=@3.5", ""},
    {"MaxPool", 12, "x", "", "kernel_shape:[2,3] auto_pad:'SAME_LOWER' strides:[2,1]"},
    {"Mean", 13, "x,x,b", "b=6", ""},
    {"Min", 13, "x,b", "b=6x1", ""},
    {"Mish", 18, "x", "", ""},
    {"Mul", 14, "x,b", "b=4x1x1", ""},
    {"Neg", 13, "x", "", ""},
    {"PRelu", 16, "x,s", "s=4x1x1", ""},
    {"Pad", 6, "x", "", "pads:[0,0,1,2,0,0,3,0] mode:'reflect'"},
    {"Pad", 13, "x,p,v", "p=[0,1,1,2,0,0,3,-1] v=@0.5", ""},
    {"Pow", 15, "x,e", "e=@2", ""},
    {"Reciprocal", 13, "x", "", ""},
    {"ReduceL1", 13, "x", "", "axes:[1] keepdims:0"},
    {"ReduceL2", 18, "x,a", "a=[2,3]", ""},
    {"ReduceLogSum", 13, "x", "", "axes:[3]"},
    {"ReduceLogSumExp", 13, "x", "", "axes:[1,3]"},
    {"ReduceMax", 13, "x", "", "axes:[-1]"},
    {"ReduceMean", 13, "x", "", "axes:[2,3] keepdims:0"},
    {"ReduceMin", 13, "x", "", ""},
    {"ReduceProd", 13, "x", "", "axes:[1]"},
    {"ReduceSum", 13, "x,a", "a=[0,2]", "keepdims:0"},
    {"ReduceSumSquare", 13, "x", "", "axes:[1,2]"},
    {"Relu", 14, "x", "", ""},
    {"Reshape", 14, "x,s", "s=[0,2,-1]", ""},
    {"Resize", 13, "x,,z", "z=(1,1,2,1.5)", "mode:'linear'"},
    {"Resize", 18, "x,,,z", "z=[1,4,9,3]", "mode:'cubic' antialias:1"},
    {"Resize", 13, "x,r,z", "r=(0,0,0.2,-0.1,1,1,0.9,1.2) z=(1,1,1.5,1)",
     "mode:'nearest' coordinate_transformation_mode:'tf_crop_and_resize'"},
    {"Round", 11, "x", "", ""},
    {"Selu", 6, "x", "", ""},
    {"Shrink", 9, "x", "", "lambd:1.5 bias:0.5"},
    {"Sigmoid", 13, "x", "", ""},
    {"Sign", 13, "x", "", ""},
    {"Sin", 7, "x", "", ""},
    {"Slice", 13, "x,a,b,c,d", "a=[-1,0] b=[-9,5] c=[2,3] d=[-2,2]", ""},
    {"Slice", 9, "x", "", "starts:[1,0] ends:[3,-1] axes:[1,3]"},
    {"Softmax", 11, "x", "", "axis:1"},
    {"Softmax", 13, "x", "", "axis:-1"},
    {"Softplus", 6, "x", "", ""},
    {"Softsign", 6, "x", "", ""},
    {"SpaceToDepth", 13, "x", "", "blocksize:3"},
    {"Split", 13, "x,s", "s=[1,3]", "axis:1"},
    {"Sqrt", 13, "x", "", ""},
    {"Squeeze", 13, "x", "", ""},
    {"Sub", 14, "b,x", "b=4x1x1", ""},
    {"Sum", 13, "x,x,b", "b=6x6", ""},
    {"Tanh", 13, "x", "", ""},
    {"ThresholdedRelu", 10, "x", "", "alpha:0.5"},
    {"Tile", 13, "x,r", "r=[1,2,1,2]", ""},
    {"Transpose", 13, "x", "", "perm:[0,2,3,1]"},
    {"Unsqueeze", 13, "x,a", "a=[0,-1]", ""},
    {"Upsample", 9, "x,z", "z=(1,1,2,2)", "mode:'linear'"},
};

enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

struct evk_str onnx_sample(int i, char name[32])
{
    static const int64_t image[] = {1, 4, 6, 6};
    struct onnx_file f = onnx_begin();
    const struct sample *s = &samples[i < SAMPLES ? i : 0];

    if (i >= SAMPLES)
        return f.graph;
    snprintf(name, 32, "%s_%d", s->op, i);
    onnx_value(&f.graph, ONNX_INPUT, "x", 4, image);
    onnx_constants(&f.graph, s->constants);
    onnx_node(&f.graph, ONNX_GRAPH_NODE, s->op, s->in, strcmp(s->op, "Split") ? "y" : "y,z",
              s->attributes);
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    return onnx_end(&f, s->opset);
}

/* ---- files about no single operator ----------------------------------------------------------- */

/* Two functions, one of which calls the other, with an attribute of the call. */
static void with_functions(struct onnx_file *f)
{
    struct evk_str inner = onnx_function("inner", "a", "b", 17);
    struct evk_str outer = onnx_function("outer", "a,w", "b", 17);

    onnx_node(&inner, ONNX_FUNCTION_NODE, "LeakyRelu", "a", "b", "alpha:&slope");
    onnx_node(&outer, ONNX_FUNCTION_NODE, "Conv", "a,w", "t", "");
    onnx_call(&outer, ONNX_FUNCTION_NODE, "own", "inner", "t", "b", "slope:0.25");
    onnx_add_function(f, &inner);
    onnx_add_function(f, &outer);
    onnx_constants(&f->graph, "w=2x4x3x3");
    onnx_call(&f->graph, ONNX_GRAPH_NODE, "own", "outer", "x,w", "y", "");
}

/* An If whose condition is a constant: the branch that is not taken may hold anything. */
static void with_branches(struct onnx_file *f)
{
    static const char *const names[] = {"then_branch", "else_branch"};
    struct evk_str node = EVK_STR_INIT;

    onnx_constants(&f->graph, "yes=#1");
    pb_text(&node, 1, "yes");
    pb_text(&node, 2, "y");
    pb_text(&node, 4, "If");
    for (int i = 0; i < 2; i++) {
        struct evk_str branch = EVK_STR_INIT, a = EVK_STR_INIT;

        onnx_node(&branch, ONNX_GRAPH_NODE, i ? "Loop" : "Tanh", "x", "t", "");
        onnx_value(&branch, ONNX_OUTPUT, "t", 0, NULL);
        pb_text(&a, 1, names[i]);
        pb_message(&a, 6, &branch);
        pb_number(&a, 20, 5);
        pb_message(&node, 5, &a);
    }
    pb_message(&f->graph, ONNX_GRAPH_NODE, &node);
}

/* Weights of several types, each of which is cast and added. */
static void with_types(struct onnx_file *f)
{
    static const int types[] = {2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16};
    static const int sizes[] = {1, 1, 2, 2, 4, 8, 1, 2, 8, 4, 8, 2};
    static const unsigned char zeros[8];
    char in[16] = "x", name[16], real[16], out[16];

    for (int i = 0; i < 12; i++) {
        struct evk_str t;

        snprintf(name, sizeof(name), "t%d", i);
        snprintf(real, sizeof(real), "r%d", i);
        t = onnx_tensor(name, types[i], 0, NULL, zeros, (size_t)sizes[i]);
        pb_message(&f->graph, ONNX_INITIALIZER, &t);
        onnx_node(&f->graph, ONNX_GRAPH_NODE, "Cast", name, real, "to:1");
        snprintf(name, sizeof(name), "%.7s,%.7s", in, real);
        snprintf(out, sizeof(out), i < 11 ? "s%d" : "y", i);
        onnx_node(&f->graph, ONNX_GRAPH_NODE, "Add", name, out, "");
        memcpy(in, out, sizeof(in));
    }
}

/* Constants that nodes compute: the shape that a Reshape asks for, a table, a mask. */
static void with_constants(struct onnx_file *f)
{
    struct evk_str *g = &f->graph;

    onnx_constants(g, "zero=#0 one=#1 two=#2 four=#4 empty=[4]");
    onnx_node(g, ONNX_GRAPH_NODE, "Shape", "x", "shape", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Size", "x", "size", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Gather", "shape,zero", "batch", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Div", "size,four", "rest", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Constant", "", "fixed", "value_ints:[4]");
    onnx_node(g, ONNX_GRAPH_NODE, "Unsqueeze", "rest,zero", "rests", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Concat", "fixed,rests", "wanted", "axis:0");
    onnx_node(g, ONNX_GRAPH_NODE, "Reshape", "x,wanted", "rows", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Range", "zero,four,one", "count", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Equal", "count,two", "mask", "");
    onnx_node(g, ONNX_GRAPH_NODE, "ConstantOfShape", "empty", "zeros", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Cast", "count", "reals", "to:1");
    onnx_node(g, ONNX_GRAPH_NODE, "Where", "mask,zeros,reals", "factors", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Exp", "factors", "computed", "");
    onnx_node(g, ONNX_GRAPH_NODE, "Gemm", "computed2,rows", "y", "alpha:0.5 beta:1.0");
    onnx_node(g, ONNX_GRAPH_NODE, "Unsqueeze", "computed,zero", "computed2", "");
}

struct evk_str onnx_whole_sample(int i, char name[32])
{
    static const int64_t image[] = {1, 4, 6, 6};
    static const char *const names[] = {"functions", "branches", "types", "constants"};
    static void (*const make[])(struct onnx_file *) = {with_functions, with_branches, with_types,
                                                       with_constants};
    struct onnx_file f = onnx_begin();

    if (i >= 4)
        return f.graph;
    snprintf(name, 32, "%s", names[i]);
    onnx_value(&f.graph, ONNX_INPUT, "x", 4, image);
    make[i](&f);
    onnx_value(&f.graph, ONNX_OUTPUT, "y", 0, NULL);
    return onnx_end(&f, 17);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_again.c - evoke again */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/models.h"

struct again_flags {
    const char *path;
};

static int again(const evk_set *set, const struct opt_rest *rest, evk_image_list *images,
                 const char *path)
{
    const char *id = rest->operands[1];
    const int64_t row = evk_set_find(set, id);
    evk_error err = {EVK_OK, ""};
    char text[SHOWN];
    char *difference;

    if (row < 0) {
        say("%s has no %s, expected a stimulus_id of its stimuli/stimuli.tsv", rest->operands[0],
            id);
        return EXIT_USAGE;
    }
    if (evk_set_again(set, row, rest->operands + 2, rest->operand_count - 2, images, path,
                      &difference, &err))
        return complain(&err);
    printf("%s\t", shown(id, text));
    if (!difference) {
        puts("same bytes");
        return EXIT_DONE;
    }
    printf("DIFFERS: %s\n", shown(difference, text));
    evk_free(difference);
    return EXIT_FAILED;
}

static int again_run(const struct opt_rest *rest, const struct model_flags *models,
                     const char *path)
{
    evk_error err = {EVK_OK, ""};
    evk_image_list *images;
    evk_set *set;
    int status;

    if (rest->operand_count < 2) {
        fputs("evoke: again takes a SET and a stimulus_id such as stim-max000012\n", stderr);
        return EXIT_USAGE;
    }
    status = references_open(models, &images);
    if (!status && evk_set_open(&set, rest->operands[0], &err)) {
        status = complain(&err);
    } else if (!status) {
        status = again(set, rest, images, path);
        evk_set_free(set);
    }
    evk_image_list_free(images);
    return status;
}

int cmd_again(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "FILE", "file to write the image to; without it, the image is only compared",
         EVK_PARAM_TEXT, offsetof(struct again_flags, path), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct again_flags flags = {NULL};
    struct model_flags models = model_flags_none();
    const struct opt_spec spec = {
        .command = "again",
        .usage = "SET STIMULUS_ID [-o FILE] [MODEL...]",
        .about = "Makes an image of a set again from its row of stimuli.tsv, and says whether it "
                 "has the same\n"
                 "bytes, or what differs. The model that made it is looked for by its SHA-256: "
                 "among the given\n"
                 "MODEL files, then where it was when the set was made (SET.log), then beside the "
                 "set and in the\n"
                 "current folder. An image that was made from another image, or is a natural "
                 "image, needs that\n"
                 "image: name it, or a folder that has it, by --reference.",
        .tables = {{params, &flags}, {reference_params, &models}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = finish_output(again_run(&rest, &models, flags.path));
    opt_release(&rest);
    return status;
}

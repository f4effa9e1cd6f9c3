# SPDX-License-Identifier: GPL-3.0-or-later
"""check.py S [SET...] - a session against what its description asks for, computed by other means.

Prints a line for each check, and ends with status 1 where one fails.  The rules of the order are
counted in trials.tsv.  With SETs, every image is made again from its set by PIL and NumPy: its
place by the formulas of visual angle, the window by its definition, the inverse of a gamma by its
formula.
"""
import csv
import json
import math
import os
import sys

import numpy
from PIL import Image


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def pixels(path):
    return numpy.asarray(Image.open(path).convert("RGB"))


class Checks:
    failed = False

    def __call__(self, what, holds, detail=""):
        if not holds:
            self.failed = True
        print(f"{what}: {'yes' if holds else 'NO ' + str(detail)}")


def check_order(check, trials, images, options):
    """Blocks, neighbours, blanks, catch trials and times of an order that nothing replaced."""
    shown = [t for t in trials if t["is_catch"] == "false"]
    codes = {i["stim_code"] for i in images if i["is_blank"] == "false" and i["role"] != "catch"}
    blocks = {}
    for t in shown:
        if t["is_blank"] == "false":
            blocks.setdefault(t["block"], []).append(t["stim_code"])
    check("each image once in each block", len(blocks) == options["repeats"] and all(
        len(b) == len(codes) and set(b) == codes for b in blocks.values()))
    neighbours = [a for a, b in zip(shown, shown[1:]) if a["stim_code"] == b["stim_code"]]
    check("no image follows itself", not neighbours, neighbours[:1])
    blanks = [i for i, t in enumerate(shown) if t["is_blank"] == "true"]
    check("blanks in number", len(blanks) == options["blanks"], len(blanks))
    per_block = [sum(t["block"] == b and t["is_blank"] == "true" for t in shown) for b in blocks]
    check("blanks spread over blocks", max(per_block) - min(per_block) <= 1, per_block)
    lists = {}
    for t in trials:
        lists.setdefault(int(t["trial"]), []).append(t)
    check("trials count from 1", list(lists) == list(range(1, len(lists) + 1)))
    check("positions count from 1", all(
        [int(t["position"]) for t in one] == list(range(1, len(one) + 1)) for one in lists.values()))
    check("only the last trial is short", all(
        len(one) == options["per-trial"] for k, one in lists.items()
        if k < max(k for k in lists if lists[k][0]["is_catch"] == "false")))
    catch = [one for one in lists.values() if one[0]["is_catch"] == "true"]
    check("a catch trial shows one image", all(
        len({t["stim_code"] for t in one}) == 1 and len({t["is_catch"] for t in one}) == 1
        for one in lists.values() if any(t["is_catch"] == "true" for t in one)))
    text = options["catch"]
    others = len(lists) - len(catch)
    want = (math.floor(float(text[:-1]) / 100 * others / (1 - float(text[:-1]) / 100) + 0.5)
            if text.endswith("%") else int(text))
    check("catch trials in number", len(catch) == want, (len(catch), want))


def check_times(check, trials, session):
    on, off, overhead = session["OnS"], session["OffS"], session["OverheadS"]
    onset, worst = 0.0, 0.0
    for i, t in enumerate(trials):
        worst = max(worst, abs(float(t["onset_s"]) - onset), abs(float(t["duration_s"]) - on))
        onset += on + off
        if i + 1 < len(trials) and trials[i + 1]["trial"] != t["trial"]:
            onset += overhead
    check("onsets are sums of the times", worst < 1e-4, worst)
    screen = session.get("Screen")
    if screen:
        frames = [x * screen["RefreshHz"] for x in (on, off, overhead)]
        check("times are whole frames", all(abs(f - round(f)) < 1e-5 for f in frames), frames)


# ---- images ---------------------------------------------------------------------------------

def inverse(display, value):
    """The pixel value whose luminance is nearest to value / 255, of the gammas that tests use."""
    kind = display["shown_as"]
    level = numpy.arange(256) / 255
    if kind == "srgb":
        light = numpy.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    else:
        light = level ** (display["gamma"] if kind == "gamma" else 1)
    return numpy.abs(light[None, :] - (value / 255)[:, None]).argmin(axis=1)


def shown(source, display, options, side, px_per_deg):
    """The values of an image in its place, the mask of its window, and the ground."""
    height = round(side * source.shape[0] / source.shape[1])
    kind = Image.NEAREST if options["resize"] == "nearest" else Image.BICUBIC
    image = numpy.asarray(Image.fromarray(source).resize((side, height), kind)).astype(float)
    ground = numpy.array(display["background"] if isinstance(display["background"], list)
                         else 3 * [display["background"]])
    mask = numpy.ones((height, side))
    if options["edge"] not in (None, "none"):
        edge = options["edge"] * px_per_deg
        radius = min(height, side) / 2
        y, x = numpy.mgrid[0:height, 0:side] + 0.5
        r = numpy.hypot(y - height / 2, x - side / 2)
        t = numpy.clip((radius - r) / edge if edge else (r < radius) * 1.0, 0, 1)
        mask = 0.5 - 0.5 * numpy.cos(math.pi * t)
    return numpy.floor(ground + mask[..., None] * (image - ground) + 0.5), mask, ground


def check_images(check, folder, session, images, roles, sets):
    options, screen, display = session["Options"], session["Screen"], session["Display"]
    px_per_cm = display["width_px"] / display["width_cm"]
    d = display["distance_cm"]
    side = 2 * d * math.tan(math.radians(options["degrees"]) / 2) * px_per_cm
    check("width by the formula", abs(screen["ImageWidthPx"] - side) <= 0.5,
          (screen["ImageWidthPx"], side))
    x, y = (float(v) for v in options["at"].split(","))
    fx, fy = screen["FixationPx"]
    cx = fx + d * math.tan(math.radians(x)) * px_per_cm
    cy = fy - d * math.tan(math.radians(y)) * px_per_cm
    check("centre by the formula",
          abs(screen["LeftPx"] + screen["ImageWidthPx"] / 2 - cx) <= 0.5 and
          abs(screen["TopPx"] + screen["ImageHeightPx"] / 2 - cy) <= 0.5)
    worst, outside, count = 0, True, 0
    for role in roles:
        if role["set"] == "n/a" or role["set"] not in sets:
            continue
        code = int(role["stim_code"])
        there = pixels(f"{folder}/stimuli/{images[code - 1]['filename']}")
        if screen["Full"]:
            frame = there.copy()
            left, top = screen["LeftPx"], screen["TopPx"]
            there = frame[top:top + screen["ImageHeightPx"],
                          left:left + screen["ImageWidthPx"]].copy()
            frame[top:top + screen["ImageHeightPx"], left:left + screen["ImageWidthPx"]] = \
                session["BackgroundInFiles"]
            corner = options["photodiode-px"] if options["photodiode"] else 0
            if corner:
                outside &= bool((frame[:corner, :corner] == 255).all())
                frame[:corner, :corner] = session["BackgroundInFiles"]
            outside &= bool((frame == session["BackgroundInFiles"]).all())
        source = pixels(f"{sets[role['set']]}/stimuli/{role['stimulus_id']}_image.png")
        want, mask, ground = shown(source, display, options, screen["ImageWidthPx"],
                                   screen["PixelsPerDegree"])
        if options["linearise"]:
            near = numpy.stack([inverse(display, numpy.clip(want + k, 0, 255).ravel()).reshape(
                want.shape) for k in (-1, 0, 1)])
            worst = max(worst, int(numpy.maximum(near.min(0) - there, there - near.max(0)).max()))
        else:
            worst = max(worst, int(numpy.abs(want - there).max()) - 1)
        outside &= bool((there[mask == 0] == session["BackgroundInFiles"]).all())
        count += 1
    check("images are what PIL makes of them, within a level", worst <= 0, worst)
    check("background to the byte", outside)
    print(f"{count} stimuli were made again")


def main():
    folder = sys.argv[1]
    sets = {os.path.basename(s): s for s in sys.argv[2:]}
    with open(f"{folder}/dataset_description.json") as file:
        session = json.load(file)["Session"]
    images = table(f"{folder}/stimuli/stimuli.tsv")
    roles = table(f"{folder}/roles.tsv")
    trials = table(f"{folder}/trials.tsv")
    check = Checks()
    check("codes count from 1", [int(i["stim_code"]) for i in images] ==
          list(range(1, len(images) + 1)))
    check("images are distinct", len({i["pixel_sha256"] for i in images}) == len(images))
    check("each image has a role", {r["stim_code"] for r in roles} ==
          {i["stim_code"] for i in images})
    check("files are there", all(os.path.isfile(f"{folder}/stimuli/{i['filename']}")
                                 for i in images))
    check_order(check, trials, images, session["Options"])
    check_times(check, trials, session)
    if sets:
        check_images(check, folder, session, images, roles, sets)
    sys.exit(1 if check.failed else 0)


main()

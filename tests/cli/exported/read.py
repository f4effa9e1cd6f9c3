"""Read what 'evoke export' wrote by the rules of each program, and compare it with the session.

    read.py SESSION RIG DEGREES X Y    prints a line for each file that is as it should be

RIG is the rig.json of the session; X and Y are the place of the images, in degrees from the centre.
"""
import csv
import hashlib
import json
import math
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree as xml

folder, rig_path, degrees, x_deg, y_deg = sys.argv[1:6]
degrees, x_deg, y_deg = float(degrees), float(x_deg), float(y_deg)
rig = json.load(open(rig_path))
W, H, d = rig["width_px"], rig["height_px"], rig["distance_cm"]
px_cm = W / rig["width_cm"]


def path(name):
    return os.path.join(folder, name)


def tsv(name):
    with open(path(name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


images = {row["stim_code"]: row for row in tsv("stimuli/stimuli.tsv")}
trials = tsv("trials.tsv")
for k in range(2, 9):  # orders that replaced the rest of the one before
    if os.path.exists(path("trials-%d.tsv" % k)):
        rest = tsv("trials-%d.tsv" % k)
        trials = [t for t in trials if int(t["trial"]) < int(rest[0]["trial"])] + rest
changes = json.load(open(path("dataset_description.json")))["Session"].get("Changes", [])
after = changes[-1]["After"] if changes else 0
remaining = [t for t in trials if int(t["trial"]) > after]
codes = {int(t["stim_code"]) for t in remaining} if changes else set(map(int, images))
roles = {}
for row in tsv("roles.tsv"):
    roles.setdefault(row["stim_code"], []).append(row)


def same(found, wanted, what):
    if found != wanted:
        sys.exit("%s: found %r, expected %r" % (what, found, wanted))


def near(found, wanted, bound, what):
    if not abs(found - wanted) <= bound:
        sys.exit("%s: found %r, expected %r within %g" % (what, found, wanted, bound))


def read_csv(name, order):
    with open(path(name), encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    same(len(rows), len(order), name + ", rows")
    return zip(rows, order)


def presentation(row, trial, what):
    """What every table of presentations says."""
    for key in "block", "trial", "position", "stim_code", "is_blank", "is_catch":
        same(row[key], trial[key], what + ", " + key)
    for key in "onset_s", "duration_s":
        near(float(row[key]), float(trial[key]), 1e-5, what + ", " + key)


def names(cell):
    return [urllib.parse.unquote(part) for part in cell.split(";")]


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def trials_csv():
    """The table for analyses; returns the place of each image, which other files must have."""
    places = {}
    for row, trial in read_csv("display_trials.csv", trials):
        what = "display_trials.csv"
        image, stimuli = images[row["stim_code"]], roles[row["stim_code"]]
        presentation(row, trial, what)
        same(row["file"], "stimuli/" + trial["filename"], what)
        for key in "stimulus_id", "sha256", "role", "width_px", "height_px":
            same(row[key], image[key], what + ", " + key)
        for key in "size_deg", "x_deg", "y_deg":
            near(float(row[key]), float(image[key]), 1e-5, what + ", " + key)
        for key, column in (("set", "set"), ("set_stimulus_id", "stimulus_id"),
                            ("set_role", "role"), ("unit", "unit")):
            same(names(row[key]), [r[column] for r in stimuli], what + ", " + key)
        with open(path(row["file"]), "rb") as f:
            same(hashlib.sha256(f.read()).hexdigest(), row["sha256"], row["file"])
        places[row["stim_code"]] = tuple(int(row[k]) for k in ("left_px", "top_px", "width_px",
                                                               "height_px"))
    for left, top, w, h in places.values():
        near(w, 2 * d * math.tan(math.radians(degrees) / 2) * px_cm, 0.5001, "width")
        near(left + w / 2 - W / 2, d * math.tan(math.radians(x_deg)) * px_cm, 0.5001, "x")
        near(H / 2 - top - h / 2, d * math.tan(math.radians(y_deg)) * px_cm, 0.5001, "y")
    return places


def psychopy(places):
    """PsychoPy makes each cell a number where it can, evaluates brackets, makes n/a to None."""
    name = "display_psychopy.csv"
    numbers = {"stim_code", "size_px", "height_px", "block", "trial", "position", "onset_s",
               "duration_s", "x_px", "y_px"}
    for row, trial in read_csv(name, remaining):
        presentation(row, trial, name)
        left, top, w, h = places[row["stim_code"]]
        for key, cell in row.items():
            same(bool(re.match(r"[A-Za-z][A-Za-z0-9_]*\Z", key)), True, key)
            same(is_number(cell), key in numbers, "%s, %s %s a number" % (name, key, cell))
            same(cell[0] in "[('\"" or cell in ("n/a", "NA", "nan", "None"), False, cell)
        same(row["image_path"], "stimuli/" + trial["filename"], name)
        same(row["stim_id"], images[row["stim_code"]]["stimulus_id"], name)
        same(row["set_type"], images[row["stim_code"]]["role"], name)
        same((int(row["size_px"]), int(row["height_px"])), (w, h), name)
        near(float(row["x_px"]), left + w / 2 - W / 2, 0, name)
        near(float(row["y_px"]), H / 2 - top - h / 2, 0, name)


def monkeylogic(places):
    """Fields are apart by one or more tabs; names of columns, numbers and pic() are as written."""
    diagonal = math.hypot(W, H)
    px_deg = diagonal / math.degrees(2 * math.atan(diagonal / px_cm / 2 / d))
    text = open(path("display_monkeylogic.txt"), encoding="utf-8").read()
    lines = [re.split(r"\t+", line) for line in text.rstrip("\n").split("\n")]
    same(lines[0], ["Condition", "Info", "Frequency", "Block", "Timing File", "TaskObject#1",
                    "TaskObject#2"], "header of MonkeyLogic")
    same(len(lines) - 1, len(images), "conditions")
    for k, cells in enumerate(lines[1:], 1):
        left, top, w, h = places[str(k)]
        same(len(cells), 7, "cells of condition %d" % k)
        same(cells[0], str(k), "condition")
        block = "1" if k in codes else "2"
        same(cells[2:5], ["1", block, "show_image"], "frequency, block and timing file")
        texts = re.fullmatch(r"'stimulus_id','([^']*)','stim_code',(\d+),'event_code',(\d+),"
                             r"'role','([^']*)','unit','((?:[^']|'')*)'", cells[1])
        image = images[str(k)]
        same(texts.groups()[:4], (image["stimulus_id"], str(k), str(1000 + k), image["role"]),
             "Info of condition %d" % k)
        same(names(texts.group(5).replace("''", "'")), [r["unit"] for r in roles[str(k)]],
             "units of condition %d" % k)
        same(0 < int(texts.group(3)) < 32768, True, "event code")
        fix = re.fullmatch(r"fix\((-?\d+(?:\.\d*)?),(-?\d+(?:\.\d*)?)\)", cells[5])
        near(float(fix.group(1)) * px_deg, 0, 1e-3, "fix")
        pic = re.fullmatch(r"pic\(([^',]+),(-?\d+(?:\.\d*)?),(-?\d+(?:\.\d*)?),(\d+),(\d+)\)",
                           cells[6])
        same(pic.group(1), "stimuli/" + image["filename"], "file of condition %d" % k)
        same((int(pic.group(4)), int(pic.group(5))), (w, h), "pixels of condition %d" % k)
        near(W / 2 + float(pic.group(2)) * px_deg - w / 2, left, 1e-3, "left edge")
        near(H / 2 - float(pic.group(3)) * px_deg - h / 2, top, 1e-3, "upper edge")


def numbers_of(text, name):
    found = re.search(r"var %s = \[([^]]*)\]" % name, text)
    return [part.strip(" \n'") for part in found.group(1).split(",")]


def mworks(places):
    px_deg = (W / 2) / math.degrees(math.atan(rig["width_cm"] / 2 / d))
    text = open(path("display_mworks.mwel"), encoding="utf-8").read()
    group = re.findall(r"image_file session_image_(\d+) \(\s*path = '([^']*)'\s*x_size = (\S+)\s*"
                       r"x_position = (\S+)\s*y_position = (\S+)\s*\)", text)
    same(len(group), len(images), "images of MWorks")
    for code, file, size, x, y in group:
        left, top, w, h = places[code]
        same(file, "stimuli/" + images[code]["filename"], "file of MWorks")
        near(float(size) * px_deg, max(w, h), 1e-3, "x_size")
        near(W / 2 + float(x) * px_deg - w / 2, left, 1e-3, "x_position")
        near(H / 2 - float(y) * px_deg - h / 2, top, 1e-3, "y_position")
    same([int(g[0]) for g in group], list(range(1, len(images) + 1)), "codes of MWorks")
    hashes = [hashlib.sha1(open(path(g[1]), "rb").read()).hexdigest() for g in group]
    same(numbers_of(text, "session_file_hash"), hashes, "file_hash")
    same(numbers_of(text, "session_order"), [str(int(t["stim_code"]) - 1) for t in remaining],
         "order")
    same(numbers_of(text, "session_trial"), [t["trial"] for t in remaining], "trials")
    same(numbers_of(text, "session_is_catch"), [str(int(t["is_catch"] == "true")) for t in remaining], "catch trials")


def list_of(text):
    """The numbers of a list of MATLAB such as [1:4 7 9:12]; one without a blank needs no brackets."""
    same(text[0] + text[-1] == "[]", " " in text or "[" in text, "brackets of " + text)
    ends = [[int(n) for n in part.split(":")] for part in text.strip("[]").split(" ")]
    return [n for e in ends for n in range(e[0], e[-1] + 1)]


def ex(places):
    left, top, w, h = places["1"]
    file = open(path("display_ex.xml"), encoding="utf-8").read()
    root = xml.fromstring(file)
    same(sorted(root.attrib), ["bgColor", "ex", "name", "repeats"], "attributes of stimulus")
    params = root.find("params")
    values = {child.tag: child.text for child in params}
    tokens = params.attrib["runline"].split()
    same([t for t in tokens if t not in values and t not in params.attrib], [], "runline")
    same(params.attrib["moviefile"], os.path.basename(folder) + "/display_ex.mat", "moviefile")
    for key, text in values.items():
        if key != "startframe":
            same(str(int(text)), text, key)  # a leading zero would be octal
    same(list_of(values["startframe"]), sorted(codes), "startframe")
    same("condition k shows the image with stim_code k." in file, len(codes) == len(images), "comment")
    same("the stim_code is startframe(k)." in file, len(codes) < len(images), "comment")
    frames = float(trials[0]["duration_s"]) * rig["refresh_hz"]
    near(int(values["dwell"]), frames, 1e-3, "dwell")
    same(int(values["centerx"]), math.floor(left + w / 2 - W / 2), "centerx")
    same(int(values["centery"]), math.floor(H / 2 - top - h / 2), "centery")
    same(values.get("width"), str(w) if w == h else None, "width")


def psychtoolbox(places):
    text = open(path("display_ptb.m"), encoding="utf-8").read()
    files = re.search(r"list\.files = \{\n(.*?)    \};", text, re.S).group(1).split()
    same(files, ["'%s'" % images[str(k)]["filename"] for k in range(1, len(images) + 1)], "files")
    rows = re.search(r"list\.images = \[\n(.*?)    \];", text, re.S).group(1).split("\n")[:-1]
    for k, row in enumerate(rows, 1):
        left, top, w, h = places[str(k)]
        same(row.split(), [images[str(k)]["bytes"]] +
             [str(n) for n in (w, h, left, top, left + w, top + h)], "image %d" % k)
    rows = re.search(r"list\.trials = \[\n(.*?)    \];", text, re.S).group(1).split("\n")[:-1]
    same(len(rows), len(remaining), "trials")
    keys = "block trial position stim_code onset_s duration_s is_blank is_catch".split()
    for row, trial in zip(rows, remaining):
        cells = dict(zip(keys, row.split()))
        for key in "is_blank", "is_catch":
            cells[key] = {"0": "false", "1": "true"}[cells[key]]
        presentation(cells, trial, "display_ptb.m")


places = trials_csv()
print("csv")
for read in psychopy, monkeylogic, mworks, psychtoolbox, ex:
    if read != ex or os.path.exists(path("display_ex.xml")):
        read(places)
        print(read.__name__)

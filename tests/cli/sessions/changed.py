# SPDX-License-Identifier: GPL-3.0-or-later
"""changed.py BEFORE AFTER - what a change of a session left as it was, and its newest order."""
import csv
import json
import os
import sys


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def merged(folder):
    """All presentations: each order, up to the trial after which the next one replaced it."""
    with open(f"{folder}/dataset_description.json") as file:
        session = json.load(file)["Session"]
    trials = table(f"{folder}/trials.tsv")
    for k, change in enumerate(session.get("Changes", [])):
        trials = [t for t in trials if int(t["trial"]) <= change["After"]]
        trials += table(f"{folder}/trials-{k + 2}.tsv")
    return session, trials


def check(what, holds, detail=""):
    print(f"{what}: {'yes' if holds else 'NO ' + str(detail)}")


before, after = sys.argv[1:]
kept = [name for name in sorted(os.listdir(before)) if name.startswith("trials")]
check("orders are as they were", all(
    open(f"{before}/{n}", "rb").read() == open(f"{after}/{n}", "rb").read() for n in kept))
old, new = (open(f"{f}/stimuli/stimuli.tsv", "rb").read() for f in (before, after))
check("rows of images stay", new.startswith(old))
old, new = (open(f"{f}/roles.tsv", "rb").read() for f in (before, after))
check("rows of roles stay", new.startswith(old))
check("images stay", all(
    open(f"{before}/stimuli/{n}", "rb").read() == open(f"{after}/stimuli/{n}", "rb").read()
    for n in os.listdir(f"{before}/stimuli") if n.endswith(".png")))

session, trials = merged(after)
old_session, old_trials = merged(before)
change = session["Changes"][-1]
last = change["After"]
roles = table(f"{after}/roles.tsv")
dropped = set()
for c in session["Changes"]:
    dropped |= set(c.get("Drop", []))
gone = set()
for code in {r["stim_code"] for r in roles}:
    mine = [r for r in roles if r["stim_code"] == code and r["set"] != "n/a"]
    out = [r["unit"] in dropped or (
        r["unit"] == "n/a" and any(q["source_id"] == r["stimulus_id"] and q["set"] == r["set"]
                                   for q in roles) and
        all(q["unit"] in dropped for q in roles
            if q["source_id"] == r["stimulus_id"] and q["set"] == r["set"])) for r in mine]
    if mine and all(out):
        gone.add(code)
rest = [t for t in trials if int(t["trial"]) > last and t["is_catch"] == "false"]
check("nothing that is gone remains", not gone & {t["stim_code"] for t in rest})
check("something is gone or new", gone or "Sets" in change)
added = {r["stim_code"] for r in roles if r["set"] in [s["Name"] for s in change.get("Sets", [])]}
was = [t for t in old_trials if int(t["trial"]) > last and t["is_catch"] == "false"]
uneven = []
for block in sorted({t["block"] for t in was}, key=int):
    want = {t["stim_code"] for t in was if t["block"] == block and t["is_blank"] == "false"}
    want = (want - gone) | added
    found = [t["stim_code"] for t in rest if t["block"] == block and t["is_blank"] == "false"]
    if set(found) != want or len(found) != len(want):
        uneven.append(f"block {block}: {len(found)} images, expected {len(want)}")
check("what remains is shown once in each block", not uneven, uneven)
whole = [t for t in trials if t["is_catch"] == "false"]
check("no image follows itself", all(
    a["stim_code"] != b["stim_code"] for a, b in zip(whole, whole[1:])))
numbers = [int(t["trial"]) for t in trials]
check("trials count on", sorted(set(numbers)) == list(range(1, max(numbers) + 1)))
times = [float(t["onset_s"]) for t in trials]
step = session["OnS"] + session["OffS"]
check("onsets rise by the times", all(
    abs(b - a - step - (session["OverheadS"] if m != n else 0)) < 1e-4
    for a, b, m, n in zip(times, times[1:], numbers, numbers[1:])))
events = table(f"{after}/events.tsv")
check("events are the whole order", [e["stim_code"] for e in events] ==
      [t["stim_code"] for t in trials])

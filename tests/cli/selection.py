# SPDX-License-Identifier: GPL-3.0-or-later
"""Is keep_value of each image that of a rule, and were the best of each neuron kept?

selection.py SET RULE

The rule is objective, selection, auto, any (which checks the values of median, and no order), or an
objective of the responses of members, computed here in double.
"""
import csv
import json
import math
import statistics
import struct
import sys


def single(v):
    return struct.unpack("f", struct.pack("f", v))[0]


def value(row, rule, minimize):
    members = [single(float(m)) for m in row["response_members"].split(";")] \
        if row["response_members"] != "n/a" else [single(float(row["response_pred"]))]
    if rule == "selection":
        at = [j.rsplit(":", 1)[0] for j in row["judges"].split(";")].index("selection")
        assert row["judge_roles"].split(";")[at] == "selection"
        return float(row["judge_responses"].split(";")[at])
    if rule in ("objective", "auto"):
        return max(members) if minimize and len(members) > 1 else min(members)
    if rule == "mean-0.5*sd":
        return statistics.fmean(members) - 0.5 * statistics.stdev(members)
    return {"mean": statistics.fmean, "min": min, "median": statistics.median, "any": statistics.median,
            "sd": lambda m: statistics.stdev(m)}[rule](members)


def main():
    folder, rule = sys.argv[1:]
    options = json.load(open(folder + "/dataset_description.json"))["StimulusSet"]["Options"]
    rows = list(csv.DictReader(open(folder + "/stimuli/stimuli.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [r for r in rows if r["control"] == "n/a"]
    off = 0
    for r in rows:
        want = value(r, rule, options["minimize"])
        off += not math.isclose(float(r["keep_value"]), want, rel_tol=1e-6)
    sign = -1 if options["minimize"] else 1
    worse = 0
    for r in rows if rule != "any" else []:
        for k in rows:
            if k["target_model"] == r["target_model"] and k["present"] == "true" and r["dropped"] == "rank":
                worse += sign * float(k["keep_value"]) < sign * float(r["keep_value"])
    kept = sum(r["present"] == "true" for r in rows)
    print(f"{rule}: {len(rows)} values, {off} differ; {kept} kept, {worse} worse than one that was dropped")


main()

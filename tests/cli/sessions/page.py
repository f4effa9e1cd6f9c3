# SPDX-License-Identifier: GPL-3.0-or-later
"""page.py S S.html - are all stimuli of a session on its page, with the files that are shown?"""
import base64
import csv
import hashlib
import json
import re
import sys

session, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    html = file.read()
data = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.S)[1])
pictures = {int(k): hashlib.sha256(base64.b64decode(text)).hexdigest() for k, text in re.findall(
    r'<script type="image/png;base64" id="p(\d+)">([^<]*)</script>', html)}


def table(name):
    with open(f"{session}/{name}", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


files = {row["stim_code"]: row["sha256"] for row in table("stimuli/stimuli.tsv")}
roles = [row for row in table("roles.tsv") if row["set"] != "n/a"]
want = {(r["set"], r["stimulus_id"]): files[r["stim_code"]] for r in roles}
names = [s["name"] for s in data["sets"]]
found = {(names[i["set"]], i["id"]): pictures[i["picture"]] for i in data["items"]}
print("stimuli with their files:", len(found) if found == want else "NO")
controls = {(r["set"], r["stimulus_id"]): r["control_of"] for r in roles
            if r["control_of"] != "n/a" and r["role"] != "adversarial"}
under = {(names[i["set"]], i["id"]): data["items"][i["of"]]["id"] for i in data["items"]
         if "of" in i and i["of"] is not None and i["of"] >= 0}
print("controls under their images:", len(under) if under and under.items() <= controls.items()
      else "NO")
print("units:", sorted(line["name"] for line in data["rows"] if line["unit"]))

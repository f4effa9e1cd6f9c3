# SPDX-License-Identifier: GPL-3.0-or-later
"""page.py PAGE FOLDER... - read a page of sets as a browser does, and compare it with the sets

Prints the rows of the page.  Fails where the page could ask for anything from another place, where
its policy is not by the hashes of its own style and script, where a picture is not the file of the
set byte for byte (unless it says that pictures are reduced), or where a number or a text of an image
is not that of stimuli.tsv.
"""
import base64
import hashlib
import html.parser
import json
import math
import pathlib
import re
import sys

VOID = {"meta", "img", "input", "br"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts = [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ("script", "style", "title", "h1"):
            tag, attrs = self.open[-1]
            key = attrs.get("id", tag)
            self.texts[key] = self.texts.get(key, "") + data


def check_closed(page):
    """Nothing leads out of the page, and no attribute has code."""
    assert not page.open, page.open
    for tag, attrs in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base", "a", "svg", "video"), tag
        for name, value in attrs.items():
            assert not name.startswith("on") and name not in ("src", "href", "style", "srcset", "action"), (tag, name)
            assert "://" not in (value or ""), value


def check_policy(page):
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    parts = dict(p.split(" ", 1) for p in policy.split("; "))
    hashed = {k: "'sha256-" + base64.b64encode(hashlib.sha256(page.texts[k].encode()).digest()).decode() + "'"
              for k in ("style", "script")}
    assert parts == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'",
                     "img-src": "data:", "style-src": hashed["style"], "script-src": hashed["script"]}, policy
    for word in ("eval", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "fetch", "XMLHttpRequest"):
        assert not re.search(r"\b" + re.escape(word) + r"\b", page.texts["script"]), word


def read_table(path):
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def same_number(value, cell):
    number = None if cell in ("n/a", None) else float(cell)
    if number is not None and not math.isfinite(number):
        number = None
    return value == number


def check_item(item, row, folder, page, data):
    texts = {"type": "set_type", "objective": "objective", "about": "description", "source": "source_file",
             "control": "control", "control_of": "control_of", "made_from": "source_id"}
    for name, column in texts.items():
        assert item.get(name, "n/a") == row[column], (item, name, row[column])
    for name, column in {"response": "response_pred", "z": "heldout_z", "own_z": "own_z"}.items():
        assert same_number(item.get(name), row.get(column)), (item, name, row.get(column))
    flags = [] if row["flags"] == "n/a" else row["flags"].split(",")
    assert item["flags"] == flags + ["duplicate"] * (row["duplicate_of"] != "n/a"), item
    if row["judges"] != "n/a":
        names, roles, zs = (row[c].split(";") for c in ("judges", "judge_roles", "judge_z"))
        assert [j[:2] for j in item["judges"]] == [list(p) for p in zip(names, roles)], item
        assert all(same_number(j[2], z) for j, z in zip(item["judges"], zs)), item
    picture = base64.b64decode(page.texts[f"p{item['picture']}"], validate=True)
    if "reduced" not in data:
        assert picture == (folder / "stimuli" / row["filename"]).read_bytes(), item


def words(data, i):
    item = data["items"][i]
    name = item["id"].replace("stim-", "") + ("*" if item.get("best") else "")
    if "veto" in item:
        name += " [vetoed: " + item["veto"] + "]"
    return name


def print_rows(data):
    for row in data["rows"]:
        print(("unit " if row["unit"] else "set ") + row["name"] + (", " + row["about"] if "about" in row else ""))
        cells = []
        for i in range(row["first"], row["first"] + row["count"]):
            if "of" in data["items"][i]:
                cells[-1][1].append(words(data, i))
            else:
                cells.append(([data["sets"][data["items"][i]["set"]]["name"] + "/" + words(data, i)], []))
        for (main,), controls in cells:
            print("  " + main + (": " + ", ".join(controls) if controls else ""))


def main(path, *folders):
    raw = pathlib.Path(path).read_bytes()
    assert len(raw) < 60_000_000, len(raw)
    page = Page(raw.decode("utf-8"))
    check_closed(page)
    check_policy(page)
    assert "<" not in page.texts["data"]
    data = json.loads(page.texts["data"])
    assert page.texts["title"] == page.texts["h1"] == ", ".join(s["name"] for s in data["sets"])
    tables = [{r["stimulus_id"]: r for r in read_table(pathlib.Path(f) / "stimuli/stimuli.tsv")} for f in folders]
    shown = set()
    for item in data["items"]:
        row = tables[item["set"]][item["id"]]
        assert row["present"] == "true"
        check_item(item, row, pathlib.Path(folders[item["set"]]), page, data)
        shown.add((item["set"], item["id"]))
    present = {(s, i) for s, t in enumerate(tables) for i, r in t.items() if r["present"] == "true"}
    assert shown == present and len(data["items"]) == len(present), "other images than the sets have"
    assert sum(r["count"] for r in data["rows"]) == len(present)
    for i, item in enumerate(data["items"]):
        for key in ("of", "base"):
            if key in item:
                id_of = item["control_of"] if key == "of" else item["made_from"]
                assert data["items"][item[key]]["id"] == id_of and data["items"][item[key]]["set"] == item["set"]
    print_rows(data)


main(*sys.argv[1:])

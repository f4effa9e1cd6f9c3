# SPDX-License-Identifier: GPL-3.0-or-later
"""links.py PAGE... - every file and heading that a page links to is there, pictures too"""
import os
import re
import sys

from page import Page

LINK = re.compile(r"\]\(([^)\s]+)|^\[[^\]]+\]:\s+(\S+)|<img[^>]* src=\"([^\"]+)\"")
CODE = re.compile(r"`[^`]*`")


def anchor(heading):
    """A heading's anchor, as GitHub makes it."""
    text = re.sub(r"[^\w\- ]", "", heading.strip("# ").lower())
    return text.replace(" ", "-")


def anchors(path):
    page = Page(path)
    return {anchor(line) for _, line in page.text if line.startswith("#")}


def fault(page, target):
    """What is wrong with a link from a page, or None."""
    path, _, heading = target.partition("#")
    if re.match(r"[a-z]+:", target):
        return None
    path = os.path.join(os.path.dirname(page.path), path) if path else page.path
    if not os.path.exists(path):
        return f"{target}: there is no {os.path.normpath(path)}"
    if heading and heading not in anchors(path):
        return f"{target}: {os.path.normpath(path)} has no heading '#{heading}'"
    return None


def main():
    failed = False
    for page in map(Page, sys.argv[1:]):
        for number, line in page.text:
            for match in LINK.finditer(CODE.sub("", line)):
                message = fault(page, next(filter(None, match.groups())))
                if message:
                    print(f"{page.path}:{number}: {message}")
                    failed = True
    sys.exit(failed)


main()

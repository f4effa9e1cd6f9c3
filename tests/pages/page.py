# SPDX-License-Identifier: GPL-3.0-or-later
"""page.py - a page of Markdown as lines, each with what it is: text or a line of a code block"""
import re
from collections import namedtuple

Block = namedtuple("Block", "language line lines")  # line: number of the fence that opens the block

FENCE = re.compile(r"( *)(```+|~~~+)\s*(.*?)\s*$")
LIST_ITEM = re.compile(r"\s*([-*+]|\d+[.)])\s")


class Page:
    """blocks: the fenced blocks, in order; text: (number, line) of all lines outside of them;
    faults: (number, message) of code that no fence encloses, or that no fence ends"""

    def __init__(self, path):
        self.path, self.blocks, self.text, self.faults = path, [], [], []
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().split("\n")
        fence = None
        for number, line in enumerate(self.lines, 1):
            match = FENCE.match(line)
            if fence:
                if match and match[2].startswith(fence[2]) and not match[3]:
                    fence = None
                else:
                    indent = len(fence[1])
                    self.blocks[-1].lines.append(line[indent:] if line[:indent].isspace() else line)
            elif match:
                fence = match
                self.blocks.append(Block(match[3], number, []))
            else:
                self.text.append((number, line))
        if fence:
            self.faults.append((self.blocks[-1].line, "a code block that does not end"))
        self._find_indented()

    def _find_indented(self):
        """An indented line behind a blank line is code, too, except in a list."""
        last, before, in_list = 0, "", False
        for number, line in self.text:
            indented = line.startswith("    ")
            if number > last + 1 or (line.strip() and not line.startswith(" ")):
                in_list = False
            if indented and not before.strip() and not in_list:
                self.faults.append((number, "an indented code block; put it between ``` lines"))
            elif LIST_ITEM.match(line):
                in_list = True
            last, before = number, line

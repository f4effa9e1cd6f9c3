# SPDX-License-Identifier: GPL-3.0-or-later
"""sentences.py PAGE... - how long the pages and their sentences are, and how pages begin

How sentences are counted.  Fenced blocks, addresses of links and the rows of dashes of tables are
left out.  A heading, a list item, a table cell and a paragraph end a sentence; so do a full stop,
an exclamation mark and a question mark before a space, except behind the abbreviations below.
A word is what stands between spaces and has a letter or a digit; inline code counts like text.
No sentence may have more than 40 words.  The median over all pages, which may be 20 words, is that
of paragraphs and list items: short cells and headings would lower it.
README.md may have 1,800 words and 120 lines, counted as wc does, with everything in it.
"""
import re
import statistics
import sys

from page import LIST_ITEM, Page

LONGEST, MEDIAN, WIDTH = 40, 20, 100
README_WORDS, README_LINES = 1800, 120
ABBREVIATIONS = ("e.g.", "i.e.", "al.", "vs.", "cf.", "Fig.", "No.")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
ADDRESS = re.compile(r"<?https?://\S+")
DASHES = re.compile(r"\|?[\s:|-]*-[\s:|-]*$")


def pieces(page):
    """The text of a page as (line, kind, text): headings, cells, list items and paragraphs."""
    paragraph = None
    for number, line in page.text + [(0, "")]:
        bare = line.strip()
        is_item = LIST_ITEM.match(line)
        alone = not bare or bare[0] in "|#" or DASHES.match(bare)
        if paragraph and (alone or is_item or number != paragraph[3] + 1):
            yield tuple(paragraph[:3])
            paragraph = None
        if bare.startswith("#"):
            yield number, "heading", bare.lstrip("# ")
        elif bare.startswith("|") and not DASHES.match(bare):
            for cell in re.split(r"(?<!\\)\|", bare.strip("|")):
                yield number, "cell", cell.strip()
        elif not alone and paragraph:
            paragraph[2:] = [paragraph[2] + " " + bare, number]
        elif not alone:
            text = line[is_item.end() :] if is_item else bare
            paragraph = [number, "item" if is_item else "paragraph", text.strip(), number]


def sentences(text):
    """The sentences of a piece of text, as lists of words."""
    text = ADDRESS.sub("", LINK.sub(r"\1", text))
    sentence = []
    for word in text.split():
        if re.search(r"\w", word):
            sentence.append(word)
        if re.search(r"[.!?][)\"'*_`]*$", word) and not word.endswith(ABBREVIATIONS) and sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def faults_of(page, lengths):
    """Yields (line, message) of each fault of a page; adds to the lengths of its sentences."""
    kinds = [kind for _, kind, _ in pieces(page)][:2]
    first = next((n for n, line in page.text if line.strip() and not line.startswith("#")), 0)
    fence = min((block.line for block in page.blocks), default=first)
    if kinds != ["heading", "paragraph"] or fence < first:
        yield 1, "does not open with a paragraph, which says what one does with the page"
    for number, kind, text in pieces(page):
        for words in sentences(text):
            if kind in ("item", "paragraph"):
                lengths.append(len(words))
            if len(words) > LONGEST:
                yield number, f"{len(words)} words: {' '.join(words[:8])} ..."
    for number, line in page.text:
        if len(line) > WIDTH and not line.startswith("|"):
            yield number, f"a line of {len(line)} columns, of {WIDTH} at most"


def readme_faults(page):
    text = "\n".join(page.lines)
    words, lines = len(text.split()), text.count("\n")
    if words > README_WORDS or lines > README_LINES:
        yield 1, f"{words} words and {lines} lines, of {README_WORDS} and {README_LINES} at most"


def main():
    failed, lengths = False, []
    for page in map(Page, sys.argv[1:]):
        faults = list(faults_of(page, lengths))
        if page.path == "README.md":
            faults += readme_faults(page)
        for number, message in faults:
            print(f"{page.path}:{number}: {message}")
            failed = True
    median = statistics.median(lengths)
    print(f"{len(lengths)} sentences, of {median} words in the median, at most {max(lengths)}")
    sys.exit(failed or median > MEDIAN)


main()

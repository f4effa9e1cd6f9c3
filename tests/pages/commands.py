# SPDX-License-Identifier: GPL-3.0-or-later
"""commands.py TOP PAGE LANGUAGE... - run the code blocks of PAGE in the current folder

The blocks of a language run in their order in one interpreter; the languages run in the order in
which they are given.  An interpreter is given the page with an empty line in place of each line
that is none of its own, so that the lines it names are the page's.  Each C block is a file.
A block ```text output is compared with what the block before it printed on standard output.
A ```console block is for the reader to type elsewhere: its lines are looked at, not run.
"""
import os
import re
import subprocess
import sys

from page import Page

MARK = "\001"  # printed before each block, followed by the line of its fence

# How an interpreter is called, and the line that prints the mark of a block; @ is the fence's line.
INTERPRETERS = {
    "sh": (["bash", "--posix", "-e"],  # whose traces, unlike dash's, have line numbers
           "{ set +x; } 2> /dev/null; printf '\\001%d\\n' @; PS4='+ line $LINENO: '; set -x"),
    "python": (["/usr/bin/python3", "-u"], "print('\\001@')"),
    "octave": (["octave-cli", "--quiet"], 'printf("\\001%d\\n", @); fflush(stdout);'),
    "r": (["Rscript", "--vanilla"], "cat('\\001@\\n')"),
}
SHOWN = {"console", "text", "text output", "json", "matlab", "make"}
CONSOLE = {"apt", "apt-get", "cd", "git", "make", "pip", "python3", "sudo", "tar"}
failed = False


def complain(page, line, message):
    global failed
    failed = True
    print(f"{page.path}:{line}: {message}")


def script(page, language, mark):
    """The page with all lines empty but those of a language's blocks."""
    lines = [""] * len(page.lines)
    for block in page.blocks:
        if block.language == language:
            lines[block.line - 1] = mark.replace("@", str(block.line))
            lines[block.line : block.line + len(block.lines)] = block.lines
    return "\n".join(lines) + "\n"


def interpret(page, language, printed):
    """Runs the blocks of a language; adds what each printed to printed, by line of its fence."""
    command, mark = INTERPRETERS[language]
    with open(f".page.{language}", "w", encoding="utf-8") as file:
        file.write(script(page, language, mark))
    run = subprocess.run(command + [file.name], stdin=subprocess.DEVNULL, capture_output=True,
                         encoding="utf-8", errors="replace")
    last = next(b.line for b in page.blocks if b.language == language)
    for part in run.stdout.split(MARK)[1:]:
        last, text = part.split("\n", 1)
        printed[int(last)] = text
    if run.returncode:
        complain(page, last, f"the {language} block that begins here ended with status "
                 f"{run.returncode}\n{printed.pop(int(last), '')}{run.stderr[-4000:]}")


def compile_c(page):
    """Each C block is a file, compiled against the installed library; one with main is linked."""
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "evoke"], check=True,
                           capture_output=True, encoding="utf-8").stdout.split()
    for block in (b for b in page.blocks if b.language == "c"):
        with open("block.c", "w", encoding="utf-8") as file:
            file.write(f'#line {block.line + 1} "{page.path}"\n' + "\n".join(block.lines) + "\n")
        whole = any(re.match(r"int main\b", line) for line in block.lines)
        out = ["-o", "block"] if whole else ["-c", "-o", "block.o"]
        run = subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "block.c"] + out +
                             (flags if whole else [f for f in flags if f.startswith("-I")]),
                             capture_output=True, encoding="utf-8")
        if run.returncode:
            complain(page, block.line, f"the c block that begins here\n{run.stderr}")


def check_output(page, printed):
    """Compares each block of output with what the block before it printed."""
    for before, block in zip([None] + page.blocks, page.blocks):
        if block.language != "text output":
            continue
        if not before or before.language not in INTERPRETERS:
            complain(page, block.line, "output of no block that runs")
        elif before.line in printed:
            said, shown = printed[before.line].rstrip("\n"), "\n".join(block.lines).rstrip("\n")
            if said != shown:
                complain(page, block.line, f"the page shows\n{shown}\nwhere it printed\n{said}")


def outside_make():
    """The environment without what a make that runs this test hands down, such as its level."""
    return {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def check_console(page, top):
    """A make target must be there, and other lines begin with a known command."""
    for block in (b for b in page.blocks if b.language == "console"):
        for i, line in enumerate(block.lines):
            words = line.split("#")[0].split()
            while words and (words[0] == "sudo" or "=" in words[0]):
                words.pop(0)
            if not words:
                continue
            if words[0] not in CONSOLE:
                complain(page, block.line + 1 + i, f"'{words[0]}' is no command of a console block")
            elif words[0] == "make":
                run = subprocess.run(["make", "-n", "-C", top] + words[1:], capture_output=True,
                                     encoding="utf-8", env=outside_make())
                if run.returncode:
                    complain(page, block.line + 1 + i, run.stderr)


def main():
    top, path, *languages = sys.argv[1:]
    page, printed = Page(path), {}
    page.path = path[len(top) + 1 :] if path.startswith(top + "/") else path
    for line, message in page.faults:
        complain(page, line, message)
    for block in page.blocks:
        if block.language not in SHOWN and block.language not in INTERPRETERS and \
                block.language != "c":
            complain(page, block.line, f"a block of an unknown language '{block.language}'")
    check_console(page, top)
    for language in languages:
        if any(b.language == language for b in page.blocks):
            if language == "c":
                compile_c(page)
            else:
                interpret(page, language, printed)
    check_output(page, printed)
    sys.exit(failed)


main()

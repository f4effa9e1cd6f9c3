#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verify a copy of a folder that evoke made, on a computer without evoke.

    python3 verify_copy.py [FOLDER]

FOLDER is the folder of this script where it is not given.  Every file that manifest-sha256.txt
lists is hashed.  Files that are missing, have changed, are links, or are not listed are printed, a
sentence each, as are empty folders, and the exit status is 1; else it is 0.  Nothing is written.
"""
import hashlib
import os
import re
import sys

MANIFEST = "manifest-sha256.txt"


def listed(folder):
    """Returns {path: SHA-256} of the manifest, and what is wrong with it."""
    files, faults = {}, []
    if os.path.islink(os.path.join(folder, MANIFEST)):
        faults.append("%s: is a link, expected a file" % MANIFEST)
    try:
        with open(os.path.join(folder, MANIFEST), encoding="utf-8", newline="\n") as f:
            lines = f.read().split("\n")
    except (OSError, ValueError) as e:
        faults.append("%s: the list of files cannot be read: %s" % (MANIFEST, e))
        return files, faults
    for number, line in enumerate(lines, 1):
        found = re.match(r"([0-9a-f]{64})  ([^/\\:][^\\:]*)\Z", line.rstrip("\r"))
        if found and ".." not in found.group(2).split("/"):
            files[found.group(2)] = found.group(1)
        elif line:
            faults.append("%s: line %d is no SHA-256 with a path" % (MANIFEST, number))
    if not files:
        faults.append("%s: the list has no file" % MANIFEST)
    return files, faults


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for piece in iter(lambda: f.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def there(folder):
    """Returns the paths of all files, and of empty folders, relative to the folder, with slashes."""
    paths, empty = [], []
    for at, folders, names in os.walk(folder):
        links = [n for n in folders if os.path.islink(os.path.join(at, n))]
        for name in names + links:
            path = os.path.relpath(os.path.join(at, name), folder)
            paths.append(path.replace(os.sep, "/"))
        if not folders and not names:
            empty.append(os.path.relpath(at, folder).replace(os.sep, "/"))
    return paths, empty


def compare(folder, path, wanted):
    """Returns what is wrong with a listed file, None where nothing is."""
    full = os.path.join(folder, *path.split("/"))
    if os.path.islink(full):
        return "%s: is a link, expected a file" % path
    if not os.path.isfile(full):
        return "%s: the file is missing" % path
    try:
        if sha256(full) == wanted:
            return None
    except OSError as e:
        return "%s: the file cannot be read: %s" % (path, e.strerror)
    return "%s: the file has changed: its SHA-256 is not the one in %s" % (path, MANIFEST)


def main(arguments):
    if len(arguments) > 2:
        print("verify_copy.py takes one FOLDER, found %d" % (len(arguments) - 1))
        return 2
    folder = arguments[1] if len(arguments) == 2 else os.path.dirname(os.path.abspath(__file__))
    files, faults = listed(folder)
    for path in sorted(files):
        fault = compare(folder, path, files[path])
        if fault:
            faults.append(fault)
    if files:
        paths, empty = there(folder)
        for path in sorted(set(paths) - set(files) - {MANIFEST}):
            faults.append("%s: the file is not in %s" % (path, MANIFEST))
        for path in sorted(empty):
            faults.append("%s: the folder is empty" % path)
    for fault in faults:
        print(fault)
    print("%d files listed: %s" % (len(files), "the copy is NOT as it was made" if faults
                                   else "the copy is as it was made"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv))

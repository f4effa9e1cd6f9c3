# SPDX-License-Identifier: GPL-3.0-or-later
"""A PyTorch program that peer.py times: it loads once, and does its work whenever it is told to.

It writes a line of JSON when it is ready, with responses that peer.py compares with evoke's. Then
it does its work for each line that it reads, and writes the seconds that the work took.
"""
import json
import os
import sys
import time

sys.path.insert(0, os.environ["EVOKE_PEER"])
import pages  # noqa: E402, F401  first: it may start this program again


def serve(ready, work):
    print(json.dumps(ready), flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        work()
        print(json.dumps({"seconds": time.perf_counter() - begin}), flush=True)


def fastest(forms, run, rounds=2):
    """Returns the name and the value of the form for which run takes the least time."""
    times = {}
    for name, form in forms:
        run(form)
        for _ in range(rounds):
            begin = time.perf_counter()
            run(form)
            times[name] = min(times.get(name, 1e9), time.perf_counter() - begin)
    best = min(times, key=times.get)
    return best, dict(forms)[best]

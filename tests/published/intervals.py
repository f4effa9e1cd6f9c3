#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""intervals.py EVOKE PUBLISHED FOLDER - the numbers of src/model/calibration.c, and the tables of
models/fitting.md that say whether intervals are true

Fits the cores to rows 1-600 of three sessions, in FOLDER, where files that are there are kept.
Then learns BELOW and ABOVE on the synthetic images (rows 601-900), on two sessions for the third.
No test; needs Debian's python3-numpy.
"""
import functools
import json
import math
import os
import subprocess
import sys

import numpy as np

RISE, LEAST, SHIFT, BELIEVED, POSSIBLE = 0.7, 0.1, 0.5, 0.1, 0.5
WIDER = 1.02  # a session that had no part is covered less: .89 of it on average without this factor
SESSIONS = {"190925": "pool", "190927": "sessions", "190928": "sessions"}
CORES = {"ensemble": "shared_compact/shared_compact_model_50filters.keras",
         "recordings": "cores/direct_fit_50filters.keras",
         "VGG19": "cores/vgg19_taught_50filters.keras",
         "CORnet-S": "cores/cornets_taught_50filters.keras"}
FITS = {**{name: [name] for name in CORES}, "all four": list(CORES)}
SYNTHETIC, PHOTOGRAPHS = slice(600, 900), slice(900, 1200)
evoke, published, folder = sys.argv[1:]


def read(session, fit):
    """Returns the calibration (columns), predictions and recorded responses (units, images)."""
    name = f"{folder}/{session}_{fit.replace(' ', '_')}"
    where = f"{published}/{SESSIONS[session]}"
    images = ["--images", f"{where}/images_{session}.zip"]
    responses = f"{where}/responses_{session}.npy"
    if not os.path.exists(name + ".json"):
        cores = [x for core in FITS[fit] for x in ("--core", f"{published}/{CORES[core]}")]
        subprocess.run([evoke, "fit", "--rows", "1-600", *cores, *images, "--responses", responses,
                        "-o", name], check=True, capture_output=True)
    csv = subprocess.run([evoke, "predict", *images, "--", name + ".json"], check=True,
                         capture_output=True, text=True).stdout.splitlines()
    card = json.load(open(name + ".json"))
    units = [int(u[4:]) for u in card["neurons"]]
    c = {k: np.array(v)[:, None] for k, v in card["calibration"].items()}
    predicted = np.array([line.split(",")[1:] for line in csv[1:]], float).T
    return c, predicted, np.load(responses)[units]


def parts(c, x):
    inside = np.clip(x, c["smallest"], c["largest"])
    centre = c["mean"] + c["slope"] * (inside - c["prediction"])
    variance = np.maximum(LEAST, 1 + RISE * (centre - c["mean"]) / c["sd"])
    return (centre, c["slope"] * (x - inside),
            np.sqrt(c["residual"] ** 2 * variance + (SHIFT * c["sd"]) ** 2))


def scores(c, x, y):
    """How far responses are from their centres, in units of |low| and high spreads."""
    centre, excess, spread = parts(c, x)
    up = y - centre - POSSIBLE * np.maximum(excess, 0)
    down = y - centre - POSSIBLE * np.minimum(excess, 0)
    return np.where(up > 0, up / (c["high"] * spread), np.minimum(down, 0) / (-c["low"] * spread))


def learn(sessions):
    """BELOW and ABOVE: weighted quantiles, in which each fit counts alike, and somewhat wider."""
    all_scores = [scores(c, x[:, SYNTHETIC], y[:, SYNTHETIC])
                  for s in sessions for c, x, y in (data[s, f] for f in FITS)]
    v = np.concatenate([s.ravel() for s in all_scores])
    w = np.concatenate([np.full(s.size, 1 / s.size) for s in all_scores])
    order = np.argsort(v)
    share = np.cumsum(w[order]) / w.sum()
    return [WIDER * v[order][np.searchsorted(share, q)] for q in (0.05, 0.95)]


def expect(c, x, below, above):
    centre, excess, spread = parts(c, x)
    low = centre - below * c["low"] * spread + POSSIBLE * np.minimum(excess, 0)
    high = centre + above * c["high"] * spread + POSSIBLE * np.maximum(excess, 0)
    floor = np.where(c["lowest"] >= 0, 0, -np.inf)
    return [np.maximum(a, floor) for a in (low, centre + BELIEVED * excess, high)]


def interval(covered):
    rng = np.random.default_rng(1)
    units = covered.mean(1)
    means = units[rng.integers(0, len(units), (2000, len(units)))].mean(1)
    return "%.3f (%.3f to %.3f)" % (units.mean(), *np.percentile(means, [2.5, 97.5]))


@functools.lru_cache(None)
def others(session):
    return learn([s for s in SESSIONS if s != session])


def coverage(session, fit):
    c, x, y = data[session, fit]
    low, _, high = expect(c, x, *others(session))
    inside = (y >= low) & (y <= high)
    top = np.argsort(-x[:, SYNTHETIC], 1)[:, :30]
    tenth = np.take_along_axis(inside[:, SYNTHETIC], top, 1).mean()
    photographs = "" if session == "190925" else "%.3f" % inside[:, PHOTOGRAPHS].mean()
    print(session, fit, interval(inside[:, SYNTHETIC]), "the tenth with the highest predictions "
          "%.3f photographs %s" % (tenth, photographs))


def pairs(session, fit, u):
    """Of a unit, synthetic images against every 30th photograph: p, and which was above (0, 1/2, 1)."""
    c, x, y = (a if isinstance(a, dict) else a[u] for a in data[session, fit])
    low, middle, high = (a[0] for a in expect({k: v[u:u + 1] for k, v in c.items()}, x[None],
                                              *others(session)))
    for j in 900 + np.argsort(-x[PHOTOGRAPHS])[::30]:
        d = middle[SYNTHETIC] - middle[j]
        side = np.where(d > 0, np.hypot((middle - low)[SYNTHETIC], high[j] - middle[j]),
                        np.hypot((high - middle)[SYNTHETIC], middle[j] - low[j]))
        yield ([0.5 * math.erfc(-v * 1.6448536 / math.sqrt(2)) for v in d / side],
               (np.sign(y[SYNTHETIC] - y[j]) + 1) / 2)


def reliability(fit, edges=(0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.01)):
    units = [np.concatenate([np.array(pair) for pair in pairs(session, fit, u)], 1)
             for session in ("190927", "190928") for u in range(len(data[session, fit][1]))]
    drawn = np.random.default_rng(1).integers(0, len(units), (2000, len(units)))
    for a, b in zip(edges, edges[1:]):
        chosen = [(u[0] >= a) & (u[0] < b) for u in units]
        n, p, above = (np.array([f(u, k) for u, k in zip(units, chosen)]) for f in
                       (lambda u, k: k.sum(), lambda u, k: u[0][k].sum(), lambda u, k: u[1][k].sum()))
        ends = np.percentile(above[drawn].sum(1) / np.maximum(n[drawn].sum(1), 1), [2.5, 97.5])
        print("p %.2f-%.2f: %d pairs, mean p %.3f, above %.3f (%.3f to %.3f)" %
              (a, b, n.sum(), p.sum() / n.sum(), above.sum() / n.sum(), *ends))


data = {(s, f): read(s, f) for s in SESSIONS for f in FITS}
print("BELOW %.3f, ABOVE %.3f" % tuple(learn(SESSIONS)))
for s in SESSIONS:
    for f in FITS:
        coverage(s, f)
reliability("all four")

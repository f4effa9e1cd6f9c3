# SPDX-License-Identifier: GPL-3.0-or-later
"""Paired runs on a quiet machine: evoke and a peer in turn, and the ratio of each pair."""
import json
import os
import resource
import statistics
import subprocess
import sys
import time

TICK = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count()
QUIET = 0.05  # of the machine, which other programs may use


def machine():
    """Seconds of processor time that everything has used, also what a hypervisor took."""
    with open("/proc/stat") as f:
        user, nice, system, _, _, irq, soft, steal = (int(v) for v in f.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICK


def used_by(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return sum(int(v) for v in fields[11:15]) / TICK


def own(pids):
    """Seconds of processor time that this program, its finished children and pids have used."""
    parts = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in parts) + sum(map(used_by, pids))


class Watch:
    """Says what other programs did between its making and the call of others()."""

    def __init__(self, pids=()):
        self.pids = pids
        self.begin, self.all, self.own = time.perf_counter(), machine(), own(pids)

    def others(self):
        """The share of the machine that others used; what is less than two ticks a core is 0."""
        seconds = time.perf_counter() - self.begin
        used = machine() - self.all - (own(self.pids) - self.own)
        return max(0, used - 2 * CORES / TICK) / (seconds * CORES)


def wait_for_quiet(seconds=20):
    """Waits for a second in which others do nothing; returns False where none comes."""
    for _ in range(seconds):
        watch = Watch()
        time.sleep(1)
        if watch.others() <= QUIET:
            return True
    return False


def run(command, **options):
    """Runs a program; returns the seconds it took and what it printed."""
    begin = time.perf_counter()
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    seconds = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


class Served:
    """Programs as served.py describes them, which do their work at the same time."""

    def __init__(self, commands):
        self.programs = [subprocess.Popen([str(c) for c in command], text=True,
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                         for command in commands]
        self.ready = [self.line(p) for p in self.programs]
        self.pids = [p.pid for p in self.programs]

    @staticmethod
    def line(program):
        text = program.stdout.readline()
        if not text:
            sys.exit(f"{' '.join(program.args)} ended")
        return json.loads(text)

    def seconds(self):
        """Lets all work; returns the time of the slowest."""
        for p in self.programs:
            p.stdin.write("go\n")
            p.stdin.flush()
        return max(self.line(p)["seconds"] for p in self.programs)

    def close(self):
        for p in self.programs:
            p.stdin.close()
            p.wait()


def pairs(ours, theirs, pids=()):
    """Times ours() and the fastest of theirs, a list of functions, until PAIRS pairs are quiet.

    Returns a list of rows, the seconds of ours and of each of theirs, and whether all were quiet.
    """
    wanted, kept, disturbed = int(os.environ.get("PAIRS", 5)), [], []
    for _ in range(2 * wanted):
        quiet = wait_for_quiet(1 if disturbed and not kept else 20)
        watch = Watch(pids)
        seconds = [ours()] + [f() for f in theirs]
        quiet = watch.others() <= QUIET and quiet
        (kept if quiet else disturbed).append(seconds)
        if len(kept) == wanted or len(disturbed) == wanted + 1:
            break
    quiet = len(kept) == wanted
    return kept if quiet else kept + disturbed, quiet


def row(work, peer, forms, rows, goal, quiet):
    """A line of the table: medians, the ratio of the fastest form, its smallest and largest value.

    Where the peer has several forms, the ratio of each is there too.
    """
    median = statistics.median
    ratios = [min(r[1:]) / r[0] for r in rows]
    each = [f"{f}: {median(r[i + 1] / r[0] for r in rows):.2f}" for i, f in enumerate(forms)]
    return (f"| {work} | {median(r[0] for r in rows):.3g} | {median(min(r[1:]) for r in rows):.3g} | "
            f"{peer}{'; ' if forms[0] else ''}{'; '.join(each) if forms[0] else ''} | "
            f"{median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} | {goal} | "
            f"{len(rows)}{'' if quiet else ', busy'} |")

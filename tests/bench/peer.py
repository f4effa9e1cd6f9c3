#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peer.py EVOKE - evoke against PyTorch and onnxruntime-node, in turn, as a table in Markdown.

Times are seconds, of evoke's whole process where the work is a command. A peer's time is without
starting and loading. PyTorch is the faster of one process with a thread a core and of a process of
one thread a core, at the same time. The ratio is that of the peer's time to evoke's: the median of
paired runs, the smallest and the largest. A pair that another program disturbed is repeated. Where
the machine does not get quiet, the row says busy, and counts all pairs.

Environment: ROWS="compact core resnet threads predict" chooses rows, PAIRS=5 says how many pairs,
EVOKE_PEER has the folder of pages.py, torch_ascent.py and keras_model.py, EVOKE_PUBLISHED the
published models. Nothing is timed of a peer whose responses are not evoke's.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
import timing  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
EVOKE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release/evoke").resolve()
CALLS = EVOKE.parent / "tests/bench/bench_calls"
PEER = pathlib.Path(os.environ.setdefault("EVOKE_PEER", "../shared/peer")).resolve()
os.environ["EVOKE_PEER"] = str(PEER)
PUBLISHED = pathlib.Path(os.environ.get("EVOKE_PUBLISHED", "../shared/published")).resolve()
KEPT = EVOKE.parent.parent / "bench"
PYTHON, CORES, STEPS = "/usr/bin/python3", os.cpu_count(), int(os.environ.get("STEPS", 100))
TOLERANCE = 1e-4


def compact(name):
    return PUBLISHED / f"compact/keras/compact_model_{name}.keras"


def skip(work, reason):
    print(f"| {work} | | | | skipped: {reason} | | | |", flush=True)


def show(work, peer, goal, ours, theirs, pids=()):
    rows, quiet = timing.pairs(ours, [f for _, f in theirs], pids)
    print(timing.row(work, peer, [name for name, _ in theirs], rows, goal, quiet), flush=True)


def show_served(work, peer, goal, ours, peers):
    """Shows a row whose peers run as one process and as a process a core, and ends them."""
    show(work, peer, goal, ours,
         [(f"{n} x {CORES // n}, {p.ready[0]['form']}", p.seconds) for n, p in
          zip((1, CORES), peers)], peers[0].pids + peers[1].pids)
    for p in peers:
        p.close()


def compare(work, ours, theirs):
    """Ends the program where responses differ by more than TOLERANCE."""
    worst = max(abs(a - b) / max(1, abs(a)) for a, b in zip(ours, theirs))
    if len(ours) != len(theirs) or not worst <= TOLERANCE:
        sys.exit(f"{work}: the peer's responses differ by {worst:.3g}: {ours[:4]}, {theirs[:4]}")


def maximize(folder, model, *options):
    out = pathlib.Path(folder) / "set"
    shutil.rmtree(out, ignore_errors=True)
    return timing.run([EVOKE, "maximize", "--method", "published", "--steps", STEPS, "-o", out,
                       *options, model])[0]


def simultaneous(commands):
    programs = [subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)
                for command in commands]
    return [p.communicate()[0] for p in programs]


def torch_ascent(model, starts, batch):
    """The seconds of the published ascent in PyTorch: two ways to use all cores."""
    def seconds(share, threads, count):
        command = [PYTHON, PEER / "torch_ascent.py", model, "--steps", STEPS, "--starts", share,
                   "--threads", threads, *batch]
        out = [json.loads(o) for o in simultaneous([command] * count)]
        return max(o["ms_per_step_image"] for o in out) * 1e-3 * STEPS * share
    return [(f"1 x {CORES}", lambda: seconds(starts, CORES, 1)),
            (f"{CORES} x 1", lambda: seconds(starts // CORES, 1, CORES))]


def compact_rows(folder):
    rows = [("201025_neuron58", "batched", ["--batch"], 6),
            ("201025_neuron58", "as published", [], 9),
            ("190923_neuron24", "batched", ["--batch"], 5),
            ("190923_neuron21", "batched", ["--batch"], 6)]
    for name, form, batch, goal in rows:
        work = f"{name}, 8 starts, {STEPS} steps, {form}"
        if not compact(name).exists():
            skip(work, f"no {compact(name).name}")
            continue
        show(work, "PyTorch", goal, lambda: maximize(folder, compact(name), "--starts", 8,
                                                     "--threads", CORES),
             torch_ascent(compact(name), 8, batch))


def core_card(folder, task, name):
    card = {"card": 1, "name": name, "weights": pathlib.Path(task["weights"]).name,
            "input": {k: task[k] for k in ("height", "width", "mean", "scale")},
            "core": {"hidden-dilation": task["dilation"], "stack": "last"}}
    path = pathlib.Path(folder) / f"{name}.json"
    path.write_text(json.dumps(card))
    return [path, "--weights", pathlib.Path(task["weights"]).parent]


def core_responses(card, task):
    _, text = timing.run([EVOKE, "predict", "--images", task["pixels"], *card])
    head, *lines = [line.split(",") for line in text.splitlines()]
    columns = [next(i for i, name in enumerate(head) if name.endswith(f"{task['key']}:{n}"))
               for n in task["neurons"]]
    return [float(line[i]) for line in lines for i in columns]


def noise_images(folder, task):
    """Images of noise to compare responses; needs PIL only."""
    import numpy as np
    from PIL import Image
    task["pixels"] = os.path.join(folder, "noise")
    os.makedirs(task["pixels"], exist_ok=True)
    for i in range(3):
        x = np.random.RandomState(i).randint(0, 256, (task["height"], task["width"]))
        Image.fromarray(x.astype(np.uint8)).save(f"{task['pixels']}/{i}.png")


def core_row(folder, work, name, task, starts, options):
    if not os.path.exists(task["weights"]):
        return skip(work, f"no {os.path.basename(task['weights'])}")
    noise_images(folder, task)
    card, neurons = core_card(folder, task, name), task["neurons"]
    images, expected = starts * len(neurons), core_responses(card, task)

    def peer(count):
        share, shares = images // count, []
        for i in range(count):
            some = neurons if len(neurons) == 1 else neurons[i * share:(i + 1) * share]
            shares.append({**task, "images": share, "neurons": some, "threads": CORES // count,
                           "steps": STEPS})
        return timing.Served([[PYTHON, HERE / "peers/core_ascent.py", json.dumps(s)]
                              for s in shares])
    peers = [peer(1), peer(CORES)]
    for p in peers:
        rows = [sum((r["responses"][i] for r in (p.ready if len(neurons) > 1 else p.ready[:1])), [])
                for i in range(3)]
        compare(work, expected, sum(rows, []))
    chosen = f"{task['key']}:{','.join(map(str, neurons))}"
    show_served(work, "PyTorch, batched", 4,
                lambda: maximize(folder, card[0], *card[1:], "--neurons", chosen,
                                 "--starts", starts, "--threads", CORES, *options), peers)


def core_rows(folder):
    macaque = {"weights": str(PUBLISHED / "macaque_v1/monkey_model3.pt"), "key": "3639406161189",
               "neurons": [11], "dilation": 2, "height": 93, "width": 93, "mean": 114.54466,
               "scale": 64.07781, "step": 2, "fix_mean": 0.2022, "fix_sd": 0.15}
    mouse = {"weights": str(PUBLISHED / "mouse_v1/sensorium_sota_model.pth"), "key": "26872-17-20",
             "neurons": [100], "dilation": 1, "height": 36, "width": 64, "mean": 127.5,
             "scale": 63.75, "step": 4, "fix_mean": 0, "fix_sd": 0.25}
    for work, name, task, starts in (
            (f"macaque V1 member, 8 starts, {STEPS} steps", "macaque", macaque, 8),
            (f"mouse V1 core, one neuron, 8 starts, {STEPS} steps", "mouse", mouse, 8),
            (f"mouse V1 core, 64 neurons, {STEPS} steps", "mouse",
             {**mouse, "neurons": list(range(64))}, 1)):
        core_row(folder, work, name, task, starts,
                 ["--fix-mean", task["fix_mean"], "--fix-sd", task["fix_sd"],
                  "--step-size", task["step"], "--image-blur-every", 0])


def calls(model, images, pixels):
    """Milliseconds of predict and of gradient by the library, and the first responses."""
    fields = timing.run([CALLS, model, images, CORES, pixels])[1].split("\t")
    return float(fields[3]), float(fields[4]), [float(v) for v in fields[5:]]


def resnet_rows(folder):
    import numpy as np
    pixels = os.path.join(folder, "pixels")
    np.random.RandomState(0).randint(0, 256, 8 * 224 * 224 * 3).astype(np.uint8).tofile(pixels)
    for depth in (18, 50):
        work = f"ResNet-{depth}, batch of 8, forward and gradient"
        model = KEPT / f"resnet{depth}.onnx"
        command = [PYTHON, HERE / "peers/resnet.py", depth]
        KEPT.mkdir(parents=True, exist_ok=True)  # bench_layers times them, too
        timing.run([*command, CORES, 8, pixels, model])
        peers = [timing.Served([[*command, CORES, 8, pixels]]),
                 timing.Served([[*command, 1, 8 // CORES, pixels]] * CORES)]
        expected = calls(model, 8, pixels)[2]
        for p in peers:
            compare(work, expected[:len(p.ready[0]["responses"])], p.ready[0]["responses"])
        show_served(work, "PyTorch", "1, 1.2", lambda: 1e-3 * calls(model, 8, pixels)[1], peers)


def threads_rows(folder):
    model = compact("201025_neuron58")
    work = f"201025_neuron58, one image, {STEPS} steps, {CORES} threads"
    if not model.exists():
        return skip(work, f"no {model.name}")
    show(work, "evoke, 1 thread", 1.7,
         lambda: maximize(folder, model, "--starts", 1, "--threads", CORES),
         [("", lambda: maximize(folder, model, "--starts", 1, "--threads", 1))])


def unpacked(folder):
    photographs = os.path.join(folder, "photographs")
    with zipfile.ZipFile(PUBLISHED / "images/images_201025.zip") as z:
        for name in z.namelist():
            if name.endswith(".jpg") and "/." not in name and "__MACOSX" not in name:
                os.makedirs(photographs, exist_ok=True)
                with open(os.path.join(photographs, os.path.basename(name)), "wb") as f:
                    f.write(z.read(name))
    return photographs


def predicted(model, photographs):
    """Seconds of the whole process, and responses."""
    seconds, text = timing.run([EVOKE, "predict", "--images", photographs, "--threads", CORES,
                                model])
    return seconds, [float(line.split(",")[1]) for line in text.splitlines()[1:]]


def decoding_row(model, photographs):
    work = "`predict`, 1,200 photographs, decoding included"
    command = [PYTHON, HERE / "peers/compact.py", model, photographs]
    peers = [timing.Served([[*command, CORES, 0, 1]]),
             timing.Served([[*command, 1, i, CORES] for i in range(CORES)])]
    expected = predicted(model, photographs)[1]
    for n, p in zip((1, CORES), peers):
        for i, ready in enumerate(p.ready):
            compare(work, expected[i::n][:8], ready["responses"])
    show_served(work, "PyTorch and PIL", 4, lambda: predicted(model, photographs)[0], peers)


def node_modules():
    """The folder of onnxruntime-node, which npm installs once, or None."""
    folder = KEPT / "node"
    if not (folder / "node_modules/onnxruntime-node").exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund",
                            "--silent", "onnxruntime-node"], cwd=folder, check=True, timeout=600)
        except (OSError, subprocess.SubprocessError):
            return None
    return folder / "node_modules"


def network_row(folder, model, photographs):
    import numpy as np
    from PIL import Image
    work = "responses to 1,200 photographs in memory"
    modules = node_modules()
    if not modules:
        return skip(work, "npm cannot install onnxruntime-node")
    network, pixels = f"{folder}/compact.onnx", f"{folder}/pixels"
    timing.run([PYTHON, HERE / "peers/compact.py", model, "--onnx", network])
    files = sorted(os.listdir(photographs))
    images = [np.asarray(Image.open(f"{photographs}/{f}").convert("RGB")) for f in files]
    np.stack(images).tofile(pixels)
    command = ["node", HERE / "peers/responses.js", modules, network]
    peers = [timing.Served([[*command, pixels, len(files), CORES]]),
             timing.Served([[*command, pixels, len(files) // CORES, 1]] * CORES)]
    for p in peers:
        compare(work, calls(network, 8, pixels)[2], p.ready[0]["responses"])
    show_served(work, "onnxruntime-node", 1.5,
                lambda: 1e-3 * calls(network, len(files), pixels)[0], peers)


def predict_rows(folder):
    model = compact("201025_neuron58")
    if not model.exists():
        return skip("responses to 1,200 photographs", f"no {model.name}")
    photographs = unpacked(folder)
    decoding_row(model, photographs)
    network_row(folder, model, photographs)


ROWS = {"compact": compact_rows, "core": core_rows, "resnet": resnet_rows,
        "threads": threads_rows, "predict": predict_rows}


def missing():
    """Says what is missing for all rows that need PyTorch, or returns None."""
    modules = "torch, h5py, scipy, PIL"
    if not (PEER / "pages.py").exists():
        return "no pages.py in EVOKE_PEER"
    if subprocess.run([PYTHON, "-c", f"import {modules}"], capture_output=True).returncode:
        return f"{PYTHON} has not all of {modules}"
    return None


def main():
    wanted, reason = os.environ.get("ROWS", " ".join(ROWS)).split(), missing()
    for name in wanted:
        if name not in ROWS:
            sys.exit(f"ROWS has {name}; expected some of {', '.join(ROWS)}")
    print("| work | evoke, s | peer, s | peer | ratio | least to most | goal | pairs |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in wanted:
        if name != "threads" and reason:
            skip(name, reason)
            continue
        with tempfile.TemporaryDirectory() as folder:
            ROWS[name](folder)


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures what other models say of images, and how images differ from photographs in colour.

usage: transfer.py EVOKE PUBLISHED FOLDER [ROW...]

PUBLISHED has the published models, images and responses; FOLDER gets all files, and what is there
already is not made again. ROW is a row of the table, by its word in ROWS below; without ROW, all
rows are made. A ROW may be followed by options of evoke maximize, in one argument: "noise --prior
wiener:3". EVERY=N and FIRST=K in the environment take every N-th neuron alone, from number K on.

Neurons are those of sessions 190923 and 201025 that both published judges predict with r of 0.45 or
more. The baseline is the photograph, of 3,200, to which the published compact model of a neuron
responds most. A judge is a readout of the second half of a session on a core that the climbed
models do not have; z is over the judge's responses to the photographs. Needs python3-numpy and
python3-pil.
"""
import csv, glob, io, os, subprocess, sys, zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

evoke, published, folder = sys.argv[1:4]
wanted = sys.argv[4:]
every, first = int(os.environ.get('EVERY', '1')), int(os.environ.get('FIRST', '0'))
SESSIONS = ('190923', '201025')
CORES = {'recordings': 'cores/direct_fit_50filters.keras', 'vgg19': 'cores/vgg19_taught_50filters.keras',
         'cornets': 'cores/cornets_taught_50filters.keras', 'ensemble': 'shared_compact/shared_compact_model_50filters.keras'}
JUDGES = {'VGG19': 'judges/vgg19_taught_100filters.keras', 'CORnet-S': 'judges/cornets_taught_100filters.keras',
          'recordings': 'cores/direct_fit_50filters.keras'}
FIRST_OUTPUT = {'190923': 0, '201025': 33}  # of a session's neurons in the shared models


def run(*args):
    done = subprocess.run([evoke, *map(str, args)], capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f'{" ".join(map(str, args))}: {done.stderr[:400]}')
    return done.stdout


def path(*parts):
    return os.path.join(published, *parts)


def here(*parts):
    return os.path.join(folder, *parts)


# ---- photographs, neurons, models ---------------------------------------------------------------

def photographs():
    """Unpacks the 3,200 photographs of other sessions; their synthetic images are left out."""
    if os.path.isdir(here('photographs')):
        return
    os.makedirs(here('photographs'))
    for archive, parts in (('pool/images_210224', ((0, 800),)), ('pool/images_190925', ((0, 600),)),
                           ('sessions/images_190927', ((0, 600), (900, 1200))), ('sessions/images_190928', ((0, 600), (900, 1200)))):
        with zipfile.ZipFile(path(archive + '.zip')) as z:
            names = sorted(n for n in z.namelist() if n.endswith('.jpg'))
            for first, end in parts:
                for n in names[first:end]:
                    with open(here('photographs', archive[-6:] + '_' + os.path.basename(n)), 'wb') as f:
                        f.write(z.read(n))


def neurons():
    readouts = np.load(path('judges', 'readouts.npz'))
    found = []
    for s in SESSIONS:
        r = np.minimum(readouts[f'vgg19_taught/{s}/r'], readouts[f'cornets_taught/{s}/r'])
        found += [(s, int(n)) for n in np.flatnonzero(r >= 0.45)]
    return found


def compact(s, n):
    return path('compact', 'keras', f'compact_model_{s}_neuron{n}.keras')


def fit(name, *args):
    if not os.path.exists(here(name + '.json')):
        run('fit', '-o', here(name), *args)


def recorded(s):
    return '--images', path('images', f'images_{s}.zip'), '--responses', path('responses', f'responses_{s}.npy')


def fit_models(all_neurons):
    for s in SESSIONS:
        for name, core in JUDGES.items():
            fit(f'judge_{s}_{name}', '--rows', '601-1200', '--core', path(core), *recorded(s))
        for name, core in CORES.items():
            fit(f'half_{s}_{name}', '--rows', '1-600', '--core', path(core), *recorded(s))
    teachers = [a for s, n in all_neurons for a in ('--teacher', compact(s, n))]
    for name, core in CORES.items():
        fit(f'taught_{name}', '--core', path(core), '--images', '@' + here('half.txt'), *teachers)


# ---- images --------------------------------------------------------------------------------------

def naturals(all_neurons):
    """Writes the best photograph of each neuron as natural/SESSION_NEURON.png."""
    os.makedirs(here('natural'), exist_ok=True)
    if len(os.listdir(here('natural'))) == len(all_neurons):
        return
    run('naturals', '--keep', 1, '--least', 0, '-o', here('naturals'), '--images', here('photographs'), '--',
        *(compact(s, n) for s, n in all_neurons))
    with open(here('naturals', 'stimuli', 'stimuli.tsv')) as f:
        for row in csv.DictReader(f, delimiter='\t'):
            model = row['target_model'].split('_')
            os.link(here('naturals', 'stimuli', row['filename']), here('natural', f'{model[2]}_{model[3][6:]}.png'))


def shared(size, s, n):
    return path('shared_compact', f'shared_compact_model_{size}filters.keras') + f':{FIRST_OUTPUT[s] + n}'


def taught(s, n, *cores):
    return [compact(s, n)] + [here(f'taught_{c}.json') + f':compact_model_{s}_neuron{n}' for c in cores]


def half(s, n, *cores):
    return [here(f'half_{s}_{c}.json') + f':unit{n}' for c in cores]


def own_layers(s, n):
    """The model, and readouts of two of its own layers that it taught."""
    model, name = compact(s, n), f'own_{s}_{n}'
    fit(name, '--teacher', model, '--core', model + '@layer1_act', '--core', model + '@layer3_act',
        '--images', '@' + here('quarter.txt'), '--threads', 1)
    return [model, here(name + '.json') + f':compact_model_{s}_neuron{n}']


four = lambda s, n: [compact(s, n), shared(75, s, n), shared(50, s, n), shared(35, s, n)]
one = lambda s, n: [compact(s, n)]
everyone = tuple(JUDGES)

# word: (what the row shows, start, the models that are climbed, judges that count)
ROWS = {
    'noise': ('one model, from noise', 'noise', one, everyone),
    'photo': ('one model, from the photograph', 'photo', one, everyone),
    'own-noise': ('one model and two of its own layers, from noise', 'noise', own_layers, everyone),
    'own': ('one model and two of its own layers, from the photograph', 'photo', own_layers, everyone),
    'taught-a': ('one model and three cores it taught', 'photo', lambda s, n: taught(s, n, 'ensemble', 'vgg19', 'cornets'), ('recordings',)),
    'taught-b': ('one model and three cores it taught', 'photo', lambda s, n: taught(s, n, 'ensemble', 'recordings', 'cornets'), ('VGG19',)),
    'taught-c': ('one model and three cores it taught', 'photo', lambda s, n: taught(s, n, 'ensemble', 'recordings', 'vgg19'), ('CORnet-S',)),
    'four-noise': ('ensemble of four of one teacher, from noise', 'noise', four, everyone),
    'four': ('ensemble of four of one teacher, from the photograph', 'photo', four, everyone),
    'half-a': ('three cores fitted to half a recording', 'photo', lambda s, n: half(s, n, 'ensemble', 'vgg19', 'cornets'), ('recordings',)),
    'half-b': ('three cores fitted to half a recording', 'photo', lambda s, n: half(s, n, 'ensemble', 'recordings', 'cornets'), ('VGG19',)),
    'half-c': ('three cores fitted to half a recording', 'photo', lambda s, n: half(s, n, 'ensemble', 'recordings', 'vgg19'), ('CORnet-S',)),
}


def folder_of(row, options):
    return '_'.join([row, *options]).replace('--', '').replace('/', '')


def climb(row, options, s, n):
    """Makes the image of a neuron, in the folder of its row, by one ascent."""
    _, start, models, _ = ROWS[row]
    at = folder_of(row, options)
    name = f'{s}_{n}'
    image, made = here(at, name + '.png'), here('sets', f'{at}_{name}')
    if os.path.exists(image):
        return
    files = models(s, n)
    what = ['--ensemble', 'e=' + ','.join(files)] if len(files) > 1 or ':' in files[0] else files
    run('maximize', '-o', made, '--starts', 1, '--keep', 1, '--steps', 100, '--threads', 1,
        '--start', here('natural', name + '.png') if start == 'photo' else 'noise', *options, *what)
    os.rename(glob.glob(os.path.join(made, 'stimuli', '*.png'))[0], image)


# ---- measures ------------------------------------------------------------------------------------

def responses(model, images):
    rows = list(csv.DictReader(io.StringIO(run('predict', model, '--images', images))))
    return {os.path.basename(r['image']): {k.rpartition(':')[2]: float(v) for k, v in r.items() if k != 'image'} for r in rows}


def judged(judge, s, images):
    """Returns z by image and unit, of a judge of session s; z is over the photographs."""
    model, known = here(f'judge_{s}_{judge}.json'), here(f'photographs_{s}_{judge}.npz')
    if not os.path.exists(known):
        of = list(responses(model, here('photographs')).values())
        np.savez(known, **{u: np.array([r[u] for r in of]) for u in of[0]})
    photos = np.load(known)
    units = {u: (photos[u].mean(), photos[u].std(ddof=1)) for u in photos}
    return {name: {u: (v - units[u][0]) / units[u][1] for u, v in r.items()} for name, r in responses(model, images).items()}


def target_z(judge, row, who):
    z = {}
    for s in SESSIONS:
        of = judged(judge, s, here(row))
        z.update({(t, n): of[f'{t}_{n}.png'][f'unit{n}'] for t, n in who if t == s})
    return np.array([z[k] for k in who])


def lab(images):
    """Returns a* and b* (CIE 1976, D65) of sRGB images."""
    v = images / 255.0
    linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[.4124, .3576, .1805], [.2126, .7152, .0722], [.0193, .1192, .9505]]).T / [.9505, 1, 1.089]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])


def slope(images):
    """Returns the mean slope of the amplitude spectrum of gray, as 'evoke statistics' fits it."""
    gray = images @ np.array([.299, .587, .114])
    side = gray.shape[1]
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side))
    middles = [2 ** (-1 - (b + 0.5) / 2) for b in range(12)]
    bands = [(m, (f <= m * 2 ** 0.25) & (f > m * 2 ** -0.25)) for m in middles if 1 / 32 <= m <= 1 / 4]
    fits = []
    for g in gray:
        a = np.abs(np.fft.fft2(g - g.mean()))
        fits.append(np.polyfit([np.log(m) for m, _ in bands], [np.log(a[at].mean()) for _, at in bands], 1)[0])
    return np.mean(fits)


def colour_distance(images, photos):
    """The earth mover's distance of the pixels' a* and b*, as the mean over 16 directions."""
    random = np.random.default_rng(0)
    points = [np.stack([c.ravel() for c in lab(i)], 1) for i in (images, photos)]
    points = [p[random.choice(len(p), 20000)] for p in points]
    at = np.arange(16) * np.pi / 16
    a, b = (np.sort(p @ np.stack([np.cos(at), np.sin(at)]), axis=0) for p in points)
    return np.abs(a - b).mean()


def load(names):
    return np.stack([np.asarray(Image.open(n).convert('RGB'), dtype=float) for n in names])


def looks(images, photos):
    a, b = lab(images)
    return (f'{np.median(np.hypot(a, b).mean((1, 2))):.0f} | {colour_distance(images, photos):.1f} | {slope(images):.2f} | '
            f'{(images @ np.array([.299, .587, .114])).mean():.0f} | {images.std((1, 2)).mean():.0f} | {np.isin(images, (0, 255)).mean():.1%}')


def gain_of(v):
    return f'{v.mean():+.2f} +- {1.96 * v.std(ddof=1) / np.sqrt(len(v)):.2f} ({np.mean(v > 0):.0%})'


def main():
    os.makedirs(folder, exist_ok=True)
    photographs()
    names = sorted(glob.glob(os.path.abspath(here('photographs', '*.jpg'))))
    for listing, step in (('half.txt', 2), ('quarter.txt', 4)):
        with open(here(listing), 'w') as f:
            f.write('\n'.join(names[::step]) + '\n')
    all_neurons = neurons()
    fit_models(all_neurons)
    naturals(all_neurons)
    who = all_neurons[first::every]
    photos = load(names[5::11])
    print(f'{len(who)} neurons; gain in z over the best photograph, 95 % interval (share that gains)\n')
    print('| images | ' + ' | '.join(JUDGES) + ' | all | chroma | distance | slope | gray | SD | clipped |')
    print('|---' * (len(JUDGES) + 8) + '|')
    print('| photographs |' + ' |' * (len(JUDGES) + 1) + f' {looks(photos, photos[::-1])} |')
    base = {j: target_z(j, 'natural', who) for j in JUDGES}
    print('| their best, z | ' + ' | '.join(f'{base[j].mean():.2f}' for j in JUDGES) + f' | | {looks(load([here("natural", f"{s}_{n}.png") for s, n in who]), photos)} |', flush=True)
    os.makedirs(here('sets'), exist_ok=True)
    for row, *options in map(str.split, wanted or ROWS):
        what, _, _, judges = ROWS[row]
        at = folder_of(row, options)
        os.makedirs(here(at), exist_ok=True)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda k: climb(row, options, *k), who))
        gains = {j: target_z(j, at, who) - base[j] for j in judges}
        print(f'| {" ".join([what, *options])} | ' + ' | '.join(gain_of(gains[j]) if j in gains else '' for j in JUDGES) +
              f' | {gain_of(np.concatenate(list(gains.values())))} | {looks(load([here(at, f"{s}_{n}.png") for s, n in who]), photos)} |', flush=True)


main()

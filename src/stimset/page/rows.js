// SPDX-License-Identifier: GPL-3.0-or-later
// rows.js - the rows of images

const tiles = []; // the element of each item
const sections = []; // the element of each row

// The response, and z of held-out judges.
function valueWords(item) {
    const value = make('span', 'value'), between = item.of === undefined ? ' \u00b7 ' : '  ';
    if (item.response !== undefined)
        value.append(make('b', '', digits(item.response)));
    if (item.z !== undefined)
        value.append((item.response !== undefined ? between : '') + 'z ' + digits(item.z));
    return value;
}

// A session does not say what part its judges had.
function isHeldOut(judge) {
    return judge[1] === 'heldout' || judge[1] === '';
}

// z of each judge; a star marks judges that are not held out.
function judgeWords(item) {
    return item.judges.map(function (judge) {
        return judge[0].replace(/:[^:]*$/, '') + ' ' + (judge[2] === null ? 'n/a' : digits(judge[2])) +
            (isHeldOut(judge) ? '' : '*');
    }).join(' \u00b7 ');
}

// What stands first below an image: what it is.
function kindWords(item) {
    if (item.control && item.type !== 'adversarial')
        return item.control;
    if (item.type === 'adversarial')
        return (item.objective || '') + (item.budget !== undefined ? ' \u2264 ' + digits(item.budget).replace(/\.?0+$/, '') + ' ' + (item.norm || '') : '');
    if (item.best)
        return '';
    return item.unit && item.objective && item.objective !== 'max' ? item.objective : '';
}

function makeWords(item) {
    const words = make('span', 'words');
    const kind = kindWords(item);
    if (kind)
        words.append(make('span', 'what', kind));
    words.append(make('span', 'id', shortId(item)));
    if (item.response !== undefined || item.z !== undefined)
        words.append(valueWords(item));
    if (item.of === undefined && item.judges && (item.judges.length > 1 || !isHeldOut(item.judges[0])))
        words.append(make('span', 'judges', judgeWords(item)));
    const warnings = item.flags.filter(function (flag) { return flag !== 'ok'; });
    if (warnings.length)
        words.append(make('span', 'flag', warnings.join(', ')));
    return words;
}

function makeMat(index) {
    const mat = make('span', 'mat'), image = make('img');
    image.alt = '';
    image.decoding = 'async';
    image.loading = 'lazy';
    image.dataset.item = index;
    nearby.observe(image);
    mat.append(image);
    return mat;
}

function makeTile(index) {
    const tile = make('div', 'tile'), face = make('button', 'face');
    face.type = 'button';
    face.tabIndex = -1;
    face.dataset.item = index;
    const mat = makeMat(index);
    mat.append(make('span', 'mark'));
    face.append(mat, makeWords(items[index]));
    tile.append(face);
    tiles[index] = tile;
    return tile;
}

// The image that perturbed ones were made from, beside these; it can be vetoed in its own row.
function makeGhost(index) {
    const ghost = make('div', 'ghost');
    ghost.append(make('div', 'kind', 'base'), makeMat(index));
    ghost.append(make('span', 'words id', shortId(items[index])));
    return ghost;
}

// The base image of an item, where it stands in another row.
function baseElsewhere(item) {
    return item.base !== undefined && items[item.base].row !== item.row ? item.base : undefined;
}

// What stands above an image: the set, above the first of each.
function headWords(item, before) {
    if (item.best)
        return 'best photograph \u00b7 ' + setName(item);
    return !before || before.best || before.set !== item.set ? setName(item) : '';
}

function makeCell(index, before) {
    const item = items[index], cell = make('div', item.best ? 'cell best' : 'cell');
    if (page.rows[item.row].unit)
        cell.append(make('div', 'kind', headWords(item, before)));
    cell.append(makeTile(index));
    return cell;
}

// Make the images of a row: cells of an image, with its controls below it; images with one base
// stand together, behind it.
function makeCells(row) {
    const cells = make('div', 'cells');
    let place = cells, before = null, cell = null, small = null;
    for (let index = row.first; index < row.first + row.count; index++) {
        const item = items[index];
        if (item.of !== undefined) {
            if (!small) {
                small = make('div', 'small');
                cell.append(small);
            }
            small.append(makeTile(index));
            continue;
        }
        const base = baseElsewhere(item);
        if (base === undefined) {
            place = cells;
        } else if (!before || before.base !== base || before.set !== item.set) {
            place = make('div', 'pair');
            place.append(makeGhost(base));
            cells.append(place);
        }
        cell = makeCell(index, before);
        small = null;
        place.append(cell);
        before = item;
    }
    return cells;
}

// About how high a row is, for the scroll bar, before the browser has laid it out.
function guessHeight(row) {
    const inLine = Math.max(1, Math.floor((window.innerWidth - 60) / 180));
    const main = items.slice(row.first, row.first + row.count).filter(function (item) { return item.of === undefined; }).length;
    const controls = Math.ceil((row.count - main) / main / 2);
    return 60 + Math.ceil(main / inLine) * (260 + 130 * controls);
}

function makeRow(row, number) {
    const section = make('section'), head = make('h2', '', row.name);
    for (let index = row.first; index < row.first + row.count; index++) {
        items[index].row = number;
        items[index].unit = row.unit;
    }
    head.append(make('span', '', [row.about, counted(row.count, 'image')].filter(Boolean).join(' \u00b7 ')));
    section.setAttribute('aria-label', (row.unit ? 'Unit ' : 'Set ') + row.name);
    section.append(head);
    section.style.containIntrinsicSize = 'auto ' + guessHeight(row) + 'px';
    return section;
}

function makeRows() {
    page.rows.forEach(function (row, number) { sections.push(makeRow(row, number)); });
    page.rows.forEach(function (row, number) { sections[number].append(makeCells(row)); });
    byId('rows').append(...sections);
    items.forEach(function (item, index) { showDecision(index); });
}

// ---- decisions

function decisionWords(index) {
    const decision = decisions.get(index);
    return !decision ? '' : decision.kept ? 'kept' : decision.reason ? 'vetoed: ' + decision.reason : 'vetoed';
}

function showDecision(index) {
    const tile = tiles[index], item = items[index], state = stateOf(index);
    tile.classList.toggle('vetoed', state === 'vetoed');
    tile.classList.toggle('kept', state === 'kept');
    tile.querySelector('.mark').textContent = decisionWords(index);
    tile.firstChild.setAttribute('aria-label', [shortId(item) + ' of ' + setName(item), kindWords(item),
        item.best ? 'best photograph' : '',
        item.response !== undefined ? 'response ' + digits(item.response) : '',
        item.z !== undefined ? 'z ' + digits(item.z) : '', item.flags.join(', '),
        decisionWords(index) || 'undecided'].filter(Boolean).join(', '));
}

// SPDX-License-Identifier: GPL-3.0-or-later
// filter.js - which images are shown, and how many there are of each kind

const states = ['all', 'undecided', 'kept', 'vetoed'];
const filter = {state: 'all', set: '', unit: '', flag: ''};
const stateButtons = {};

function flagsOf(item) {
    return item.flags.length ? item.flags : ['none'];
}

function passes(index) {
    const item = items[index];
    return (filter.state === 'all' || stateOf(index) === filter.state) &&
        (filter.set === '' || item.set === Number(filter.set)) &&
        (filter.unit === '' || item.row === Number(filter.unit)) &&
        (filter.flag === '' || flagsOf(item).includes(filter.flag));
}

// ---- counts

function showCounts() {
    const counts = {all: items.length, undecided: 0, kept: 0, vetoed: 0};
    items.forEach(function (item, index) { counts[stateOf(index)]++; });
    for (const state of states)
        stateButtons[state].lastChild.textContent = grouped(counts[state]);
    byId('save').classList.toggle('unsaved', !isSaved());
    document.title = (isSaved() ? '' : '\u2022 ') + page.sets.map(function (set) { return set.name; }).join(', ');
    showNote();
}

function showNote() {
    const notes = [];
    if (page.reduced)
        notes.push('Images of more than ' + page.reduced + ' pixels are reduced on this page, so that it stays below 60 MB; the files of the sets are larger.');
    if (!remembers)
        notes.push('This browser does not remember decisions for this page: save veto.tsv before you close it.');
    byId('note').textContent = notes.join(' ');
    byId('note').hidden = notes.length === 0;
}

// ---- what is shown

function applyFilter() {
    let shown = 0;
    items.forEach(function (item, index) {
        const pass = passes(index);
        tiles[index].hidden = !pass;
        shown += pass;
    });
    document.querySelectorAll('.cell').forEach(function (cell) {
        cell.hidden = !cell.querySelector('.tile:not([hidden])');
    });
    document.querySelectorAll('.pair').forEach(function (pair) {
        pair.hidden = !pair.querySelector('.cell:not([hidden])');
    });
    sections.forEach(function (section) {
        section.hidden = !section.querySelector('.cell:not([hidden])');
    });
    byId('shown').textContent = shown === items.length ? '' : counted(shown, 'image') + ' shown';
    byId('empty').hidden = shown > 0;
}

function setFilter(name, value) {
    filter[name] = value;
    for (const state of states)
        stateButtons[state].setAttribute('aria-pressed', state === filter.state);
    applyFilter();
    keepFocusable();
}

function showAll() {
    filter.state = 'all';
    for (const name of ['set', 'unit', 'flag'])
        filter[name] = byId('filter-' + name).value = '';
    setFilter('state', 'all');
}

function addOption(select, value, text) {
    const option = make('option', '', text);
    option.value = value;
    select.append(option);
}

// Fill in a list of choices with how many images each has; it is hidden where it has none.
function fillSelect(name, all, choices) {
    const select = byId('filter-' + name);
    addOption(select, '', all);
    for (const [value, text, count] of choices)
        addOption(select, value, text + ' (' + grouped(count) + ')');
    select.parentElement.hidden = choices.length < 2;
    select.addEventListener('change', function () { setFilter(name, select.value); });
}

function countItems(test) {
    return items.filter(test).length;
}

function makeFilters() {
    for (const state of states) {
        const button = make('button', '', state === 'all' ? 'All ' : state[0].toUpperCase() + state.slice(1) + ' ');
        button.type = 'button';
        button.append(make('b'));
        button.setAttribute('aria-pressed', state === 'all');
        button.addEventListener('click', function () { setFilter('state', state); });
        stateButtons[state] = button;
        byId('states').append(button);
    }
    fillSelect('set', 'all', page.sets.map(function (set, number) {
        return [String(number), set.name, countItems(function (item) { return item.set === number; })];
    }));
    fillSelect('unit', 'all', page.rows.map(function (row, number) { return [String(number), row.name, row.count, row.unit]; })
        .filter(function (choice) { return choice[3]; }));
    const flags = new Map();
    for (const item of items)
        for (const flag of flagsOf(item))
            flags.set(flag, (flags.get(flag) || 0) + 1);
    fillSelect('flag', 'any', Object.keys(flagMeanings).filter(function (flag) { return flags.has(flag); })
        .map(function (flag) { return [flag, flag, flags.get(flag)]; }));
    const units = page.rows.filter(function (row) { return row.unit; }).length;
    byId('summary').textContent = counted(items.length, 'image') + ' of ' + counted(page.sets.length, 'set') +
        (units ? ', ' + counted(units, 'unit') : '');
}

// SPDX-License-Identifier: GPL-3.0-or-later
// keys.js - the focus, the keys, the mouse, and the beginning

// ---- the focus: one image at a time can be reached by Tab, arrows lead to the others

function faceOf(index) {
    return tiles[index].firstChild;
}

function goTo(index) {
    faceOf(current).tabIndex = -1;
    current = index;
    faceOf(current).tabIndex = 0;
}

function focusTile(index) {
    goTo(index);
    faceOf(index).focus();
    faceOf(index).scrollIntoView({block: 'nearest'});
}

// The next image that passes the filter, or else the one before; -1 where there is none.
function nextShown(index) {
    for (let i = index + 1; i < items.length; i++)
        if (passes(i))
            return i;
    for (let i = index - 1; i >= 0; i--)
        if (passes(i))
            return i;
    return -1;
}

function keepFocusable() {
    if (!tiles[current].hidden)
        return;
    const next = nextShown(current);
    if (next >= 0)
        goTo(next);
}

function step(by) {
    let index = current + by;
    while (index >= 0 && index < items.length && tiles[index].hidden)
        index += by;
    if (index < 0 || index >= items.length)
        return;
    if (byId('view').open)
        openView(index);
    else
        focusTile(index);
}

// The nearest image above or below: in this row of the page, else in the next one that is shown.
// Rows out of sight are not laid out yet, so that places in them can be compared only with each other.
function stepLine(down) {
    const from = faceOf(current).getBoundingClientRect(), sign = down ? 1 : -1;
    let best = -1, bestGap = Infinity;
    for (let index = current + sign; index >= 0 && index < items.length; index += sign) {
        if (tiles[index].hidden)
            continue;
        if (best >= 0 && items[index].row !== items[best].row)
            break;
        const to = faceOf(index).getBoundingClientRect();
        const gap = down ? to.top - from.bottom : from.top - to.bottom;
        const total = 3 * gap + Math.abs(to.left - from.left);
        if ((gap > -2 || items[index].row !== items[current].row) && total < bestGap) {
            best = index;
            bestGap = total;
        }
    }
    if (best >= 0)
        focusTile(best);
}

function lastShown(fromEnd) {
    const list = items.map(function (item, index) { return index; }).filter(function (index) { return !tiles[index].hidden; });
    if (list.length)
        focusTile(fromEnd ? list[list.length - 1] : list[0]);
}

// ---- what is around images

const surrounds = [['gray', '#7f7f7f'], ['black', '#000000'], ['white', '#ffffff']];
let surround = 0;

function changeSurround() {
    surround = (surround + 1) % surrounds.length;
    document.documentElement.style.setProperty('--surround', surrounds[surround][1]);
    byId('surround').textContent = 'Surround: ' + surrounds[surround][0];
}

// ---- keys

const actions = {
    ArrowLeft: function () { step(-1); },
    ArrowRight: function () { step(1); },
    ArrowUp: function () { if (!byId('view').open) stepLine(false); },
    ArrowDown: function () { if (!byId('view').open) stepLine(true); },
    Home: function () { if (!byId('view').open) lastShown(false); },
    End: function () { if (!byId('view').open) lastShown(true); },
    v: function () { toggleVeto(current); },
    k: function () { toggleKeep(current); },
    r: function () { openReason(current); },
    f: function () { if (!byId('view').open) stateButtons[filter.state].focus(); },
    s: saveVetoes,
    b: changeSurround,
    '?': function () { byId('keys').showModal(); },
};

function onReasonKey(event) {
    const number = Number(event.key);
    if (byId('why-text').value === '' || byId('why-text').selectionStart === 0 && byId('why-text').selectionEnd === byId('why-text').value.length)
        if (number >= 1 && number <= suggestions.length) {
            event.preventDefault();
            giveReason(suggestions[number - 1]);
        }
}

function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey)
        return;
    if (byId('why').open) {
        onReasonKey(event);
        return;
    }
    const isChoice = event.target.tagName === 'SELECT';
    const inHead = event.target.closest && event.target.closest('header');
    if (event.key === 'Escape' && inHead) {
        focusTile(current);
        return;
    }
    if (byId('keys').open || isChoice || (inHead && event.key.length > 1))
        return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const isDecision = 'vkr'.includes(event.key.toLowerCase());
    if (!action || (isDecision && tiles[current].hidden && !byId('view').open))
        return;
    event.preventDefault();
    action();
}

// ---- the mouse

const quick = make('div');

function makeQuick() {
    const no = make('button', '', '\u2715'), yes = make('button', '', '\u2713');
    quick.id = 'quick';
    no.type = yes.type = 'button';
    no.tabIndex = yes.tabIndex = -1;
    no.title = 'Veto (v)';
    yes.title = 'Keep (k)';
    no.setAttribute('aria-label', 'Veto');
    yes.setAttribute('aria-label', 'Keep');
    quick.append(no, yes);
    no.addEventListener('click', function () { goTo(quickItem()); toggleVeto(current); });
    yes.addEventListener('click', function () { goTo(quickItem()); toggleKeep(current); });
}

function quickItem() {
    return Number(quick.parentElement.firstChild.dataset.item);
}

function listen() {
    const main = byId('rows');
    main.addEventListener('mouseover', function (event) {
        const tile = event.target.closest('.tile');
        if (tile && quick.parentElement !== tile)
            tile.append(quick);
    });
    main.addEventListener('click', function (event) {
        const face = event.target.closest('.face'), ghost = event.target.closest('.ghost img');
        if (face || ghost)
            openView(Number((face || ghost).dataset.item));
    });
    main.addEventListener('focusin', function (event) {
        if (event.target.classList.contains('face'))
            goTo(Number(event.target.dataset.item));
    });
    document.addEventListener('keydown', onKey);
    byId('save').addEventListener('click', saveVetoes);
    byId('surround').addEventListener('click', changeSurround);
    byId('all').addEventListener('click', showAll);
}

// ---- the beginning

recall();
makeFilters();
makeRows();
makeQuick();
makeDialogs();
listen();
showCounts();
goTo(0);
faceOf(0).focus({preventScroll: true});
document.documentElement.dataset.ready = 'true';

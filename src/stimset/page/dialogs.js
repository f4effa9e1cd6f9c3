// SPDX-License-Identifier: GPL-3.0-or-later
// dialogs.js - the enlarged image, the reason of a veto, and the help

const suggestions = ['artefact', 'face', 'text', 'too bright', 'too dark', 'no contrast', 'duplicate', 'not natural', 'distracting'];
let current = 0; // the item that keys speak of
let decisionBefore; // what is true again where no reason is given after all

// ---- the enlarged image

function addFact(list, name, value) {
    if (value !== undefined && value !== '')
        list.append(make('dt', '', name), make('dd', '', value));
}

function neuronWords(item) {
    return item.neuron_model ? item.neuron_model + ':' + (item.neuron_output || '') : undefined;
}

function showFacts(item) {
    const list = byId('view-facts'), row = page.rows[item.row];
    list.replaceChildren();
    addFact(list, 'Set', setName(item));
    addFact(list, 'Unit', row.unit ? row.name : undefined);
    addFact(list, 'Neuron', neuronWords(item));
    addFact(list, 'Control', item.control ? item.control + (item.control_of ? ' of ' + item.control_of.replace(/^stim-/, '') : '') : undefined);
    addFact(list, 'Made from', item.made_from ? item.made_from.replace(/^stim-/, '') : item.source);
    addFact(list, 'Response', digits(item.response));
    addFact(list, 'Of its source', digits(item.source_response));
    addFact(list, 'z, held out', digits(item.z));
    addFact(list, 'Percentile', item.percentile !== undefined ? digits(item.percentile) + ' %' : undefined);
    addFact(list, 'z, own model', digits(item.own_z));
    addFact(list, 'Best natural z', digits(item.natural_z));
    addFact(list, 'Flags', item.flags.map(function (flag) {
        return flag + (flag !== 'ok' && flagMeanings[flag] ? ' (' + flagMeanings[flag] + ')' : '');
    }).join(', '));
    addFact(list, 'Duplicate of', item.duplicate_of ? item.duplicate_of.replace(/^stim-/, '') : undefined);
    addFact(list, 'Size', item.width + ' \u00d7 ' + item.height + ' pixels' +
        (page.reduced && Math.max(item.width, item.height) > page.reduced ? ', reduced here' : ''));
}

function showJudges(item) {
    const table = byId('view-judges'), body = table.tBodies[0];
    body.replaceChildren();
    for (const judge of item.judges || []) {
        const row = make('tr');
        row.append(make('td', '', judge[0]), make('td', '', judge[1] === 'heldout' ? 'held out' : judge[1] || 'n/a'),
            make('td', '', judge[2] === null ? 'n/a' : digits(judge[2])));
        body.append(row);
    }
    table.hidden = !item.judges;
}

// Show the image by a whole number of screen pixels for each of its own, where it fits.
function fitImage() {
    const image = byId('view-image'), stage = image.parentElement;
    image.style.width = image.style.height = '0'; // so that the stage has the size that it has without it
    const room = Math.min((stage.clientWidth - 40) / image.naturalWidth, (stage.clientHeight - 40) / image.naturalHeight);
    const scale = room >= 1 ? Math.floor(room) : room;
    image.style.width = Math.max(image.naturalWidth * scale, 1) + 'px';
    image.style.height = Math.max(image.naturalHeight * scale, 1) + 'px';
}

function showView(index) {
    const item = items[index], decision = byId('view-decision'), image = byId('view-image');
    image.src = pictureAddress(item);
    image.alt = item.about || item.id;
    byId('view-id').textContent = shortId(item);
    byId('view-about').textContent = item.about || '';
    decision.textContent = decisionWords(index);
    decision.className = stateOf(index);
    byId('view-veto').textContent = stateOf(index) === 'vetoed' ? 'Take veto back' : 'Veto';
    byId('view-keep').textContent = stateOf(index) === 'kept' ? 'Do not keep' : 'Keep';
    byId('view-reason').hidden = stateOf(index) !== 'vetoed';
    showFacts(item);
    showJudges(item);
}

function openView(index) {
    goTo(index);
    if (!byId('view').open)
        byId('view').showModal();
    showView(index);
    byId('view-image').decode().then(fitImage, function () { });
}

// ---- the reason

function openReason(index) {
    const decision = decisions.get(index);
    goTo(index);
    if (!decision || decision.kept)
        decide(index, {reason: ''});
    decisionBefore = decision;
    byId('why-of').textContent = shortId(items[index]) + ' of ' + setName(items[index]);
    byId('why-text').value = decisions.get(index).reason;
    byId('why').showModal();
    byId('why-text').focus();
    byId('why-text').select();
}

function giveReason(text) {
    decide(current, {reason: cleanReason(text)});
    byId('why').close();
}

function makeSuggestions() {
    suggestions.forEach(function (text, number) {
        const button = make('button');
        button.type = 'button';
        button.append(make('kbd', '', String(number + 1)), text);
        button.addEventListener('click', function () { giveReason(text); });
        byId('why-suggestions').append(button);
    });
}

// ---- deciding

function toggleVeto(index) {
    if (stateOf(index) === 'vetoed') {
        decide(index, undefined);
        afterDecision(index);
    } else {
        openReason(index);
    }
}

function toggleKeep(index) {
    decide(index, stateOf(index) === 'kept' ? undefined : {kept: true});
    afterDecision(index);
}

// An image that the filter no longer shows goes away, and the next one has its place.
function afterDecision(index) {
    if (byId('view').open)
        showView(index);
    else
        refilter();
}

function refilter() {
    const next = passes(current) ? current : nextShown(current);
    applyFilter();
    if (next >= 0)
        focusTile(next);
}

// ---- buttons of dialogs

function makeDialogs() {
    const view = byId('view'), why = byId('why'), keys = byId('keys');
    makeSuggestions();
    byId('view-veto').addEventListener('click', function () { toggleVeto(current); });
    byId('view-keep').addEventListener('click', function () { toggleKeep(current); });
    byId('view-reason').addEventListener('click', function () { openReason(current); });
    byId('view-before').addEventListener('click', function () { step(-1); });
    byId('view-after').addEventListener('click', function () { step(1); });
    byId('view-close').addEventListener('click', function () { view.close(); });
    byId('why-undo').addEventListener('click', function () { decide(current, undefined); why.close(); });
    byId('why-form').addEventListener('submit', function (event) {
        event.preventDefault();
        giveReason(byId('why-text').value);
    });
    why.addEventListener('cancel', function () { decide(current, decisionBefore); });
    why.addEventListener('close', function () { afterDecision(current); });
    view.addEventListener('close', refilter);
    view.addEventListener('click', function (event) { if (event.target === view) view.close(); });
    byId('keys-close').addEventListener('click', function () { keys.close(); });
    byId('help').addEventListener('click', function () { keys.showModal(); });
    window.addEventListener('resize', function () { if (view.open) fitImage(); });
    for (const flag of Object.keys(flagMeanings))
        byId('flags').append(make('dt', '', flag), make('dd', '', flagMeanings[flag]));
}

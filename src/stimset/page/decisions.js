// SPDX-License-Identifier: GPL-3.0-or-later
// decisions.js - which images are vetoed or kept, remembered by the browser and saved as a table

// A decision of an item: undefined, {kept: true}, or {reason: "..."} where it is vetoed.
const decisions = new Map();
let savedText = '';
let remembers = true;

const storeName = 'evoke-sheet-' + page.key;

function stateOf(index) {
    const decision = decisions.get(index);
    return !decision ? 'undecided' : decision.kept ? 'kept' : 'vetoed';
}

// A reason as it can stand in a cell of a table: one line, without characters that are not seen.
function cleanReason(text) {
    return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufff0-\ufffb]/gu, ' ')
        .replace(/\s+/g, ' ').replace(/^["\s]+/, '').trim().slice(0, 200);
}

// The table of vetoes, in the order of the page.
function vetoTable() {
    let text = 'set\tstimulus_id\treason\n';
    items.forEach(function (item, index) {
        const decision = decisions.get(index);
        if (decision && !decision.kept)
            text += setName(item) + '\t' + item.id + '\t' + decision.reason + '\n';
    });
    return text;
}

function isSaved() {
    return vetoTable() === savedText;
}

// ---- the browser's memory, which may be refused to a page of a file

function remember() {
    const kept = [], vetoed = {};
    decisions.forEach(function (decision, index) {
        if (decision.kept)
            kept.push(index);
        else
            vetoed[index] = decision.reason;
    });
    try {
        localStorage.setItem(storeName, JSON.stringify({kept: kept, vetoed: vetoed, saved: savedText}));
        remembers = true;
    } catch (error) {
        remembers = false;
    }
}

function recall() {
    let there = null;
    try {
        there = JSON.parse(localStorage.getItem(storeName));
    } catch (error) {
        remembers = false;
    }
    items.forEach(function (item, index) {
        if (item.veto !== undefined)
            decisions.set(index, {reason: item.veto});
    });
    savedText = vetoTable();
    if (!there || !Array.isArray(there.kept) || typeof there.vetoed !== 'object')
        return;
    decisions.clear();
    for (const index of there.kept)
        if (items[index])
            decisions.set(index, {kept: true});
    for (const index of Object.keys(there.vetoed))
        if (items[index])
            decisions.set(Number(index), {reason: cleanReason(String(there.vetoed[index]))});
    savedText = typeof there.saved === 'string' ? there.saved : savedText;
}

// ---- changes

function decide(index, decision) {
    if (decision)
        decisions.set(index, decision);
    else
        decisions.delete(index);
    remember();
    showDecision(index);
    showCounts();
}

function saveVetoes() {
    const text = vetoTable();
    const address = URL.createObjectURL(new Blob([text], {type: 'text/tab-separated-values'}));
    const link = make('a');
    link.href = address;
    link.download = 'veto.tsv';
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(address); }, 10000);
    savedText = text;
    remember();
    showCounts();
}

window.addEventListener('beforeunload', function (event) {
    if (!isSaved()) {
        event.preventDefault();
        event.returnValue = '';
    }
});

// SPDX-License-Identifier: GPL-3.0-or-later
// page.js - what the page has: its data, its pictures, and short functions for all scripts
//
// All names and texts come from files of strangers.  They are put into the page as text, never as
// HTML, and every script here is one script, which the policy of the page allows by its hash.
'use strict';

const page = JSON.parse(document.getElementById('data').textContent);
const items = page.items;

// What a flag says, for the help and the enlarged image.
const flagMeanings = {
    'ok': 'no warning',
    'natural-is-better': 'a reference image drives the unit as much, or more',
    'flat': 'the image has hardly any contrast',
    'no-gain': 'the ascent gained no more than rounding to 8 bits changes',
    'extrapolates': 'the response is far beyond that to the best photograph (25 SD)',
    'saturated': 'more than half of the values are 0 or 255',
    'duplicate': 'the set has an earlier image that looks the same',
    'none': 'images without flags, such as controls and photographs',
};

function byId(id) {
    return document.getElementById(id);
}

// Make an element with a class and a text.
function make(name, className, text) {
    const element = document.createElement(name);
    if (className)
        element.className = className;
    if (text !== undefined)
        element.textContent = text;
    return element;
}

// A number with three digits, and with a proper minus.
function digits(value) {
    if (value === undefined || value === null)
        return '';
    const size = Math.abs(value);
    const text = size >= 1e5 || (size < 1e-3 && size > 0) ? value.toExponential(2)
        : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
    return text.replace('-', '\u2212');
}

function grouped(count) {
    return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

// "1 image", "1,000 images"
function counted(count, word) {
    return grouped(count) + ' ' + word + (count === 1 ? '' : 's');
}

function shortId(item) {
    return item.id.replace(/^stim-/, '');
}

function setName(item) {
    return page.sets[item.set].name;
}

// ---- pictures: base64 in the page, which becomes an image when it is about to be seen

function pictureAddress(item) {
    const element = byId('p' + item.picture);
    return 'data:' + element.type + ',' + element.textContent;
}

function showPicture(image) {
    if (!image.src)
        image.src = pictureAddress(items[image.dataset.item]);
}

const nearby = new IntersectionObserver(function (entries) {
    for (const entry of entries)
        if (entry.isIntersecting) {
            showPicture(entry.target);
            nearby.unobserve(entry.target);
        }
}, {rootMargin: '800px'});

window.addEventListener('beforeprint', function () {
    document.querySelectorAll('main img').forEach(showPicture);
});

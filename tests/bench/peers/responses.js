// SPDX-License-Identifier: GPL-3.0-or-later
// responses.js NODE_MODULES MODEL.onnx PIXELS IMAGES THREADS - responses by onnxruntime-node
//
// PIXELS is a file of bytes, images x 112 x 112 x 3. The program speaks as those of served.py do.
// Whatever has nothing to do with the network, as the order of channels, is not timed.
const [modules, model, pixels, images, threads] = process.argv.slice(2);
const ort = require(modules + '/onnxruntime-node');
const area = 112 * 112, count = Number(images);

function ready() { // the images as float32, channels first
    const bytes = require('fs').readFileSync(pixels), out = new Float32Array(3 * area * count);
    for (let i = 0; i < count; i++)
        for (let p = 0; p < area; p++)
            for (let c = 0; c < 3; c++)
                out[(i * 3 + c) * area + p] = bytes[(i * area + p) * 3 + c];
    return out;
}

async function respond(session, x, batch, n) {
    const out = [];
    for (let i = 0; i < n; i += batch) {
        const size = Math.min(batch, n - i), part = x.subarray(i * 3 * area, (i + size) * 3 * area);
        const y = await session.run({image: new ort.Tensor('float32', part, [size, 3, 112, 112])});
        out.push(...y.response.data);
    }
    return out;
}

async function main() {
    const x = ready(), session = await ort.InferenceSession.create(
        model, {intraOpNumThreads: Number(threads), interOpNumThreads: 1});
    let best = 0, least = Infinity;
    for (const batch of [1, 4, 16, 64, 256]) {
        await respond(session, x, batch, Math.min(count, 256));
        const begin = performance.now();
        await respond(session, x, batch, Math.min(count, 256));
        if (performance.now() - begin < least) {
            least = performance.now() - begin;
            best = batch;
        }
    }
    console.log(JSON.stringify(
        {responses: await respond(session, x, 8, 8), form: 'batches of ' + best}));
    for await (const line of require('readline').createInterface({input: process.stdin})) {
        const begin = performance.now();
        await respond(session, x, best, count);
        console.log(JSON.stringify({seconds: (performance.now() - begin) / 1000}));
    }
}
main();

// What the page holds: the network, the samples, and where one is. Its parts look on, and say what to change.

import { drawSample, prepared, whole } from "./drawing.js";
import { grid, network } from "./network.js";
import { corrupted, knowsNoise } from "./noise.js";
import { numbers, size } from "./numbers.js";

/** An element, by its id. @param {string} id @returns {any} */
export const element = (id) => document.getElementById(id);

/** @param {string} id @param {string} kind @param {(event: any) => void} done */
export const on = (id, kind, done) => element(id).addEventListener(kind, done);

/** @param {string} name */
export const blob = (name) => element(`blob-${name}`).textContent;

export const facts = JSON.parse(element("facts").textContent);
export const net = facts.grid ? grid(facts, blob("grid")) : network(facts, blob("weights"));
export const length = size(facts.sample_shape);
const all = numbers(blob("samples"), facts.samples_are);
export const samples = Array.from({ length: all.length / length }, (_, i) => all.subarray(i * length, (i + 1) * length));
/** @type {import("./drawing.js").Look} */
export const look = { kind: facts.kind, shape: facts.sample_shape, limits: facts.limits, colours: facts.colours.classes };
/** How many times as wide as high samples are drawn. */
export const ratio = facts.kind === "images" ? facts.sample_shape[1] / facts.sample_shape[0] : 1.5;
/** The samples' latents, as far as they are known. @type {Float32Array[]} */
export const latents = [];

/** Where one is. */
export const now = {
  /** @type {Float32Array} */ latent: new Float32Array(size(facts.latent_shape)),
  label: 0,
  /** The clean sample that was encoded; null once the latent was moved by hand. @type {Float32Array | null} */ sample: null,
  /** Its number among the samples; -1 if it is none of them. */ which: -1,
  level: facts.corruption?.level ?? 0,
  seed: 1,
  /** @type {Float32Array} */ output: new Float32Array(length),
};

/** @type {(() => void)[]} */
const lookers = [];
/** @type {((samePlane: boolean) => void)[]} */
const settlers = [];

/** Asks to be told whenever the latent has moved. @param {() => void} looker */
export const onMove = (looker) => void lookers.push(looker);

/** Asks to be told once it stays; and whether only within the plane. @param {(samePlane: boolean) => void} settler */
export const onSettle = (settler) => void settlers.push(settler);

/** Decodes where one is, and tells. */
export function moved() {
  now.output = net.decode(net.nearest(now.latent), now.label);
  lookers.forEach((look) => look());
}

/** @param {boolean} samePlane */
export function settled(samePlane = false) {
  settlers.forEach((settle) => settle(samePlane));
}

/** Takes another latent, by hand. @param {Float32Array} latent */
export function moveBy(latent) {
  Object.assign(now, { latent, sample: null });
  moved();
}

/** The label that a sample has, as the network is told it. @param {number} which */
export const labelOf = (which) => (facts.classes ? Math.max(0, facts.classes.indexOf(facts.labels[which])) : 0);

/** Goes to one of the samples. @param {number} which */
export function goTo(which) {
  Object.assign(now, { sample: samples[which], which, label: labelOf(which) });
  encode();
  settled();
}

/** Another sample. @param {number} by */
export const step = (by) => goTo((now.which + by + samples.length) % samples.length);

/** What goes in: the sample, with noise where the network knows some. */
export function input() {
  const sample = now.sample ?? new Float32Array(length);
  if (!knowsNoise(facts.corruption)) return sample;
  return corrupted(sample, facts.sample_shape, facts.corruption, now.level, now.seed);
}

/** Sends the sample through the network. */
export function encode() {
  now.latent = net.encode ? net.encode(input(), now.label) : latents[now.which].slice();
  moved();
}

/** What a sample is called. @param {number} i */
export const named = (i) => (facts.labels ? `${facts.names[i]}, label ${facts.labels[i]}` : facts.names[i]);

/** How many steps of a sample are real. @param {number} which */
export const stepsOf = (which) => (facts.steps && which >= 0 ? facts.steps[which] : facts.sample_shape[0]);

/** Draws a sample over the whole of a canvas. @param {HTMLCanvasElement} canvas @param {Float32Array} sample @param {number} [which] */
export function drawInto(canvas, sample, which = -1) {
  canvas.style.aspectRatio = String(ratio);
  const context = prepared(canvas);
  drawSample(context, sample, look, whole(context), { steps: stepsOf(which) });
}

/** Says something to whoever looks, or listens. @param {string} text */
export function tell(text) {
  element("message").hidden = !text;
  element("message").textContent = text;
}

/** Does work in turns of some milliseconds, so that the page stays at hand. @param {Iterator<void>} work @param {() => void} [after] */
export function inTurns(work, after) {
  const until = performance.now() + 10;
  while (performance.now() < until) {
    if (work.next().done) return after?.();
  }
  setTimeout(inTurns, 0, work, after);
}

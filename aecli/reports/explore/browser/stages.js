// A sample on its way: what goes in, its latent, what comes out, how far off that is; and what one can put in.

import { drawError, drawLatent, drawSample, prepared, whole } from "./drawing.js";
import { letDraw, readSample } from "./hands.js";
import { lossOf, percentile } from "./losses.js";
import { knowsNoise } from "./noise.js";
import {
  drawInto, element, encode, facts, goTo, input, latents, length, look, named, net, now, on, onMove, onSettle, ratio, samples,
  settled, step, stepsOf, tell,
} from "./page.js";

/** Samples that are shown as the nearest ones. */
const NEIGHBOURS = 8;

/** Draws the four stages. */
function draw() {
  const steps = stepsOf(now.which);
  if (now.sample) drawInto(element("input"), input(), now.which);
  const latent = prepared(element("latent"));
  drawLatent(latent, net.nearest(now.latent), facts.latent_shape, whole(latent));
  const output = prepared(element("output"));
  if (now.sample && look.kind !== "images") drawSample(output, now.sample, look, whole(output), { faint: true, steps });
  drawSample(output, now.output, look, whole(output), { steps });
  const error = prepared(element("error"));
  const most = net.encode && now.sample ? drawError(error, now.sample, now.output, look, whole(error), steps) : null;
  element("most").textContent = most === null ? "error" : `error, up to ±${most.toPrecision(2)}`;
  element("loss").textContent = judged(steps);
}

/** The loss in words. @param {number} steps */
function judged(steps) {
  const { sample } = now;
  if (!net.encode) return "The output is a point of the plane: without its network, the page can't reconstruct the sample.";
  if (!sample) return "The latent was moved by hand: it is no sample's.";
  const counted = (length / facts.sample_shape[0]) * steps;
  const loss = lossOf(facts.loss, sample, now.output, counted, facts.sample_shape);
  const said = `Reconstruction loss ${loss.toPrecision(4)} ${facts.unit}`;
  if (knowsNoise(facts.corruption) && now.level > 0) return `${said}, against the clean sample.`;
  return `${said}: higher than ${percentile(loss, facts.train_losses).toFixed(1)} % of the training samples.`;
}

/** Shows the samples whose latents are nearest. */
function showNeighbours() {
  const far = latents.map((latent) => latent.reduce((sum, x, j) => sum + (x - now.latent[j]) ** 2, 0));
  const others = [...far.keys()].filter((i) => !(now.sample && i === now.which));
  const nearest = others.sort((a, b) => far[a] - far[b]).slice(0, NEIGHBOURS);
  element("near").hidden = nearest.length === 0;
  element("neighbours").replaceChildren(...nearest.map(button));
  nearest.forEach((i, place) => drawInto(element("neighbours").children[place].firstChild, samples[i], i));
}

/** A sample to go to. @param {number} i */
function button(i) {
  const made = document.createElement("button");
  made.title = named(i);
  made.setAttribute("aria-label", named(i));
  made.append(document.createElement("canvas"), facts.labels ? facts.labels[i].slice(0, 8) : "");
  made.addEventListener("click", () => goTo(i));
  return made;
}

/** Puts in a sample that is none of the page's. @param {Float32Array} sample @param {string} name */
function putIn(sample, name) {
  Object.assign(now, { sample, which: -1 });
  element("which").textContent = name;
  tell("");
  encode();
}

/** @param {File | undefined} file */
async function take(file) {
  if (!file || !net.encode) return;
  try {
    const sample = await readSample(file, facts);
    const [low, high] = facts.limits;
    putIn(element("invert").checked ? sample.map((x) => low + high - x) : sample, file.name);
    settled();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
}

/** Makes the stages and all that goes into them work. */
export function offerStages() {
  for (const id of ["input", "latent", "output", "error"]) element(id).style.aspectRatio = String(ratio);
  on("previous", "click", () => step(-1));
  on("next", "click", () => step(1));
  on("random", "click", () => goTo(Math.floor(Math.random() * samples.length)));
  offerNoise();
  offerHands();
  onMove(draw);
  onSettle(() => {
    if (now.sample && now.which >= 0) element("which").textContent = named(now.which);
    showNeighbours();
  });
}

function offerNoise() {
  const known = knowsNoise(facts.corruption) && net.encode !== null;
  element("noise-row").hidden = !known;
  if (!known) return;
  const noise = element("noise");
  noise.max = facts.corruption.type === "gaussian" ? Math.max(1, 2 * now.level) : 1;
  noise.value = now.level;
  element("level").textContent = now.level.toFixed(2);
  on("noise", "input", () => {
    now.level = Number(noise.value);
    element("level").textContent = now.level.toFixed(2);
    if (now.sample) encode();
  });
  on("anew", "click", () => {
    now.seed++;
    if (now.sample) encode();
  });
}

function offerHands() {
  element("by-hand").hidden = !net.encode;
  element("inverting").hidden = facts.kind !== "images";
  if (!net.encode) return;
  const blank = () => new Float32Array(length).fill(facts.limits[0]);
  letDraw(element("input"), look, () => now.sample ?? blank(), (sample) => putIn(sample, "drawn by hand"), settled);
  on("clear", "click", () => {
    putIn(blank(), "drawn by hand");
    settled();
  });
  on("file", "change", () => take(element("file").files[0]));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    take(event.dataTransfer?.files[0]);
  });
}

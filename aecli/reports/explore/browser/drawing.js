// Samples, errors and latents on a canvas: images as pixels, sequences and rows as lines.

import { size } from "./numbers.js";

/**
 * @typedef {object} Look
 * @property {string} kind `images`, `sequences` or `rows`.
 * @property {number[]} shape Of a sample.
 * @property {[number, number]} limits What is black and what is white, or the bottom and the top of a line.
 * @property {string[]} colours Of the lines.
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {[number, number, number]} Colour
 */

const BELOW = /** @type {Colour} */ ([33, 102, 172]);
const ABOVE = /** @type {Colour} */ ([178, 24, 43]);
const NONE = /** @type {Colour} */ ([247, 247, 247]);

/**
 * A canvas as sharp as the screen, its context in the units of the page.
 * @param {HTMLCanvasElement} canvas
 * @returns {Context}
 */
export function prepared(canvas) {
  const context = /** @type {Context} */ (canvas.getContext("2d"));
  const { width, height } = canvas.getBoundingClientRect();
  const [wide, tall] = [width, height].map((side) => Math.max(1, Math.round(side * devicePixelRatio)));
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  context.setTransform(wide / (width || 1), 0, 0, tall / (height || 1), 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * All of a canvas that `prepared` made ready.
 * @param {Context} context
 * @returns {Box}
 */
export function whole(context) {
  const { a, d } = context.getTransform();
  return { x: 0, y: 0, width: context.canvas.width / a, height: context.canvas.height / d };
}

/**
 * Draws a sample.
 * @param {Context} context
 * @param {Float32Array} sample
 * @param {Look} look
 * @param {Box} box
 * @param {{steps?: number, faint?: boolean}} [how] Steps that are real; whether lines are pale.
 */
export function drawSample(context, sample, look, box, how = {}) {
  const [low, high] = look.limits;
  if (look.kind === "images") {
    const channels = look.shape[2] ?? 1;
    const scale = 255 / (high - low);
    drawPixels(context, look.shape, box, (at) => {
      const [red, green, blue] = channels === 3 ? [0, 1, 2] : [0, 0, 0];
      const start = at * channels;
      return [sample[start + red], sample[start + green], sample[start + blue]].map(
        (value) => (value - low) * scale,
      );
    });
    return;
  }
  const [count, features] = [look.shape[0], look.shape[1] ?? 1];
  const steps = how.steps ?? count;
  context.lineWidth = box.height > 60 ? 1.5 : 1;
  context.globalAlpha = how.faint ? 0.35 : 1;
  for (let feature = 0; feature < features; feature++) {
    context.strokeStyle = look.colours[feature % look.colours.length];
    context.beginPath();
    for (let step = 0; step < steps; step++) {
      const x = box.x + ((step + 0.5) / count) * box.width;
      const part = (sample[step * features + feature] - low) / (high - low);
      context.lineTo(x, box.y + (0.96 - 0.92 * Math.min(Math.max(part, -0.04), 1.04)) * box.height);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * Draws how far an output is from its target: red where it is too high, blue where it is too low.
 * @param {Context} context
 * @param {Float32Array} target
 * @param {Float32Array} output
 * @param {Look} look
 * @param {Box} box
 * @param {number} [steps]
 * @returns {number} The largest error, which has the full colour.
 */
export function drawError(context, target, output, look, box, steps) {
  const error = output.map((value, i) => value - target[i]);
  const channels = look.kind === "images" ? (look.shape[2] ?? 1) : 1;
  const errors = new Float32Array(error.length / channels);
  for (let i = 0; i < error.length; i++) errors[Math.floor(i / channels)] += error[i] / channels;
  const most = errors.reduce((found, value) => Math.max(found, Math.abs(value)), 1e-6);
  if (look.kind === "images") drawPixels(context, look.shape, box, (at) => diverging(errors[at] / most));
  else drawSample(context, errors, { ...look, limits: [-most, most] }, box, { steps });
  if (look.kind !== "images") {
    context.fillStyle = "#888";
    context.fillRect(box.x, box.y + box.height / 2, box.width, 1);
  }
  return most;
}

/**
 * Draws a latent: bars, or of many numbers their maps, around 0.
 * @param {Context} context
 * @param {Float32Array} latent
 * @param {number[]} shape
 * @param {Box} box
 */
export function drawLatent(context, latent, shape, box) {
  const most = latent.reduce((found, value) => Math.max(found, Math.abs(value)), 1e-6);
  if (latent.length <= 128) {
    const wide = box.width / latent.length;
    latent.forEach((value, i) => {
      const tall = (value / most) * (box.height / 2 - 2);
      context.fillStyle = `rgb(${tall > 0 ? ABOVE : BELOW})`;
      context.fillRect(box.x + i * wide, box.y + box.height / 2 - Math.max(tall, 0), Math.max(wide - 1, 0.5), Math.abs(tall));
    });
    return;
  }
  const [rows, columns, maps] = shape.length === 3 ? shape : [1, 1, latent.length];
  const across = Math.ceil(Math.sqrt((maps * rows * box.width) / (columns * box.height)));
  const down = Math.ceil(maps / across);
  const gap = rows > 1 ? 1 : 0;
  const sheet = [down * (rows + gap), across * (columns + gap)];
  drawPixels(context, sheet, box, (at) => {
    const [row, column] = [Math.floor(at / sheet[1]), at % sheet[1]];
    const map = Math.floor(row / (rows + gap)) * across + Math.floor(column / (columns + gap));
    const [top, left] = [row % (rows + gap), column % (columns + gap)];
    if (map >= maps || top >= rows || left >= columns) return [128, 128, 128, 0];
    return diverging(latent[(top * columns + left) * maps + map] / most);
  });
}

/**
 * Blue below 0, near white at 0, red above.
 * @param {number} part In [-1, 1].
 * @returns {number[]}
 */
function diverging(part) {
  const end = part > 0 ? ABOVE : BELOW;
  return NONE.map((level, i) => level + Math.min(Math.abs(part), 1) * (end[i] - level));
}

const sheet = document.createElement("canvas");

/**
 * Draws pixels, each as a sharp rectangle.
 * @param {Context} context
 * @param {number[]} shape (height, width, …)
 * @param {Box} box
 * @param {(at: number) => number[]} colour Of each pixel, row by row: red, green, blue and maybe alpha, 0 to 255.
 */
function drawPixels(context, [height, width], box, colour) {
  if (sheet.width !== width || sheet.height !== height) Object.assign(sheet, { width, height });
  const own = /** @type {Context} */ (sheet.getContext("2d", { willReadFrequently: true }));
  const image = own.createImageData(width, height);
  const count = size([height, width]);
  for (let at = 0; at < count; at++) {
    const [red, green, blue, alpha = 255] = colour(at);
    image.data[4 * at] = red;
    image.data[4 * at + 1] = green;
    image.data[4 * at + 2] = blue;
    image.data[4 * at + 3] = alpha;
  }
  own.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = width > box.width;
  context.drawImage(sheet, box.x, box.y, box.width, box.height);
}

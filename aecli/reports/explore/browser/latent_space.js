// The plane of the latent space with its axes, its legend, and the label that the decoder is told.

import { drawSample } from "./drawing.js";
import { numbers } from "./numbers.js";
import {
  blob, drawInto, element, facts, goTo, inTurns, labelOf, latents, look, moveBy, moved, named, net, now, on, onMove, onSettle,
  samples, settled, step, tell,
} from "./page.js";
import { axesOf, Plane } from "./plane.js";

/** Cells a side of what the plane decodes to. */
const CELLS = 14;

/** Milliseconds that the latest drags took, from the event to the picture. @type {number[]} */
export const drags = [];

const axes = axesOf(facts.axes, numbers(blob("components"), "float16"), facts.prior);
let painted = 0;

const plane = new Plane(element("plane"), {
  move: (x, y) => {
    const begun = performance.now();
    moveBy(at(now.latent, x, y));
    drags.push(performance.now() - begun);
    if (drags.length > 500) drags.shift();
  },
  settle: () => settled(true),
  pick: goTo,
  hover: showHover,
  gather: (found) => {
    element("gathered").hidden = false;
    element("names").value = found.map(named).join("\n");
    tell(`${found.length} samples are inside`);
  },
});
plane.prior = facts.prior;

/** A latent at another place of the plane: all else stays. @param {Float32Array} latent @param {number} x @param {number} y */
function at(latent, x, y) {
  const [across, up] = plane.axes;
  const there = latent.slice();
  across.move(there, x - across.place(there));
  up.move(there, y - up.place(there));
  return there;
}

/** @param {Float32Array} latent */
const placeOf = (latent) => ({ x: plane.axes[0].place(latent), y: plane.axes[1].place(latent) });

/** @param {number} i @param {number} x @param {number} y */
function showHover(i, x, y) {
  const hover = element("hover");
  hover.hidden = i < 0;
  if (i < 0) return;
  const { offsetLeft, offsetTop, clientWidth, clientHeight } = plane.canvas;
  hover.style.left = `${offsetLeft + Math.min(x + 14, clientWidth - 110)}px`;
  hover.style.top = `${offsetTop + Math.min(y + 14, clientHeight - 140)}px`;
  hover.querySelector("span").textContent = named(i);
  drawInto(hover.querySelector("canvas"), samples[i], i);
}

/** Encodes all samples: points appear as they are known. */
export function* encodeSamples() {
  const known = facts.label_order ?? [];
  const colours = facts.colours.classes;
  for (const [i, sample] of samples.entries()) {
    latents[i] = net.encode ? net.encode(sample, labelOf(i)) : placed(i);
    const colour = known.length ? colours[known.indexOf(facts.labels[i]) % colours.length] : facts.colours.train;
    plane.put(i, { ...placeOf(latents[i]), colour });
    if (i % 50 === 49) plane.draw();
    yield;
  }
  plane.draw();
}

/** Where a sample lies in a plane that was decoded beforehand. @param {number} i */
export const placed = (i) => Float32Array.from(facts.grid.places.slice(2 * i, 2 * i + 2));

/** What the plane decodes to, from the middle out, the other dimensions as they are now. */
function paint() {
  const mine = ++painted;
  const [across, up] = plane.axes;
  const side = Math.round(plane.canvas.clientWidth * devicePixelRatio);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  plane.background = canvas;
  if (!element("decoded").checked) return plane.draw();
  const [base, label, cell, middle] = [now.latent.slice(), now.label, side / CELLS, (CELLS - 1) / 2];
  const cells = Array.from({ length: CELLS ** 2 }, (_, i) => ({ row: Math.floor(i / CELLS), column: i % CELLS }));
  /** @param {{row: number, column: number}} cell */
  const away = ({ row, column }) => Math.hypot(row - middle, column - middle);
  cells.sort((a, b) => away(a) - away(b));
  function* fill() {
    for (const [done, { row, column }] of cells.entries()) {
      if (mine !== painted) return;
      const x = across.middle + ((2 * column + 1) / CELLS - 1) * across.reach;
      const y = up.middle + (1 - (2 * row + 1) / CELLS) * up.reach;
      const output = net.decode(net.nearest(at(base, x, y)), label);
      drawSample(context, output, look, { x: column * cell, y: row * cell, width: cell, height: cell });
      if (done % 28 === 27) plane.draw();
      yield;
    }
  }
  inTurns(fill(), () => plane.draw());
}

/** Two axes of one kind, which aren't the same. @param {string} changed */
function choose(changed) {
  const other = changed === "across" ? "up" : "across";
  const chosen = Number(element(changed).value);
  /** @param {number} i */
  const fits = (i) => i !== chosen && axes[i].kind === axes[chosen].kind;
  if (!fits(Number(element(other).value))) element(other).value = axes.findIndex((_, i) => fits(i));
  const [x, y] = [axes[Number(element("across").value)], axes[Number(element("up").value)]];
  const reach = Math.max(x.reach, y.reach);
  // A prior is round.
  plane.axes = facts.prior ? [{ ...x, reach }, { ...y, reach }] : [x, y];
  latents.forEach((latent, i) => plane.put(i, { ...plane.points[i], ...placeOf(latent) }));
  plane.here = placeOf(now.latent);
  paint();
}

/** Makes axes, labels, legend, lasso and keys work. */
export function offerLatentSpace() {
  for (const [which, id] of ["across", "up"].entries()) {
    element(id).replaceChildren(...axes.map((axis, i) => new Option(axis.name, String(i), i === which, i === which)));
    on(id, "change", () => choose(id));
  }
  offerLabels();
  on("decoded", "change", paint);
  on("lasso", "click", () => {
    plane.gathering = !plane.gathering;
    element("lasso").setAttribute("aria-pressed", String(plane.gathering));
  });
  on("copy", "click", () => {
    element("names").select();
    navigator.clipboard?.writeText(element("names").value).catch(() => document.execCommand("copy"));
  });
  offerKeys();
  choose("across");
  onMove(() => {
    plane.here = placeOf(now.latent);
    plane.draw();
  });
  onSettle((samePlane) => samePlane || paint());
}

function offerLabels() {
  element("told").hidden = !facts.classes;
  const classes = facts.classes ?? [];
  element("label").replaceChildren(...classes.map((/** @type {string} */ name, /** @type {number} */ i) => new Option(name, String(i))));
  on("label", "change", () => {
    Object.assign(now, { label: Number(element("label").value), sample: null });
    moved();
    settled();
  });
  onMove(() => (element("label").value = now.label));
  const names = facts.label_order?.length <= 20 ? facts.label_order : [];
  element("legend").replaceChildren(...names.map(explained));
}

/** A label with its colour. @param {string} name @param {number} i */
function explained(name, i) {
  const [item, dot] = [document.createElement("span"), document.createElement("i")];
  dot.style.background = facts.colours.classes[i % facts.colours.classes.length];
  item.append(dot, name);
  return item;
}

function offerKeys() {
  /** @type {Record<string, [number, number]>} */
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  on("plane", "keydown", (event) => {
    const arrow = arrows[event.key];
    if (!arrow || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 0.2 : 0.04;
    const [across, up] = plane.axes;
    plane.wishes.move(plane.here.x + far * arrow[0] * across.reach, plane.here.y + far * arrow[1] * up.reach);
  });
  on("plane", "keyup", (event) => event.key in arrows && settled(true));
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
  });
}

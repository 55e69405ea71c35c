// The entries that a latent is made of, where it is made of entries of a codebook.

import { drawSample, prepared, whole } from "./drawing.js";
import { blob, element, facts, inTurns, look, moveBy, net, now, onMove, onSettle, ratio } from "./page.js";
import { numbers, size } from "./numbers.js";

/** Positions around the chosen one that an entry is shown within. */
const AROUND = 1;

/** Shows which entry stands where, and puts others there. */
export function offerCodebook() {
  element("codebook").hidden = !facts.codebook;
  if (!facts.codebook) return;
  const [start, [count, dim]] = facts.codebook;
  const entries = numbers(blob("weights"), facts.precision).subarray(start, start + size([count, dim]));
  const latentShape = facts.latent_shape;
  const [rows, columns] = latentShape.length === 3 ? latentShape : [1, latentShape[0]];
  const map = element("map");
  let [position, painted] = [Math.floor((rows * columns) / 2), 0];
  map.style.aspectRatio = String(rows > 1 ? ratio : 2.5);

  /** Which entry stands at each position. @param {Float32Array} latent */
  function indices(latent) {
    return Array.from({ length: rows * columns }, (_, place) => {
      let [found, least] = [0, Infinity];
      for (let entry = 0; entry < count; entry++) {
        let distance = 0;
        for (let i = 0; i < dim; i++) distance += (latent[place * dim + i] - entries[entry * dim + i]) ** 2;
        if (distance < least) [found, least] = [entry, distance];
      }
      return found;
    });
  }

  /** The latent with another entry at the chosen position. @param {number} entry */
  function withEntry(entry) {
    const changed = net.nearest(now.latent);
    changed.set(entries.subarray(entry * dim, (entry + 1) * dim), position * dim);
    return changed;
  }

  /** The map of entries over the output that they make. */
  function drawMap() {
    const context = prepared(map);
    const { width, height } = whole(context);
    drawSample(context, now.output, look, { x: 0, y: 0, width, height });
    const [wide, tall] = [width / columns, height / rows];
    context.font = `${Math.max(8, Math.min(12, wide / 2.6))}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const found = indices(net.nearest(now.latent));
    found.forEach((entry, place) => {
      const [x, y] = [(place % columns) * wide, Math.floor(place / columns) * tall];
      const same = entry === found[position];
      context.lineWidth = place === position ? 4 : same ? 2 : 0.5;
      context.strokeStyle = same ? "#ffb000" : "#888";
      context.strokeRect(x + 1, y + 1, wide - 2, tall - 2);
      context.lineWidth = 3;
      context.strokeStyle = "#000";
      context.strokeText(String(entry + 1), x + wide / 2, y + tall / 2);
      context.fillStyle = "#fff";
      context.fillText(String(entry + 1), x + wide / 2, y + tall / 2);
    });
  }

  /** What an entry would look like at the chosen position, and around it. @param {HTMLCanvasElement} canvas @param {number} entry */
  function drawPatch(canvas, entry) {
    canvas.style.aspectRatio = String(ratio);
    const context = prepared(canvas);
    const { width, height } = whole(context);
    const side = rows > 1 ? 2 * AROUND + 1 : 0;
    const [wide, tall] = side ? [(width * columns) / side, (height * rows) / side] : [width, height];
    const [row, column] = [Math.floor(position / columns), position % columns];
    const [x, y] = side ? [-((column - AROUND) * width) / side, -((row - AROUND) * height) / side] : [0, 0];
    drawSample(context, net.decode(withEntry(entry), now.label), look, { x, y, width: wide, height: tall });
  }

  const buttons = Array.from({ length: count }, (_, entry) => {
    const button = document.createElement("button");
    button.setAttribute("aria-label", `Put entry ${entry + 1} at the chosen position`);
    button.append(document.createElement("canvas"), String(entry + 1));
    button.addEventListener("click", () => moveBy(withEntry(entry)));
    return button;
  });
  element("palette").replaceChildren(...buttons);

  function paint() {
    const mine = ++painted;
    function* patches() {
      for (const [entry, button] of buttons.entries()) {
        if (mine !== painted) return;
        drawPatch(/** @type {HTMLCanvasElement} */ (button.firstChild), entry);
        yield;
      }
    }
    inTurns(patches());
  }

  /** @param {number} place */
  function choose(place) {
    position = Math.min(Math.max(place, 0), rows * columns - 1);
    drawMap();
    paint();
  }

  map.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const [row, column] = [(event.offsetY / map.clientHeight) * rows, (event.offsetX / map.clientWidth) * columns];
    choose(Math.floor(row) * columns + Math.floor(column));
  });
  /** @type {Record<string, number>} */
  const arrows = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  map.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!(event.key in arrows)) return;
    event.preventDefault();
    choose(position + arrows[event.key]);
  });
  onMove(drawMap);
  onSettle(paint);
}

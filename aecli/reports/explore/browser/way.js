// From one latent to another, in a straight line.

import { drawInto, element, moveBy, net, now, on, settled } from "./page.js";

/** Outputs that are shown along the way. */
const FRAMES = 8;

/** Makes the two ends and the way between them work. */
export function offerWay() {
  /** @type {Float32Array} */
  let from;
  /** @type {Float32Array} */
  let to;
  const [frames, between] = [element("frames"), element("between")];
  /** @param {number} part */
  const mixed = (part) => from.map((x, i) => x + part * (to[i] - x));

  on("from", "click", () => {
    from = now.latent.slice();
    element("to").disabled = false;
    between.disabled = true;
    frames.replaceChildren();
  });
  on("to", "click", () => {
    to = now.latent.slice();
    Object.assign(between, { disabled: false, value: 1 });
    frames.replaceChildren(...Array.from({ length: FRAMES }, () => document.createElement("canvas")));
    [...frames.children].forEach((canvas, i) => drawInto(canvas, net.decode(net.nearest(mixed(i / (FRAMES - 1))), now.label)));
  });
  on("between", "input", () => moveBy(mixed(Number(between.value))));
  on("between", "change", () => settled());
}

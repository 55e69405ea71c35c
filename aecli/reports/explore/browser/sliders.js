// One slider a dimension, those that are used most first.

import { size } from "./numbers.js";
import { element, facts, moveBy, now, onMove, settled } from "./page.js";

/** Shown at once; the others on request. */
const FIRST = 12;

/** Offers a slider for each dimension that the page's facts list. */
export function offerSliders() {
  const { order, measure } = facts.axes;
  const count = size(facts.latent_shape);
  element("dimensions").open = innerWidth > 760; // or a phone would show little else
  element("dimensions").hidden = order.length < 3 || facts.codebook !== null;
  const listed = order.length < count ? `${order.length} of ${count} dimensions` : "Dimensions";
  element("dimensions").querySelector("summary").textContent = `${listed}, by ${measure}`;
  const rows = order.map(row);
  element("sliders").replaceChildren(...rows.slice(0, FIRST));
  element("more-sliders").replaceChildren(...rows.slice(FIRST));
  element("more").hidden = rows.length <= FIRST;
  onMove(() => {
    for (const slider of element("dimensions").querySelectorAll("input")) {
      slider.value = now.latent[Number(slider.dataset.dimension)];
    }
  });
}

/** @param {number} dimension @param {number} rank */
function row(dimension, rank) {
  const { activity, measure, mean, spread } = facts.axes;
  const [middle, reach] = facts.prior ? [0, 3.3] : [mean[rank], 3.3 * spread[rank] || 1];
  const slider = Object.assign(document.createElement("input"), { type: "range" });
  Object.assign(slider, { min: middle - reach, max: middle + reach, step: "any" });
  slider.dataset.dimension = String(dimension);
  slider.setAttribute("aria-label", `dimension ${dimension + 1}`);
  slider.addEventListener("input", () => moveBy(now.latent.map((x, i) => (i === dimension ? Number(slider.value) : x))));
  slider.addEventListener("change", () => settled());
  const used = Object.assign(document.createElement("span"), { className: "used" });
  used.style.width = `${(100 * activity[rank]) / Math.max(activity[0], 1e-9)}%`;
  const label = document.createElement("label");
  label.title = `${measure}: ${activity[rank]}`;
  label.append(String(dimension + 1), slider, used);
  return label;
}

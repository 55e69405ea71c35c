// The beginning: what the page is, whether its network is right, and everything that can be touched.

import { offerCodebook } from "./codebook.js";
import { drags, encodeSamples, offerLatentSpace, placed } from "./latent_space.js";
import { element, encode, facts, goTo, inTurns, labelOf, latents, moved, net, now, samples, settled, tell } from "./page.js";
import { offerSliders } from "./sliders.js";
import { offerStages } from "./stages.js";
import { offerWay } from "./way.js";

/** How far this browser's network is from Keras's, on the first sample; null where there is no network. */
function check() {
  if (!net.encode) return null;
  const code = net.encode(samples[0], labelOf(0));
  const output = net.decode(code, labelOf(0));
  /** @param {Float32Array} found @param {number[]} expected */
  const most = (found, expected) => expected.reduce((away, x, i) => Math.max(away, Math.abs(found[i] - x)), 0);
  return { code: most(code, facts.check.code), output: most(output, facts.check.output) };
}

/** How good the network in the page is, in words. */
function introduced() {
  const { agreement, grid, precision } = facts;
  if (!agreement) {
    const told = grid.label === null ? "" : ` and told the label ${grid.label}`;
    return `${grid.reason}. In its place, the page has ${grid.side} × ${grid.side} points of the plane, decoded beforehand${told}.`;
  }
  const flips = agreement.flips ? `, and ${(100 * agreement.flips).toFixed(2)} % of choices fell out differently` : "";
  return (
    `The network runs in this page, in ${precision}: on ${agreement.samples} test samples its outputs differ from ` +
    `Keras's by ${agreement.output.toPrecision(2)} at most, its latents by ${agreement.code.toPrecision(2)} of the ` +
    `largest number${flips}. Nothing is sent anywhere.`
  );
}

const seen = check();
const weights = facts.weights.toLocaleString("en");
element("what").textContent = `An autoencoder (${facts.words}) of ${weights} weights, trained on ${facts.data}.`;
element("foot").textContent = introduced();
// Where choices may flip, that of the first sample may be one of them.
if (seen && !facts.agreement.flips && !(seen.output <= 2 * facts.agreement.allowed)) {
  tell(`In this browser, the network differs from Keras's by ${seen.output.toPrecision(2)}: don't trust what it shows.`);
}
offerSliders();
offerStages();
offerWay();
offerCodebook();
if (!net.encode) latents[0] = placed(0);
offerLatentSpace();
let width = innerWidth;
addEventListener("resize", () => {
  // A phone that hides its bars changes its height alone, and again and again.
  if (innerWidth === width) return;
  width = innerWidth;
  if (now.sample) encode();
  else moved();
  settled();
});
goTo(0);
const ready = new Promise((/** @type {(value?: any) => void} */ done) => inTurns(encodeSamples(), () => done(settled(true))));

/** For tests, and for the curious: flat arrays in, flat arrays out. */
const aecli = {
  /** @param {number[]} sample */
  encode: (sample, label = 0) => Array.from(net.encode?.(Float32Array.from(sample), label) ?? []),
  /** @param {number[]} latent */
  decode: (latent, label = 0) => Array.from(net.decode(Float32Array.from(latent), label)),
  /** @param {number[]} sample */
  reconstruct: (sample, label = 0) => aecli.decode(aecli.encode(sample, label), label),
  check: seen,
  count: samples.length,
  /** @param {number} which */
  sample: (which) => Array.from(samples[which]),
  labelOf,
  drags,
  now,
  facts,
  ready,
};
Object.assign(window, { aecli });

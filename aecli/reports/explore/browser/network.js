// The network of a page, or what stands in its place: both are used alike.

import { numbers, size } from "./numbers.js";
import { compile } from "./operations.js";

/**
 * @typedef {object} Network
 * @property {((sample: Float32Array, label: number) => Float32Array) | null} encode Sample → latent; null where there
 *   is no encoder.
 * @property {(latent: Float32Array, label: number) => Float32Array} decode Latent → sample.
 * @property {(latent: Float32Array) => Float32Array} nearest Any numbers → the nearest that can be a latent.
 */

/**
 * The network itself.
 * @param {any} facts
 * @param {string} text Its weights.
 * @returns {Network}
 */
export function network(facts, text) {
  const weights = numbers(text, facts.precision);
  const encode = compile(facts.programs.encode, weights);
  const decode = compile(facts.programs.decode, weights);
  const nearest = compile(facts.programs.nearest, weights);
  /** @param {number} label */
  const told = (label) => (facts.classes ? [oneHot(label, facts.classes.length)] : []);
  return {
    encode: (sample, label) => encode(sample, ...told(label))[0].slice(),
    decode: (latent, label) => decode(latent, ...told(label))[0].slice(),
    nearest: (latent) => nearest(latent)[0].slice(),
  };
}

/**
 * Points of the plane, decoded beforehand; between them, what lies around is mixed.
 * @param {any} facts
 * @param {string} text
 * @returns {Network}
 */
export function grid(facts, text) {
  const decoded = numbers(text, "float16");
  const { side, reach } = facts.grid;
  const count = size(facts.sample_shape);
  return {
    encode: null,
    decode: (latent) => {
      const [x, y] = [0, 1].map((axis) => {
        const place = ((latent[axis] / reach[axis] + 1) / 2) * (side - 1);
        return Math.min(Math.max(place, 0), side - 1 - 1e-6);
      });
      const made = new Float32Array(count);
      for (const [row, above] of [[Math.floor(y), 1 - (y % 1)], [Math.floor(y) + 1, y % 1]]) {
        for (const [column, beside] of [[Math.floor(x), 1 - (x % 1)], [Math.floor(x) + 1, x % 1]]) {
          const start = (row * side + column) * count;
          for (let i = 0; i < count; i++) made[i] += above * beside * decoded[start + i];
        }
      }
      return made;
    },
    nearest: (latent) => latent.slice(),
  };
}

/**
 * @param {number} label
 * @param {number} classes
 */
function oneHot(label, classes) {
  const row = new Float32Array(classes);
  row[label] = 1;
  return row;
}

// The noise that a network learned to remove, at any level; `aecli/data/corruption.py` says the same of tensors.

/**
 * Chance in [0, 1), the same for the same seed (Marsaglia's xorshift, 2003).
 * @param {number} seed
 */
function chance(seed) {
  let state = (seed * 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** @typedef {(sample: Float32Array, shape: number[], level: number, next: () => number, patch: number) => Float32Array} Noise */

/** @type {Record<string, Noise>} */
const NOISES = {
  gaussian: (sample, _shape, level, next) =>
    sample.map((x) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.min(Math.max(x + level * normal, 0), 1);
    }),
  salt_and_pepper: (sample, _shape, level, next) =>
    sample.map((x) => {
      const drawn = next();
      if (drawn < level / 2) return 0;
      return drawn >= 1 - level / 2 ? 1 : x;
    }),
  masking: (sample, shape, level, next, patch) => {
    if (patch === 1) return sample.map((x) => (next() < level ? 0 : x));
    const [tall, wide, channels] = shape.length > 2 ? shape : [shape[0], shape[1] ?? 1, 1];
    const across = Math.ceil(wide / patch);
    const patches = Array.from({ length: Math.ceil(tall / patch) * across }, next);
    const bound = [...patches].sort((a, b) => a - b)[Math.round(level * patches.length)] ?? 2;
    return sample.map((x, i) => {
      const [row, column] = [Math.floor(i / (wide * channels)), Math.floor(i / channels) % wide];
      return patches[Math.floor(row / patch) * across + Math.floor(column / patch)] < bound ? 0 : x;
    });
  },
};

/**
 * A sample with noise.
 * @param {Float32Array} sample
 * @param {number[]} shape
 * @param {{type: string, patch: number}} corruption
 * @param {number} level At 0 there is none.
 * @param {number} seed
 * @returns {Float32Array}
 */
export function corrupted(sample, shape, corruption, level, seed) {
  return level > 0 ? NOISES[corruption.type](sample, shape, level, chance(seed), corruption.patch) : sample;
}

/**
 * Whether a page knows this noise.
 * @param {{type: string} | null} corruption
 */
export function knowsNoise(corruption) {
  return corruption !== null && corruption.type in NOISES;
}

// How far an output is from its target; `aecli/objectives/distortion.py` says the same of tensors.

/** @typedef {(target: number, output: number) => number} Error The loss of one number. */

/** @type {Error} */
function crossEntropy(target, output) {
  const p = Math.min(Math.max(output, 1e-7), 1 - 1e-7);
  return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
}

/** @type {Record<string, Error>} */
const ERRORS = {
  binary_crossentropy: crossEntropy,
  bernoulli: crossEntropy,
  mse: (target, output) => (target - output) ** 2,
  gaussian: (target, output) => (target - output) ** 2,
  mae: (target, output) => Math.abs(target - output),
  huber: (target, output) => {
    const error = Math.abs(target - output);
    return error < 0.1 ? error ** 2 / 0.2 : error - 0.05;
  },
};

/**
 * The reconstruction loss of a sample.
 * @param {{name: string, sigma?: number}} loss
 * @param {Float32Array} target
 * @param {Float32Array} output
 * @param {number} count How many of the numbers count, from the first: those of steps that aren't padding.
 * @param {number[]} shape
 * @returns {number}
 */
export function lossOf(loss, target, output, count, shape) {
  if (loss.name === "ssim") return 1 - similarity(target, output, shape);
  const error = ERRORS[loss.name];
  let sum = 0;
  for (let i = 0; i < count; i++) sum += error(target[i], output[i]);
  if (loss.name === "bernoulli") return sum;
  if (loss.sigma === undefined) return sum / count;
  return 0.5 * (sum / loss.sigma ** 2 + count * Math.log(2 * Math.PI)) + count * Math.log(loss.sigma);
}

/**
 * The percentage of training samples whose loss is lower, 0 to 100.
 * @param {number} loss
 * @param {number[]} quantiles Of the training samples' losses, rising.
 */
export function percentile(loss, quantiles) {
  const above = quantiles.findIndex((quantile) => quantile >= loss);
  if (above <= 0) return above === 0 ? 0 : 100;
  const [low, high] = [quantiles[above - 1], quantiles[above]];
  return (100 * (above - 1 + (loss - low) / (high - low))) / (quantiles.length - 1);
}

/**
 * Structural similarity of images in [0, 1] (Wang et al., 2004): windows of 11 pixels, Gaussian weights of width 1.5.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number[]} shape
 */
function similarity(a, b, [height, width, channels = 1]) {
  const side = 11;
  const line = Array.from({ length: side }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
  const total = line.reduce((sum, weight) => sum + weight, 0) ** 2;
  let [sum, windows] = [0, 0];
  for (let c = 0; c < channels; c++) {
    for (let top = 0; top + side <= height; top++) {
      for (let left = 0; left + side <= width; left++) {
        let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0];
        for (let i = 0; i < side; i++) {
          for (let j = 0; j < side; j++) {
            const weight = (line[i] * line[j]) / total;
            const at = ((top + i) * width + left + j) * channels + c;
            ma += weight * a[at];
            mb += weight * b[at];
            aa += weight * a[at] ** 2;
            bb += weight * b[at] ** 2;
            ab += weight * a[at] * b[at];
          }
        }
        const likeness = (2 * ma * mb + 1e-4) / (ma * ma + mb * mb + 1e-4);
        sum += (likeness * (2 * (ab - ma * mb) + 9e-4)) / (aa - ma * ma + bb - mb * mb + 9e-4);
        windows++;
      }
    }
  }
  return sum / windows;
}

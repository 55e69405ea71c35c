// What a network is made of, on arrays of one sample; `interpreter.py` says the same in NumPy.

import { size } from "./numbers.js";

/**
 * @typedef {{data: Float32Array, shape: number[]}} Held Weights.
 * @typedef {Record<string, any> & {op: string, inputs: number[], outputs: number[]}} Step
 * @typedef {(given: Float32Array[], made: Float32Array[]) => void} Run Fills what is made, from what is given.
 * @typedef {(step: Step, from: number[][], to: number[], held: Record<string, Held>) => Run} Operation
 *   Prepares a step: shapes of what is given, shape of what is made first, weights.
 */

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/**
 * The error function, to 1.5e-7 (Abramowitz & Stegun, 1964, 7.1.26).
 * @param {number} x
 */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

/** @type {Record<string, (x: number) => number>} */
const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
  tanh: Math.tanh,
  sigmoid,
  silu: (x) => x * sigmoid(x),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.05070098 * (x > 0 ? x : 1.67326324 * Math.expm1(x)),
  gelu: (x) => x * (0.5 + 0.5 * erf(x / Math.SQRT2)),
};

/**
 * Puts an activation on each number, in place.
 * @param {Float32Array} array
 * @param {string} name
 */
function activate(array, name) {
  if (name === "linear") return;
  const activation = ACTIVATIONS[name];
  for (let i = 0; i < array.length; i++) array[i] = activation(array[i]);
}

/**
 * Adds a row of numbers times a matrix; zeros, of which there are many after a ReLU, cost nothing.
 * @param {Float32Array} row
 * @param {number} from Where the row begins.
 * @param {Float32Array} matrix (rows, columns), from `at` on.
 * @param {number} at
 * @param {number} rows
 * @param {Float32Array} sums (columns,), from `to` on.
 * @param {number} to
 * @param {number} columns
 */
function addProduct(row, from, matrix, at, rows, sums, to, columns) {
  for (let i = 0; i < rows; i++) {
    const factor = row[from + i];
    if (factor === 0) continue;
    const start = at + i * columns;
    for (let j = 0; j < columns; j++) sums[to + j] += factor * matrix[start + j];
  }
}

/**
 * Starts sums at a bias, or at 0.
 * @param {Float32Array} sums
 * @param {Held | undefined} bias
 */
function begin(sums, bias) {
  if (!bias) sums.fill(0);
  else for (let to = 0; to < sums.length; to += bias.data.length) sums.set(bias.data, to);
}

/** @type {Operation} */
function dense(step, _from, _to, { kernel, bias }) {
  const [rows, columns] = kernel.shape;
  return ([x], [y]) => {
    begin(y, bias);
    for (let i = 0; i * rows < x.length; i++) addProduct(x, i * rows, kernel.data, 0, rows, y, i * columns, columns);
    activate(y, step.activation);
  };
}

/** @type {Operation} */
function conv(step, [[height, width]], [rows, columns], { kernel, bias }) {
  const [tall, wide, taken, made] = kernel.shape;
  const [above, before] = step.same ? [(tall - 1) >> 1, (wide - 1) >> 1] : [0, 0];
  return ([x], [y]) => {
    begin(y, bias);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const to = (row * columns + column) * made;
        for (let i = Math.max(0, above - row); i < Math.min(tall, height + above - row); i++) {
          for (let j = Math.max(0, before - column); j < Math.min(wide, width + before - column); j++) {
            const from = ((row + i - above) * width + column + j - before) * taken;
            addProduct(x, from, kernel.data, (i * wide + j) * taken * made, taken, y, to, made);
          }
        }
      }
    }
    activate(y, step.activation);
  };
}

/** @type {Operation} */
function maxPool(step, [[height, width]], [rows, columns, channels]) {
  const [tall, wide] = step.size;
  const above = (rows * tall - height) >> 1;
  const before = (columns * wide - width) >> 1;
  return ([x], [y]) => {
    y.fill(-Infinity);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = (row * width + column) * channels;
        const to = (Math.floor((row + above) / tall) * columns + Math.floor((column + before) / wide)) * channels;
        for (let c = 0; c < channels; c++) if (x[from + c] > y[to + c]) y[to + c] = x[from + c];
      }
    }
  };
}

/**
 * Copies pixels from where `place` says.
 * @param {number[]} from
 * @param {number[]} to
 * @param {(row: number, column: number) => [number, number]} place
 * @returns {Run}
 */
function moved(from, to, place) {
  const channels = to[2];
  return ([x], [y]) => {
    for (let row = 0; row < to[0]; row++) {
      for (let column = 0; column < to[1]; column++) {
        const [top, left] = place(row, column);
        const start = (top * from[1] + left) * channels;
        y.set(x.subarray(start, start + channels), (row * to[1] + column) * channels);
      }
    }
  };
}

/** @type {Operation} */
function lstm(step, [[steps, features]], _to, { kernel, recurrent, bias }) {
  const units = recurrent.shape[0];
  const gates = new Float32Array(4 * units);
  const state = new Float32Array(units);
  const output = new Float32Array(units);
  return ([x], [y]) => {
    state.fill(0);
    output.fill(0);
    for (let t = 0; t < steps; t++) {
      begin(gates, bias);
      addProduct(x, t * features, kernel.data, 0, features, gates, 0, 4 * units);
      addProduct(output, 0, recurrent.data, 0, units, gates, 0, 4 * units);
      for (let u = 0; u < units; u++) {
        const kept = sigmoid(gates[units + u]) * state[u];
        state[u] = kept + sigmoid(gates[u]) * Math.tanh(gates[2 * units + u]);
        output[u] = sigmoid(gates[3 * units + u]) * Math.tanh(state[u]);
      }
      if (step.all) y.set(output, t * units);
    }
    if (!step.all) y.set(output);
  };
}

/** @type {Operation} */
function concatenate(_step, from) {
  const widths = from.map((shape) => shape[shape.length - 1]);
  const total = widths.reduce((sum, width) => sum + width, 0);
  return (given, [y]) => {
    let to = 0;
    given.forEach((x, which) => {
      const width = widths[which];
      for (let i = 0; i * width < x.length; i++) y.set(x.subarray(i * width, (i + 1) * width), i * total + to);
      to += width;
    });
  };
}

/** @type {Operation} */
function topK(step, [shape]) {
  const width = shape[shape.length - 1];
  return ([x], [values, places]) => {
    for (let i = 0; i * width < x.length; i++) {
      const row = x.subarray(i * width, (i + 1) * width);
      if (step.k === 1) {
        const best = row.reduce((found, value, place) => (value > row[found] ? place : found), 0);
        values[i] = row[best];
        places[i] = best;
        continue;
      }
      const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
      for (let j = 0; j < step.k; j++) {
        values[i * step.k + j] = row[order[j]];
        places[i * step.k + j] = order[j];
      }
    }
  };
}

/** @type {Operation} */
function slice(step, [shape]) {
  const width = shape[shape.length - 1];
  const kept = step.stop - step.start;
  return ([x], [y]) => {
    for (let i = 0; i * width < x.length; i++) {
      y.set(x.subarray(i * width + step.start, i * width + step.stop), i * kept);
    }
  };
}

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  activation: (step) => ([x], [y]) => {
    y.set(x);
    activate(y, step.activation);
  },
  concatenate,
  conv,
  crop: (step, [from], to) => moved(from, to, (row, column) => [row + step.from[0], column + step.from[1]]),
  dense,
  embedding: (_step, _from, _to, { table }) => ([x], [y]) => {
    const width = table.shape[1];
    x.forEach((row, i) => y.set(table.data.subarray(row * width, (row + 1) * width), i * width));
  },
  greater_equal: () => ([x, least], [y]) => {
    for (let i = 0; i < y.length; i++) y[i] = +(x[i] >= least[Math.floor((i * least.length) / y.length)]);
  },
  lstm,
  max_pool: maxPool,
  one_hot: (step) => ([x], [y]) => {
    y.fill(0);
    x.forEach((place, i) => (y[i * step.classes + place] = 1));
  },
  repeat: (_step, _from, [times]) => ([x], [y]) => {
    for (let i = 0; i < times; i++) y.set(x, i * x.length);
  },
  reshape: () => ([x], [y]) => y.set(x),
  slice,
  top_k: topK,
  upsample: ({ size: [tall, wide] }, [from], to) =>
    moved(from, to, (row, column) => [Math.floor(row / tall), Math.floor(column / wide)]),
  where: () => ([chosen, x], [y]) => {
    for (let i = 0; i < y.length; i++) y[i] = chosen[i] ? x[i] : 0;
  },
  zeros: () => (_given, [y]) => void y.fill(0),
};

/**
 * A program → a function of its inputs, which gives its outputs. They are the same arrays in each call.
 * @param {{inputs: number[], outputs: number[], steps: Step[], shapes: number[][]}} program
 * @param {Float32Array} weights All weights of the page.
 * @returns {(...given: Float32Array[]) => Float32Array[]}
 */
export function compile(program, weights) {
  const arrays = program.shapes.map((shape) => new Float32Array(size(shape)));
  const steps = program.steps.map((step) => {
    /** @type {Record<string, Held>} */
    const held = {};
    for (const [name, [start, shape]] of Object.entries(step.weights)) {
      held[name] = { data: weights.subarray(start, start + size(shape)), shape };
    }
    const from = step.inputs.map((number) => program.shapes[number]);
    const run = OPERATIONS[step.op](step, from, program.shapes[step.outputs[0]], held);
    const [given, made] = [step.inputs, step.outputs].map((some) => some.map((number) => arrays[number]));
    return () => run(given, made);
  });
  return (...given) => {
    program.inputs.forEach((number, i) => arrays[number].set(given[i]));
    steps.forEach((step) => step());
    return program.outputs.map((number) => arrays[number]);
  };
}

// A sample by hand: drawn with the mouse, or read from a file.

/**
 * Draws into a sample where the mouse goes.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./drawing.js").Look} look
 * @param {() => Float32Array} current What is drawn into.
 * @param {(sample: Float32Array) => void} changed
 * @param {() => void} done Once a line is drawn.
 */
export function letDraw(canvas, look, current, changed, done) {
  const [low, high] = look.limits;
  /** @type {{x: number, y: number} | null} */
  let last = null;

  /** @param {PointerEvent} event */
  function stroke(event) {
    if (!last) return;
    const sample = current().slice();
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const here = { x: event.offsetX / width, y: event.offsetY / height };
    const steps = Math.max(1, Math.ceil(60 * Math.hypot(here.x - last.x, here.y - last.y)));
    for (let i = 0; i <= steps; i++) {
      dab(sample, last.x + ((here.x - last.x) * i) / steps, last.y + ((here.y - last.y) * i) / steps);
    }
    last = here;
    changed(sample);
  }

  /** @param {Float32Array} sample @param {number} x @param {number} y Both in [0, 1]. */
  function dab(sample, x, y) {
    const [rows, columns = 1, channels = 1] = look.shape;
    if (look.kind !== "images") {
      const step = Math.min(Math.max(Math.floor(x * rows), 0), rows - 1);
      sample[step * columns] = low + ((0.96 - y) / 0.92) * (high - low);
      return;
    }
    const radius = Math.max(rows, columns) / 22;
    const [top, left] = [y * rows - 0.5, x * columns - 0.5];
    for (let row = Math.max(0, Math.floor(top - radius - 1)); row <= Math.min(rows - 1, top + radius + 1); row++) {
      for (let column = Math.max(0, Math.floor(left - radius - 1)); column <= Math.min(columns - 1, left + radius + 1); column++) {
        const ink = Math.min(Math.max(radius + 0.5 - Math.hypot(row - top, column - left), 0), 1);
        const at = (row * columns + column) * channels;
        for (let c = 0; c < channels; c++) sample[at + c] = Math.max(sample[at + c], low + ink * (high - low));
      }
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = { x: event.offsetX / canvas.clientWidth, y: event.offsetY / canvas.clientHeight };
    stroke(event);
  });
  canvas.addEventListener("pointermove", stroke);
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      last = null;
      done();
    });
  }
}

/**
 * A file → a sample, scaled as those of the training: an image file, or for sequences and rows a file of numbers.
 * @param {File} file
 * @param {any} facts
 * @returns {Promise<Float32Array>}
 */
export async function readSample(file, facts) {
  const { offset, divisor, largest } = facts.scaling;
  const features = offset.length;
  /** @param {number} stored @param {number} i */
  const scaled = (stored, i) => (stored - offset[i % features]) / divisor[i % features];
  if (facts.kind === "images") {
    const image = await createImageBitmap(file).catch(() => {
      throw new Error(`${file.name}: this browser can't read it as an image`);
    });
    return framed(image, facts).map((part, i) => scaled(part * largest, i));
  }
  const count = facts.sample_shape.reduce((/** @type {number} */ product, /** @type {number} */ side) => product * side, 1);
  const words = (await file.text()).trim().split(/[\s,;]+/);
  const found = Float32Array.from(words, Number);
  if (found.length !== count || found.some((value) => !Number.isFinite(value))) {
    throw new Error(`${file.name}: expected ${count} numbers between commas or spaces, found ${found.length} words`);
  }
  return found.map(scaled);
}

/**
 * An image in the form of the samples: transparent ones on white, grey by luma (ITU-R 601), parts in [0, 1].
 * @param {ImageBitmap} image
 * @param {any} facts
 */
function framed(image, { sample_shape: [height, width, channels = 1], fit }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.fillStyle = fit === "pad" ? "#000" : "#fff";
  context.fillRect(0, 0, width, height);
  const scales = [width / image.width, height / image.height];
  const scale = fit === "pad" ? Math.min(...scales) : Math.max(...scales);
  const [wide, tall] = fit === "resize" ? [width, height] : [image.width * scale, image.height * scale];
  const [left, top] = [(width - wide) / 2, (height - tall) / 2];
  context.fillStyle = "#fff";
  context.fillRect(left, top, wide, tall);
  context.drawImage(image, left, top, wide, tall);
  const { data } = context.getImageData(0, 0, width, height);
  return Float32Array.from({ length: height * width * channels }, (_, i) => {
    const at = 4 * Math.floor(i / channels);
    if (channels === 3) return data[at + (i % 3)] / 255;
    return (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]) / 255;
  });
}

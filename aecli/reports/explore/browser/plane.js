// The latent space as a plane: what it decodes to, the samples' latents as points, and where one is.

import { prepared, whole } from "./drawing.js";

/**
 * A direction in the latent space.
 * @typedef {object} Axis
 * @property {string} name
 * @property {string} kind `component` or `dimension`: two of one kind are at right angles.
 * @property {(latent: Float32Array) => number} place Where a latent lies along it.
 * @property {(latent: Float32Array, by: number) => void} move Moves a latent along it, in place.
 * @property {number} middle
 * @property {number} reach How far the plane goes from the middle.
 * @property {number} origin Where the prior's mean lies.
 */

/**
 * The axes that there are to choose from.
 * @param {any} axes The page's facts about them.
 * @param {Float32Array} components Two directions, one after the other; empty where there are none.
 * @param {boolean} prior Whether latents follow N(0, 1).
 * @returns {Axis[]}
 */
export function axesOf(axes, components, prior) {
  const length = components.length / 2;
  const found = [components.subarray(0, length), components.subarray(length)].flatMap((vector, which) => {
    if (!length) return [];
    const mean = axes.component_means[which];
    return [{
      name: `${["first", "second"][which]} principal component`,
      kind: "component",
      place: (/** @type {Float32Array} */ latent) => vector.reduce((sum, part, i) => sum + part * latent[i], -mean),
      move: (/** @type {Float32Array} */ latent, /** @type {number} */ by) => vector.forEach((part, i) => (latent[i] += by * part)),
      middle: 0,
      reach: prior ? Math.max(3.3, Math.abs(mean)) : axes.component_reach[which] || 1,
      origin: -mean,
    }];
  });
  axes.order.forEach((/** @type {number} */ dimension, /** @type {number} */ i) => {
    const [mean, spread] = [axes.mean[i], axes.spread[i]];
    found.push({
      name: `dimension ${dimension + 1}`,
      kind: "dimension",
      place: (latent) => latent[dimension],
      move: (latent, by) => (latent[dimension] += by),
      middle: prior ? 0 : mean,
      reach: prior ? Math.max(3.3, Math.abs(mean) + 3 * spread) : 3.3 * spread || 1,
      origin: 0,
    });
  });
  if (found.length === 1) found.push({ ...found[0], name: "–", place: () => 0, move: () => {}, middle: 0, reach: 1 });
  return found;
}

/** How near a point is to be picked, in pixels. */
const NEAR = 10;

/**
 * @typedef {object} Wishes What a user asks of the plane.
 * @property {(x: number, y: number) => void} move To a place, in latent units.
 * @property {() => void} settle Once it stays there.
 * @property {(sample: number) => void} pick
 * @property {(sample: number, x: number, y: number) => void} hover Of a sample, or -1.
 * @property {(samples: number[]) => void} gather
 */

export class Plane {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Wishes} wishes
   */
  constructor(canvas, wishes) {
    this.canvas = canvas;
    this.wishes = wishes;
    /** @type {[Axis, Axis]} */
    this.axes = /** @type {any} */ ([]);
    /** @type {{x: number, y: number, colour: string}[]} Where the samples are; those not yet encoded are missing. */
    this.points = [];
    this.here = { x: 0, y: 0 };
    this.prior = false;
    this.gathering = false;
    this.background = document.createElement("canvas");
    /** The points as a picture, which is drawn anew only where they have changed. */
    this.layer = document.createElement("canvas");
    this.stale = true;
    /** @type {{x: number, y: number}[]} */
    this.lasso = [];
    this.pressed = false;
    this.dragged = false;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", () => (this.pressed = false));
    canvas.addEventListener("pointerleave", () => wishes.hover(-1, 0, 0));
  }

  /** A place in latent units → pixels of the page. @param {number} x @param {number} y */
  shown(x, y) {
    const [across, up] = this.axes;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return {
      x: ((x - across.middle) / across.reach + 1) * (width / 2),
      y: (1 - (y - up.middle) / up.reach) * (height / 2),
    };
  }

  /** An event → the place that it points to. @param {PointerEvent} event */
  pointed(event) {
    const [across, up] = this.axes;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return {
      x: across.middle + ((2 * event.offsetX) / width - 1) * across.reach,
      y: up.middle + (1 - (2 * event.offsetY) / height) * up.reach,
    };
  }

  /** @param {PointerEvent} event */
  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus();
    this.pressed = true;
    this.dragged = false;
    this.start = { x: event.offsetX, y: event.offsetY };
    this.lasso = [];
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (!this.pressed) {
      this.wishes.hover(this.nearest(event.offsetX, event.offsetY), event.offsetX, event.offsetY);
      return;
    }
    const start = this.start ?? { x: 0, y: 0 };
    if (!this.dragged && Math.hypot(event.offsetX - start.x, event.offsetY - start.y) < 3) return;
    this.dragged = true;
    if (this.gathering || event.shiftKey) {
      this.lasso.push({ x: event.offsetX, y: event.offsetY });
      this.draw();
    } else {
      const { x, y } = this.pointed(event);
      this.wishes.move(x, y);
    }
  }

  /** @param {PointerEvent} event */
  release(event) {
    if (!this.pressed) return;
    this.pressed = false;
    if (this.lasso.length > 2) {
      this.wishes.gather(this.inside());
    } else if (!this.dragged) {
      const sample = this.nearest(event.offsetX, event.offsetY);
      const { x, y } = this.pointed(event);
      if (sample >= 0) this.wishes.pick(sample);
      else this.wishes.move(x, y);
      if (sample < 0) this.wishes.settle();
    } else {
      this.wishes.settle();
    }
    this.lasso = [];
    this.draw();
  }

  /** The sample nearest to a pixel, or -1. @param {number} x @param {number} y @param {number} [within] */
  nearest(x, y, within = NEAR) {
    let [found, least] = [-1, within];
    this.points.forEach((point, sample) => {
      const shown = this.shown(point.x, point.y);
      const distance = Math.hypot(shown.x - x, shown.y - y);
      if (distance < least) [found, least] = [sample, distance];
    });
    return found;
  }

  /** The samples that the lasso goes around: those whose ray to the right crosses it an odd number of times. */
  inside() {
    const line = this.lasso;
    return this.points.flatMap((point, sample) => {
      const { x, y } = this.shown(point.x, point.y);
      const crossings = line.filter((a, i) => {
        const b = line[(i + 1) % line.length];
        return a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x);
      });
      return crossings.length % 2 ? [sample] : [];
    });
  }

  /** Puts a sample's point somewhere. @param {number} sample @param {{x: number, y: number, colour: string}} point */
  put(sample, point) {
    this.points[sample] = point;
    this.stale = true;
  }

  draw() {
    const context = prepared(this.canvas);
    const { width, height } = whole(context);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.background, 0, 0, width, height);
    if (this.stale || this.layer.width !== this.canvas.width) this.drawPoints(context.getTransform());
    context.drawImage(this.layer, 0, 0, width, height);
    this.drawHere(context);
    if (this.lasso.length) this.outline(context, () => this.lasso.forEach(({ x, y }) => context.lineTo(x, y)));
  }

  /** Draws circles and points into their layer. @param {DOMMatrix} transform */
  drawPoints(transform) {
    Object.assign(this.layer, { width: this.canvas.width, height: this.canvas.height });
    const context = /** @type {CanvasRenderingContext2D} */ (this.layer.getContext("2d"));
    context.setTransform(transform);
    if (this.prior) this.drawPrior(context);
    context.lineWidth = 0.75;
    context.strokeStyle = "#fff";
    this.points.forEach((point) => {
      const { x, y } = this.shown(point.x, point.y);
      context.beginPath();
      context.arc(x, y, 3, 0, 2 * Math.PI);
      context.fillStyle = point.colour;
      context.fill();
      context.stroke();
    });
    this.stale = false;
  }

  /** Circles at 1, 2 and 3 standard deviations. @param {CanvasRenderingContext2D} context */
  drawPrior(context) {
    const [across, up] = this.axes;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const middle = this.shown(across.origin, up.origin);
    for (const radius of [1, 2, 3]) {
      const [wide, tall] = [(radius * width) / across.reach / 2, (radius * height) / up.reach / 2];
      this.outline(context, () => context.ellipse(middle.x, middle.y, wide, tall, 0, 0, 2 * Math.PI));
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  drawHere(context) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const { x, y } = this.shown(this.here.x, this.here.y);
    const [left, top] = [Math.min(Math.max(x, 6), width - 6), Math.min(Math.max(y, 6), height - 6)];
    this.outline(context, () => {
      context.arc(left, top, 8, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(left + 4 * dx, top + 4 * dy);
        context.lineTo(left + 13 * dx, top + 13 * dy);
      }
    });
  }

  /**
   * A line that can be seen on any ground: black on white.
   * @param {CanvasRenderingContext2D} context
   * @param {() => void} path
   */
  outline(context, path) {
    for (const [width, colour] of /** @type {[number, string][]} */ ([[3.5, "#fff"], [1.5, "#000"]])) {
      context.beginPath();
      path();
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
  }
}

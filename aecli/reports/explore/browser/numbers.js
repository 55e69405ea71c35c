// Numbers as they are written into a page.

/**
 * Base64 → numbers.
 * @param {string} text
 * @param {string} dtype `uint8` (255 stands for 1), `float16` or `float32`, little-endian.
 * @returns {Float32Array}
 */
export function numbers(text, dtype) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (dtype === "uint8") return Float32Array.from(bytes, (byte) => byte / 255);
  if (dtype === "float32") return new Float32Array(bytes.buffer);
  return fromHalves(new Uint16Array(bytes.buffer));
}

/**
 * Half precision → single precision: the same bits further left, times what the exponents differ by.
 * @param {Uint16Array} halves None of them infinite.
 * @returns {Float32Array}
 */
function fromHalves(halves) {
  const bits = new Uint32Array(halves.length);
  const floats = new Float32Array(bits.buffer);
  for (let i = 0; i < halves.length; i++) {
    bits[i] = ((halves[i] & 0x8000) << 16) | ((halves[i] & 0x7fff) << 13);
    floats[i] *= 2 ** 112;
  }
  return floats;
}

/**
 * How many numbers an array of that shape has.
 * @param {number[]} shape
 * @returns {number}
 */
export function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

"use strict";

/** Significant digits and style → how numbers are written, as `language/numbers.py` does it. */
const numbers = (digits, style) => {
  /** The digits of a number, ties to even, and its power of ten. */
  const rounded = (x) => {
    const short = x.toExponential(digits - 1);
    if (!x.toExponential(digits).includes("5e")) return short;
    const [mantissa, power] = x.toExponential(100).split("e"), figures = mantissa.replace(".", ""), rest = figures.slice(digits);
    if (!/^50*$/.test(rest) || figures[digits - 1] % 2) return short;
    const kept = figures.slice(0, digits);
    return `${kept[0]}${digits > 1 ? "." : ""}${kept.slice(1)}e${power}`;
  };
  const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);
  /** Number → its mantissa as text and its power of ten, null where none is needed. */
  const parts = (x) => {
    if (Number.isNaN(x)) return ["nan", null];
    if (!Number.isFinite(x)) return [x > 0 ? "inf" : "-inf", null];
    if (x === 0) return ["0", null];
    const sign = x < 0 ? "-" : "", [mantissa, exponent] = rounded(Math.abs(x)).split("e"), power = +exponent;
    const [lowest, highest] = style === "power" ? [0, 1] : [-4, Math.max(6, digits)];
    if (power < lowest || power >= highest) return [sign + trimmed(mantissa), power];
    const figures = mantissa.replace(".", "");
    if (power >= digits) return [sign + String(even(Math.abs(x))), null];
    const whole = power < 0 ? "0" : figures.slice(0, power + 1);
    const rest = power < 0 ? "0".repeat(-1 - power) + figures : figures.slice(power + 1);
    return [sign + trimmed(rest ? `${whole}.${rest}` : whole), null];
  };
  /** Number → numerator and denominator where it is written as a fraction, null elsewhere. */
  const ratio = (x) => {
    if (style !== "fraction" || !Number.isFinite(x) || Number.isInteger(x)) return null;
    const largest = +rounded(Math.abs(x)) === Math.abs(x) ? 20 : 100;
    for (let below = 2; below <= largest; below++) {
      const above = even(x * below);
      if (Math.abs(above / below - x) <= 1e-12 * Math.abs(x)) return Math.abs(above) <= 999 ? [above, below] : null;
    }
    return null;
  };
  const text = (x) => {
    const fraction = ratio(x), [mantissa, power] = parts(x);
    return fraction ? fraction.join("/") : power === null ? mantissa : `${mantissa}e${power}`;
  };
  /** Number → the number its text stands for. */
  const read = (x) => {
    const fraction = ratio(x);
    return fraction ? fraction[0] / fraction[1] : Number.isFinite(x) ? +text(x) : x;
  };
  const decimal = (x) => parts(x).join("e");
  /** Whether who computes x may write y: both have its digits, or are its fraction. */
  const gives = (x, y) => (ratio(y) ? text(x) === text(y) : decimal(x) === decimal(y));
  return { parts, ratio, text, read, gives };
};

/** The nearest whole number, halves to the even one. */
const even = (x) => {
  if (!(Math.abs(x) < 4503599627370496)) return x;
  const low = Math.floor(x), rest = x - low;
  const nearest = rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  return nearest === 0 && (x < 0 || Object.is(x, -0)) ? -0 : nearest;
};

/** What formulas call and JavaScript has not, or has otherwise than IEEE 754 and numpy. */
const arithmetic = (digits, style) => {
  const { read, gives } = numbers(digits, style);
  /* Of 0 and -0 they take the second, as numpy does. */
  const larger = (x, y) => (x > y || x !== x ? x : y);
  const smaller = (x, y) => (x < y || x !== x ? x : y);
  const power = (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : y === 2 ? x * x : x ** y);
  const logaddexp = (x, y) => (x === y ? x + Math.LN2 : larger(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))));
  const masked = (g, local) => (local === 0 ? 0 : g * local);
  /** Abramowitz and Stegun 7.1.6 near 0; beyond, 1 less what is missing to it. */
  const erf = (x) => {
    if (!(Math.abs(x) < 2.5)) return x > 0 ? 1 - far(x) : x < 0 ? far(-x) - 1 : x;
    let term = x, total = x;
    for (let n = 1; n < 80; n++) total += term *= (2 * x * x) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
  };
  /** The continued fraction 7.1.14 of what is missing to 1. */
  const far = (x) => {
    let below = x;
    for (let n = 60; n > 0; n--) below = x + n / 2 / below;
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
  };
  const erfc = (x) => (x > 2.5 ? far(x) : 1 - erf(x));
  /** The remainder with the sign of y, and the whole quotient that goes with it, as numpy has them. */
  const remainder = (x, y) => {
    const rest = x % y;
    if (rest === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
    return rest < 0 !== y < 0 ? rest + y : rest;
  };
  const floorDivide = (x, y) => {
    if (y === 0) return x / y;
    const whole = Math.round((x - (x % y)) / y) - (x % y !== 0 && x % y < 0 !== y < 0);
    return whole === 0 ? 0 * (x / y) : whole; // a zero has the sign of the quotient
  };
  return { larger, smaller, power, logaddexp, masked, erf, erfc, remainder, floorDivide, even, rounded: read, alike: (x, y) => gives(+x, +y) };
};

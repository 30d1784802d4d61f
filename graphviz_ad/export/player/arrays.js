"use strict";

/** What formulas with arrays call. An array is the list of its entries; its shape is known to who wrote the formula. */
const arrays = ({ larger, smaller }) => {
  /** A function of entries, on lists of one length and on numbers, which count for every entry. */
  const each = (f, ...of) => {
    const lists = of.map(Array.isArray), out = new Array(of[lists.indexOf(true)].length);
    for (let n = 0; n < out.length; n++) out[n] = f(...of.map((argument, m) => (lists[m] ? argument[n] : argument)));
    return out;
  };
  const take = (x, places) => places.map((place) => x[place]);
  /** What reduces two entries to one, and what it begins with if not the first → what reduces every row, of that length. */
  const rows = (f, ...first) => (x, length) => {
    const out = [];
    for (let n = 0; n < x.length; n += length) out.push(x.slice(n, n + length).reduce((a, b) => f(a, b), ...first));
    return out;
  };
  /** The matrix products of two stacks, of `n` rows by `k` columns and of `k` by `m`. */
  const product = (x, y, n, k, m) => {
    const out = [];
    for (let row = 0, from = 0; row < x.length / k; row++) {
      if (row && row % n === 0) from += k * m;
      for (let column = 0; column < m; column++) {
        let sum = 0;
        for (let at = 0; at < k; at++) sum += x[row * k + at] * y[from + at * m + column];
        out.push(sum);
      }
    }
    return out;
  };
  const picked = (x, places, length) => places.map((place, row) => (place in x && place < length ? x[row * length + place] : NaN));
  /** The products of all entries of a row up to each. */
  const running = (x, length) => {
    let total = 1;
    return x.map((factor, n) => (total = n % length ? total * factor : factor));
  };
  const totals = (x, length) => {
    let total = 0;
    return x.map((term, n) => (total = n % length ? total + term : term));
  };
  /** The place of the first largest entry of each row, of the first that is no number where there is one. */
  const first = (x, length) => {
    const out = [];
    for (let n = 0; n < x.length; n += length) {
      const row = x.slice(n, n + length), nan = row.findIndex(Number.isNaN);
      out.push(nan < 0 ? row.indexOf(row.reduce((a, b) => larger(a, b))) : nan);
    }
    return out;
  };
  /** Gauss's elimination, with the largest pivot: a matrix of `n` rows → what takes it to `y`, and its determinant. */
  const eliminated = (x, y, n) => {
    const m = y.length / n, rows = [];
    for (let k = 0; k < n; k++) rows.push([...x.slice(k * n, k * n + n), ...y.slice(k * m, k * m + m)]);
    let det = 1;
    for (let k = 0; k < n; k++) {
      let best = k;
      for (let row = k + 1; row < n; row++) if (Math.abs(rows[row][k]) > Math.abs(rows[best][k])) best = row;
      if (best !== k) {
        [rows[k], rows[best]] = [rows[best], rows[k]];
        det = -det;
      }
      det *= rows[k][k];
      for (let row = k + 1; row < n; row++) {
        const times = rows[row][k] / rows[k][k];
        for (let at = k; times && at < n + m; at++) rows[row][at] -= times * rows[k][at];
      }
    }
    for (let k = n - 1; k >= 0; k--)
      for (let at = n; at < n + m; at++) {
        for (let row = k + 1; row < n; row++) rows[k][at] -= rows[k][row] * rows[row][at];
        rows[k][at] = det ? rows[k][at] / rows[k][k] : NaN;
      }
    return [rows.flatMap((row) => row.slice(n)), det];
  };
  const solved = (x, y, n) => eliminated(x, y, n)[0];
  const det = (x, n) => [n ? eliminated(x, [], n)[1] : 1];
  return {
    totals, first, solved, det, each, take, product, picked, running, sums: rows((a, b) => a + b, 0), products: rows((a, b) => a * b),
    largest: rows(larger), smallest: rows(smaller), every: rows((a, b) => a && b), some: rows((a, b) => a || b),
  };
};

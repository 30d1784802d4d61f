"use strict";
// Error carried forward, as exercises/carrying.py has it: what is right for one who goes on from a wrong number.

// The lines of both passes → { follows(wanted, own), trivially(wanted, own) }; `own` are [quantity, wrong number] of
// one's own.
function carrier(lines) {
  const names = lines.map(([name]) => name);
  const steps = lines.map(([name, formula, quantity]) => ({ name, quantity, value: readFormula(formula, names).value }));
  const whole = (quantity) => quantity.slice(0, quantity.lastIndexOf(" "));

  function following(wanted, own, evenZero = false) {
    const mine = new Map(own.filter(([quantity]) => whole(quantity) !== whole(wanted)));
    if (!mine.size) return null;
    const scope = {};
    let result = null;
    for (const { name, quantity, value } of steps) {
      scope[name] = mine.get(quantity) ?? value(scope);
      if (quantity === wanted) result = scope[name];
    }
    return Number.isFinite(result) && (result || evenZero || wanted.startsWith("value")) ? result : null;
  }
  // Nothing follows from a degenerate number: 0 or ±1 makes what comes after it trivial.
  function follows(wanted, own) {
    const result = following(wanted, own), telling = own.filter(([, number]) => ![0, 1].includes(Math.abs(number)));
    return telling.length < own.length && following(wanted, telling) !== result ? null : result;
  }
  // What follows also where there is nothing left to compute: it counts where all that it follows from is explained.
  function trivially(wanted, own) {
    return own.some(([, number]) => [0, 1].includes(Math.abs(number))) ? following(wanted, own, true) : null;
  }
  return { follows, trivially };
}

"use strict";
// Error carried forward, as exercises/carrying.py has it: what is right for one who goes on from a wrong number.

const sameQuantity = (one, other) => one.every((part, n) => part === other[n]);

// The pass as formulas → { follows(wanted, own) }; `own` are [quantity, wrong number] of one's own.
function carrier(recipe) {
  const names = recipe.nodes.map(([name]) => name);
  const values = recipe.nodes.map(([, said]) => (typeof said === "string" ? readFormula(said, names).value : () => said));
  const edges = recipe.edges.map(([node, slot, arg, said]) => ({ node, slot, arg, local: readFormula(said, names).value }));

  function follows(wanted, own) {
    const others = own.filter(([quantity]) => !sameQuantity(quantity, wanted));
    if (!others.length || others.some(([, number]) => [0, 1].includes(Math.abs(number)))) return null;
    const mine = (...quantity) => others.find(([other]) => sameQuantity(other, quantity))?.[1];
    const scope = {}, grads = names.map(() => 0), done = new Set();
    names.forEach((name, node) => { scope[name] = mine("value", node, null) ?? values[node](scope); });
    let found = wanted[0] === "value" ? scope[names[wanted[1]]] : undefined;
    grads[recipe.output] = 1;
    const finish = (node) => {
      if (!done.has(node)) grads[node] = mine("gradient", node, null) ?? grads[node];
      done.add(node);
    };
    for (const { node, slot, arg, local } of edges) {
      finish(node);
      const slope = mine("local", node, slot) ?? local(scope);
      const sent = mine("contribution", node, slot) ?? grads[node] * slope;
      grads[arg] += sent;
      if (sameQuantity(wanted, ["local", node, slot])) found = slope;
      if (sameQuantity(wanted, ["contribution", node, slot])) found = sent;
    }
    if (wanted[0] === "gradient") found = grads[wanted[1]];
    return found && Number.isFinite(found) ? found : null;
  }
  return { follows };
}

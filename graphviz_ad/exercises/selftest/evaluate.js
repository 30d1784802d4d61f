"use strict";
// Text of an answer → a function of the values of its names: the scalar part of the language of formulas, whose
// grammar stands in language/parser.py and whose functions in ops/. Nothing is ever given to eval.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺";
const PLAIN = "0123456789-+";
const TOKEN = new RegExp(
  "[ \\t\\r\\u00a0\\u2009\\u202f]+" +
    "|((?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?!_))" +
    `|((?:(?![${SUPERSCRIPTS}ᵀ])[\\p{L}\\p{Nl}\\p{No}_])(?:(?![${SUPERSCRIPTS}ᵀ])[\\p{L}\\p{N}_\\u0300-\\u036f])*['′]*)` +
    "|(\\*\\*|<=|>=|==|!=|[-+*/^<>=(),√·⋅×∗−–÷∕≤≥≠])" +
    `|([${SUPERSCRIPTS}]+)`,
  "uy",
);
const SPELLINGS = {
  "**": "^", "·": "*", "⋅": "*", "×": "*", "∗": "*", "−": "-", "–": "-", "÷": "/", "∕": "/", "≤": "<=", "≥": ">=",
  "≠": "!=",
};
const LONGEST = 500;

class Unreadable extends Error {}

// FUNCTIONS and ALIASES come from the rows of the operations, see tracing/functions.py.
const CONSTANTS = { e: Math.E, pi: Math.PI, "π": Math.PI, inf: Infinity };

// As a Japanese keyboard writes, or as pasted with what nobody sees → as the language has it.
function narrow(text) {
  return text.replace(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "").replaceAll("—", "-")
    .normalize("NFC").replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replaceAll("\u3000", " ").trim();
}

function tokens(text) {
  const found = [], written = narrow(text);
  if (written.length > LONGEST) throw new Unreadable("long");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < written.length) {
    const match = TOKEN.exec(written);
    if (!match) throw new Unreadable("sign");
    const [whole, number, name, sign, raised] = match;
    if (number !== undefined) found.push(["number", Number(number)]);
    else if (name !== undefined) found.push(["name", name]);
    else if (sign !== undefined) found.push(["sign", SPELLINGS[sign] ?? sign]);
    else if (raised !== undefined) {
      const plain = [...whole].map((c) => PLAIN[SUPERSCRIPTS.indexOf(c)]).join("");
      if (!/^[-+]?\d+$/.test(plain)) throw new Unreadable("sign");
      found.push(["raised", Number(plain)]);
    }
  }
  return found;
}

// Text and the names that may stand in it → { value(scope) }; throws Unreadable("sign" | "name" | …, name).
function readFormula(text, names = []) {
  const list = tokens(text);
  const known = new Set(names);
  let at = 0;

  function fail(kind, name = "") {
    const problem = new Unreadable(kind);
    problem.name_ = name;
    throw problem;
  }
  const peek = () => list[at] ?? ["end", ""];
  const sees = (...signs) => peek()[0] === "sign" && signs.includes(peek()[1]);
  function take(sign) {
    if (!sees(sign)) fail("sign");
    at += 1;
  }

  function chain(below, signs, juxtaposed) {
    let left = below();
    for (;;) {
      if (sees(...signs)) {
        const sign = list[at++][1], right = below();
        left = call(ALIASES[sign], [left, right]);
      } else if (juxtaposed && (peek()[0] === "name" || sees("(", "√"))) {
        left = call("multiply", [left, power()]);
      } else return left;
    }
  }
  const product = () => chain(signed, ["*", "/"], true);
  const sum = () => chain(product, ["+", "-"], false);
  function expression() {
    const left = sum();
    if (!sees("<", "<=", ">", ">=", "==", "!=")) return left;
    const sign = list[at++][1];
    return call(ALIASES[sign], [left, sum()]);
  }
  function signed() {
    if (sees("+")) { at += 1; return signed(); }
    if (sees("-")) { at += 1; return call("negate", [signed()]); }
    return power();
  }
  function power() {
    const base = root();
    if (sees("^")) { at += 1; return call("pow", [base, signed()]); }
    if (peek()[0] === "raised") { const n = list[at++][1]; return call("pow", [base, () => n]); }
    return base;
  }
  function root() {
    if (sees("√")) { at += 1; return call("sqrt", [root()]); }
    return atom();
  }
  function atom() {
    const [kind, word] = peek();
    if (kind === "number") {
      at += 1;
      if (peek()[0] === "number") fail("sign");
      return () => word;
    }
    if (kind === "name") {
      at += 1;
      if (sees("(")) return called(word);
      if (known.has(word)) return (scope) => scope[word];
      if (Object.hasOwn(CONSTANTS, word)) return () => CONSTANTS[word];
      fail("name", word);
    }
    take("(");
    const inner = expression();
    take(")");
    if (peek()[0] === "number") fail("sign");
    return inner;
  }
  function called(word) {
    const key = ALIASES[word] ?? word;
    if (!Object.hasOwn(FUNCTIONS, key)) fail("name", word);
    const [compute, options = {}] = FUNCTIONS[key];
    const plain = compute.length - Object.keys(options).length, given = { ...options }, args = [];
    take("(");
    for (;;) {
      if (peek()[0] === "name" && list[at + 1]?.[1] === "=" && list[at + 1][0] === "sign") {
        const option = list[at][1];
        if (!Object.hasOwn(options, option)) fail("name", option);
        at += 2;
        given[option] = expression();
      } else args.push(expression());
      if (!sees(",")) break;
      at += 1;
    }
    take(")");
    const extra = Object.keys(options);
    if (args.length < plain || args.length > plain + extra.length) fail("sign");
    extra.forEach((option, n) => { if (args.length > plain + n) given[option] = args[plain + n]; });
    const rest = extra.map((option) => (typeof given[option] === "function" ? given[option] : () => given[option]));
    return call(key, [...args.slice(0, plain), ...rest]);
  }
  function call(key, args) {
    const [compute] = FUNCTIONS[key];
    return (scope) => compute(...args.map((arg) => arg(scope)));
  }

  const value = expression();
  if (at < list.length) fail("sign");
  return { value };
}

// Text → its number; `comma` reads 1,5 as 1.5. Throws Unreadable.
function readNumber(text, comma) {
  let written = narrow(text).replace(/^(?:[\p{L}_][\p{L}\p{N}_'′]*\s*)?[=≈]\s*/u, "")
    .replace(/(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3})/g, "");
  if (comma) written = written.replace(/(?<=\d),(?=\d)/g, ".");
  else if (/\d,\d/.test(written)) throw new Unreadable("comma");
  const found = readFormula(written).value({});
  if (!Number.isFinite(found)) throw new Unreadable("finite");
  return found;
}

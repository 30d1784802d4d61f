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

function logistic(x) { return 1 / (1 + Math.exp(-x)); }
function softplus(x) { return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); }
function between(x, low, high) { return Math.min(Math.max(x, low), high); }
function even(x) {
  const below = Math.floor(x), over = x - below;
  return over < 0.5 || (over === 0.5 && below % 2 === 0) ? below : below + 1;
}
// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.6; beyond 6 it is ±1 to the last bit.
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x, total = x;
  for (let n = 1; n < 180; n++) total += term *= 2 * x * x / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * total;
}
// 7.1.14: the continued fraction of what is missing to 1.
function erfc(x) {
  if (x < 2.5) return 1 - erf(x);
  let below = x;
  for (let n = 60; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
function quotient(x, y) { return Math.round((x - x % y) / y) - (x % y !== 0 && x % y < 0 !== y < 0); }
// The logarithm of the Gamma function and its derivative: 6.1.15, 6.1.17 and 6.1.41, 6.3.5, 6.3.7 and 6.3.18.
const STIRLING = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
function stirling(term) { return STIRLING.reduce((sum, one, n) => sum + one * term(2 * n + 2), 0); }
function lgamma(x) {
  if (x === 1 || x === 2) return 0;
  if (Math.abs(x) === Infinity || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  let far = x, steps = 1;
  for (; far < 10; far++) steps *= far;
  return (far - 0.5) * Math.log(far) - far + 0.5 * Math.log(2 * Math.PI) - Math.log(steps)
    + stirling((n) => far ** (1 - n) / (n * (n - 1)));
}
function digamma(x) {
  if (x < 0) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.floor(x)));
  let sum = 0, far = x;
  for (; far < 10; far++) sum -= 1 / far;
  return sum + Math.log(far) - 0.5 / far - stirling((n) => far ** -n / n);
}
const SCALE = 1.0507009873554805, ALPHA = 1.6732632423543772;

// Name → what computes it; options come after the arguments, in this order and with these defaults.
const FUNCTIONS = {
  add: [(x, y) => x + y], subtract: [(x, y) => x - y], multiply: [(x, y) => x * y], divide: [(x, y) => x / y],
  negate: [(x) => -x], pow: [(x, y) => x ** y], power: [(x, n) => x ** n, { n: 2 }],
  exp: [(x) => Math.exp(x)], log: [(x) => Math.log(x)], log2: [(x) => Math.log2(x)], log10: [(x) => Math.log10(x)],
  log1p: [(x) => Math.log1p(x)], expm1: [(x) => Math.expm1(x)], sqrt: [(x) => Math.sqrt(x)],
  cbrt: [(x) => Math.cbrt(x)], square: [(x) => x * x], reciprocal: [(x) => 1 / x], abs: [(x) => Math.abs(x)],
  sign: [(x) => Math.sign(x)], floor: [(x) => Math.floor(x)], ceil: [(x) => Math.ceil(x)], round: [even],
  sin: [(x) => Math.sin(x)], cos: [(x) => Math.cos(x)], tan: [(x) => Math.tan(x)], asin: [(x) => Math.asin(x)],
  acos: [(x) => Math.acos(x)], atan: [(x) => Math.atan(x)], sinh: [(x) => Math.sinh(x)], cosh: [(x) => Math.cosh(x)],
  tanh: [(x) => Math.tanh(x)], asinh: [(x) => Math.asinh(x)], acosh: [(x) => Math.acosh(x)],
  atanh: [(x) => Math.atanh(x)], erf: [erf],
  relu: [(x) => (x > 0 ? x : 0)], leaky_relu: [(x, slope) => (x > 0 ? x : slope * x), { slope: 0.01 }],
  elu: [(x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)), { alpha: 1 }],
  selu: [(x) => SCALE * (x > 0 ? x : ALPHA * Math.expm1(x))],
  sigmoid: [logistic], softplus: [softplus], logsigmoid: [(x) => -softplus(-x)], silu: [(x) => x * logistic(x)],
  gelu: [(x) => x * 0.5 * (1 + erf(x * Math.SQRT1_2))],
  gelu_tanh: [(x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))],
  mish: [(x) => x * Math.tanh(softplus(x))], softsign: [(x) => x / (1 + Math.abs(x))],
  hardtanh: [between, { lo: -1, hi: 1 }], hardsigmoid: [(x) => between(x + 3, 0, 6) / 6],
  hardswish: [(x) => x * between(x + 3, 0, 6) / 6],
  less: [(x, y) => +(x < y)], less_equal: [(x, y) => +(x <= y)], greater: [(x, y) => +(x > y)],
  greater_equal: [(x, y) => +(x >= y)], equal: [(x, y) => +(x === y)], not_equal: [(x, y) => +(x !== y)],
  where: [(c, x, y) => (c !== 0 ? x : y)], clamp: [between, { lo: -Infinity, hi: Infinity }],
  maximum: [(x, y) => Math.max(x, y)], minimum: [(x, y) => Math.min(x, y)], atan2: [(y, x) => Math.atan2(y, x)],
  hypot: [(x, y) => Math.hypot(x, y)],
  exp2: [(x) => 2 ** x], logaddexp: [(x, y) => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))],
  rsqrt: [(x) => 1 / Math.sqrt(x)], erfc: [erfc], normal_cdf: [(x) => erfc(-x * Math.SQRT1_2) * 0.5],
  normal_pdf: [(x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)], logit: [(x) => Math.log(x / (1 - x))],
  lgamma: [lgamma], digamma: [digamma], mod: [(x, y) => x - y * quotient(x, y)], floor_divide: [quotient],
  sec: [(x) => 1 / Math.cos(x)], csc: [(x) => 1 / Math.sin(x)], cot: [(x) => 1 / Math.tan(x)],
  celu: [(x, alpha) => (x > 0 ? x : alpha * Math.expm1(x / alpha)), { alpha: 1 }],
  prelu: [(x, a) => (x > 0 ? x : a * x)], relu6: [(x) => between(x, 0, 6)], tanhshrink: [(x) => x - Math.tanh(x)],
  detach: [(x) => x],
};
const ALIASES = {
  "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal",
  "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "pow",
  sub: "subtract", mul: "multiply", div: "divide",
  true_divide: "divide", truediv: "divide", neg: "negate", negative: "negate", EXP: "exp", ln: "log", LN: "log",
  lg: "log10", LOG10: "log10", SQRT: "sqrt", absolute: "abs", fabs: "abs", ABS: "abs", sgn: "sign", signum: "sign",
  SIGN: "sign", ceiling: "ceil", rint: "round", SIN: "sin", COS: "cos", tg: "tan", TAN: "tan", arcsin: "asin",
  arccos: "acos", arctan: "atan", arctg: "atan", Tanh: "tanh", TANH: "tanh", arcsinh: "asinh", arsinh: "asinh",
  arccosh: "acosh", arcosh: "acosh", arctanh: "atanh", artanh: "atanh", norm_cdf: "normal_cdf", ndtr: "normal_cdf",
  "Φ": "normal_cdf", normcdf: "normal_cdf", NORMSDIST: "normal_cdf", norm_pdf: "normal_pdf", normpdf: "normal_pdf",
  gammaln: "lgamma", loggamma: "lgamma", remainder: "mod", modulo: "mod", MOD: "mod", cosec: "csc", cotan: "cot",
  ctg: "cot", ReLU: "relu", LeakyReLU: "leaky_relu", lrelu: "leaky_relu", ELU: "elu", SELU: "selu", CELU: "celu",
  PReLU: "prelu", "σ": "sigmoid", expit: "sigmoid", logistic: "sigmoid", sigm: "sigmoid", Sigmoid: "sigmoid",
  Softplus: "softplus", log_sigmoid: "logsigmoid", swish: "silu", SiLU: "silu", Swish: "silu", GELU: "gelu",
  Mish: "mish", soft_sign: "softsign", ReLU6: "relu6", hard_tanh: "hardtanh", hard_sigmoid: "hardsigmoid",
  hard_swish: "hardswish", hard_silu: "hardswish", ifelse: "where", if_else: "where", clip: "clamp",
  clip_by_value: "clamp", arctan2: "atan2", stop_gradient: "detach",
};
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

"use strict";
// Text of an answer → a function of the values of its names; nothing is ever given to eval. It is brought to one form
// as items/written.py has it, and what its tree computes is FUNCTIONS, made from the rows of the operations.

const withSpellings = (text, table) => [...text].map((sign) => table[sign] ?? sign).join("");
const stripped = (text) => text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "");

// Text as pasted or typed anywhere → without characters nobody sees, with a plain minus, and only what is answered.
function cleaned(text) {
  const written = stripped(withSpellings(text, LANGUAGE.spellings)), before = matchAt("before", written);
  return before ? written.slice(before[0].length) : written;
}

// NFC, full-width signs as ASCII, one kind of line end, without characters nobody sees.
function normalised(text) {
  const plain = text.replace(everywhere("unseen", "gu"), "").replace(everywhere("styled", "gu"), (letter) => letter.normalize("NFKC")).normalize("NFC");
  return withSpellings(plain.replaceAll("\r\n", "\n"), /[^\x00-\x7f]/.test(text) ? LANGUAGE.wide : {});
}

// What surrounds a formula → blanks, as language/layout.py has it.
function withoutWords(text) {
  const blank = (match) => " ".repeat(match.length);
  let plain = text;
  if (/^\s*(?:#|\/\/|>|%)/.test(plain)) plain = withoutMarkers(plain);
  plain = plain.replace(everywhere("raisedFirst"), "$2$1");
  for (const name of ["bullet", "label", "comment", "range", "lambda"]) plain = plain.replace(everywhere(name), blank);
  return plain;
}
function withoutMarkers(text) {
  const lines = text.split("\n"), mark = /^\s*(?:#+|\/{2,3}|>+|%+)[ \t]*/;
  if (lines.some((line) => line.trim() && !mark.test(line))) return text;
  return lines.map((line) => line.replace(mark, (match) => " ".repeat(match.length))).join("\n");
}
// E[x], the mean over what is given, is called like one; h~ is a letter with its accent, w* = a name.
function withMeans(text) {
  const signs = [...text];
  if (text.includes("E[") && !/(?:^|[;\n,])[ \t]*E[ \t]*=/.test(text)) {
    for (const match of text.matchAll(everywhere("expectation", "gu"))) {
      const opener = match.index + match[0].length - 1, close = closerOf(text, opener);
      if (close < 0) continue;
      signs.fill("", match.index, opener);
      [signs[match.index], signs[opener], signs[close]] = ["mean", "(", ")"];
    }
  }
  return signs.join("").replace(everywhere("starred", "gu"), (left, name) => left.replace(`${name}`, name.replace("*", "_")))
    .replace(everywhere("tilde", "gu"), "$1\u0303");
}

// Whether a name is that of an operation, which is none of a value.
const isOperation = (name) => (KNOWN(name) || (name in FUNCTIONS && !INTERNAL.includes(name)) || name in ALIASES) && !GREEK_LETTERS(letterOf(name).toLowerCase());

// -- values ---------------------------------------------------------------------------------------

// Tree and the names that may stand in it → what computes its value; `literal` where it is a number that was written.
class Compiled {
  constructor(names, nodes, rules) {
    Object.assign(this, { names, left: nodes, rules, met: new Set() });
  }
  node(key, args) {
    if (--this.left < 0) fail();
    const [compute] = FUNCTIONS[key], values = args.map((arg) => this.value(arg));
    return { value: (scope) => compute(...values.map((arg) => arg(scope))) };
  }
  value({ literal, value }) {
    if (literal === undefined) return value;
    if (--this.left < 0) fail();
    return () => literal;
  }
  of(node) {
    const { kind, head, args } = node;
    if (kind === "number") return { literal: head };
    if (kind === "name") return this.name(head);
    if (kind === "operator") return this.operator(head, args.map((arg) => this.of(arg)));
    if (kind === "call") return this.call(head, args.map((arg) => this.argument(arg)));
    if (kind === "total") return this.total(head, args[0]);
    return fail("array");
  }
  argument(node) {
    return node.kind === "keyword" ? { option: node.head, ...this.of(node.args[0]) } : this.of(node);
  }
  name(name) {
    if (Object.hasOwn(this.names, name)) return this.names[name];
    if (Object.hasOwn(LANGUAGE.constants, name)) return { literal: { inf: Infinity, nan: NaN }[LANGUAGE.constants[name]] ?? Number(LANGUAGE.constants[name]) };
    if (isOperation(name)) fail("sign", name);
    if (name === "e" || this.allowed(name)) {
      if (!this.met.has(name) && --this.left < 0) fail();
      this.met.add(name);
      return { value: name === "e" && !this.allowed(name) ? () => Math.E : (scope) => scope[name] };
    }
    return fail("name", name);
  }
  allowed(name) { return this.rules.names.has(name); }
  operator(key, args) {
    const [first, second] = args;
    if (key === "neg" && first.literal !== undefined) return { literal: -first.literal };
    if (key === "T") return this.node("transpose", args);
    if (key === "^" && second.literal !== undefined) return this.node("power", [first, { value: () => second.literal }]);
    return this.node({ root: "sqrt" }[key] ?? ALIASES[key] ?? fail(), args);
  }
  call(head, args) {
    const stem = head.replace(/['′]+$/, "");
    if (stem !== head && head.length === stem.length + 1 && (stem in ALIASES || stem in FUNCTIONS)) return this.slope(ALIASES[stem] ?? stem, args);
    let key = Object.hasOwn(ALIASES, head) ? ALIASES[head] : head;
    if (!Object.hasOwn(FUNCTIONS, key) || (INTERNAL.includes(key) && !this.rules.internal)) fail("name", head);
    const plain = args.filter(({ option }) => option === undefined);
    if (key === "cos" && plain.length === 2) fail();
    if (["max", "min"].includes(key) && plain.length > 1) key = { max: ["maximum", "max_of"], min: ["minimum", "min_of"] }[key][Number(plain.length > 2)];
    if (key === "power" && args[1]?.option === undefined && args[1]?.value) key = "pow";
    if (key === "clamp" && args.slice(1).some(({ literal, option }) => literal === undefined && option === undefined)) {
      return args.slice(1, 3).reduce((bounded, bound, n) => this.node(["maximum", "minimum"][n], [bounded, this.unnamed(bound)]), this.unnamed(args[0]));
    }
    const [given, options] = this.given(key, args);
    return this.node(key, [...given, ...options.map((value) => ({ value: () => value }))]);
  }
  unnamed(arg) { return arg.option === undefined ? arg : fail(); }
  // Arguments of a call → those that are values, and the numbers of the options.
  given(key, args) {
    const [, defaults = {}] = FUNCTIONS[key], params = PARAMS[key], isVariadic = params[0] === "xs";
    const positional = args.filter(({ option }) => option === undefined), named = new Map();
    for (const arg of args.filter(({ option }) => option !== undefined)) {
      const name = OPTIONS[key]?.[arg.option] ?? arg.option;
      if (named.has(name)) fail();
      named.set(name, arg);
    }
    const count = isVariadic ? positional.length : params.length, values = positional.slice(0, count), rest = positional.slice(count);
    for (const name of params.slice(values.length)) {
      if (named.has(name)) values.push(named.get(name));
      named.delete(name);
    }
    if (values.length < Math.max(count, 1) || rest.length > Object.keys(defaults).length) fail();
    Object.keys(defaults).forEach((name, n) => {
      if (n < rest.length && named.has(name)) fail();
      if (n < rest.length) named.set(name, rest[n]);
    });
    const options = Object.entries(defaults).map(([name, value]) => {
      const arg = named.get(name);
      named.delete(name);
      if (arg && (arg.literal === undefined || (name in ALLOWED && !ALLOWED[name](arg.literal)))) fail();
      return arg ? arg.literal : value;
    });
    if (named.size) fail();
    return [values, options];
  }
  // σ'(z): the text of the derivative, in which the argument, the result and the options have their names.
  slope(key, args) {
    if (!Object.hasOwn(PARTIALS, key)) fail();
    const [[argument], options] = this.given(key, args), [, defaults = {}] = FUNCTIONS[key];
    const names = { [PARAMS[key][0]]: { value: this.value(argument) } };
    Object.keys(defaults).forEach((name, n) => { names[name] = { literal: options[n] }; });
    if (PARTIALS[key].includes("out")) names.out = this.call(key, [names[PARAMS[key][0]], ...options.map((literal) => ({ literal }))]);
    const { rules, names: outside } = this;
    Object.assign(this, { names, rules: { ...rules, internal: true } });
    const value = this.value(this.of(new Reader(PARTIALS[key]).run()));
    Object.assign(this, { names: outside, rules });
    return { value };
  }
  // A sum over a letter from one number to another; of a number alone the number.
  total({ operation, letters, lower, upper }, body) {
    const key = { sum: "add", prod: "multiply", max: "maximum", min: "minimum" }[operation];
    if (!letters.length) return { value: this.value(this.of(body)) };
    if (!key || ![lower, upper].every((bound) => /^[0-9]+$/.test(bound ?? "")) || Number(upper) < Number(lower)) fail("array");
    const outside = this.names, terms = [];
    for (let n = Number(lower); n <= Number(upper); n++) {
      this.names = { ...outside, [letters[0]]: { literal: n } };
      terms.push(this.of(body));
    }
    this.names = outside;
    return terms.reduce((total, term) => this.node(key, [total, term]));
  }
}

// -- answers --------------------------------------------------------------------------------------

function compiled(text, rules, nodes) {
  let plain = isLatex(text) ? new Latex(normalised(text)).run() : text.replaceAll("\\_", "_").replaceAll("\\*", "*");
  for (const [, letter] of plain.matchAll(/(\p{L})\^(?=[ \t]+[-+−][ \t]|[-+−][ \t]*\p{L})/gu)) {
    if (rules.names?.has(`${letter}\u0302`.normalize("NFC"))) fail();  // a hat, which only Python reads
  }
  if (plain.trimStart()[0] === "=") plain = plain.replaceAll("$", "");
  plain = plain.replace(/^\s*\$\$?(?=[^$]*$)/, "").replace(/^([^$]*)\$\$?\s*$/, "$1");  // whose partner was not copied
  const tree = new Reader(withMeans(withoutWords(normalised(plain)))).run(), compiling = new Compiled({}, nodes, rules);
  return compiling.value(compiling.of(tree));
}

// Text and the names that may stand in it → { value(scope) }; throws Unreadable.
function readFormula(text, names = []) {
  const written = cleaned(text), { characters, nodes } = LANGUAGE.limits;
  if ([...written].length > characters) fail("long");
  const summed = everywhere("sum", "gu").exec(written);
  if (summed && everywhere("many", "gu").test(written.slice(summed.index))) fail();
  return { value: compiled(written, { names: new Set(names), internal: true }, nodes) };
}

// Text → its number; `comma` reads 1,5 as 1.5. Throws Unreadable.
function readNumber(text, comma) {
  const isComma = everywhere("decimalComma", "gu");
  let written = cleaned(text).replace(everywhere("spaces", "gu"), "");
  if (comma) written = written.replace(isComma, ".");
  if (!written) fail("missing");
  if ([...written].length > LANGUAGE.limits.characters) fail("long");
  if (matchWhole("date", written)) fail("date");
  const isPlain = /^[+-]?(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:e[+-]?[0-9]+(?:_[0-9]+)*)?$/i.test(written);
  if (!isPlain && everywhere("decimalComma", "gu").test(written)) fail("comma");
  const number = isPlain ? Number(written.replaceAll("_", "")) : compiled(written, { names: new Set(), internal: false }, LANGUAGE.limits.nodesOfNumber)({});
  if (!Number.isFinite(number)) fail("finite");
  return number;
}

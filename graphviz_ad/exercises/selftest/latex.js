"use strict";
// LaTeX of one formula → its tokens, and its names with their scripts, as language/latex/ has them where no name has a
// value yet. Environments are not read here.

const TEX = LANGUAGE.latex;
const isFont = listed(TEX.fonts), isWords = listed(TEX.words), isBlank = listed(TEX.blanks), isTexFunction = listed(TEX.functions);
const isLook = listed(TEX.looks), isTranspose = listed(TEX.transposes);
const [NEVER, CLOSE_BY, ALWAYS, SKIPPED] = [0, 1, 2, 3];
const TEX_END = { kind: "row", text: "", joins: NEVER, start: 0, stop: 0 };

// Whether a text is LaTeX: it has a command, or stands between $ and $.
function isLatex(text) {
  const plain = text.replace(everywhere("texComment", "gu"), "");
  return everywhere("texCommand", "gu").test(plain) || (plain.split("$").length > 2 && plain.trimStart()[0] !== "=");
}

function texToken(piece, start) {
  const token = (kind, text, joins = NEVER) => ({ kind, text, joins, start, stop: start + piece.length });
  if (/^(?:[0-9]|\.[0-9])/.test(piece)) return token("number", piece, CLOSE_BY);
  if (/^\p{L}/u.test(piece)) return token("letter", piece, CLOSE_BY);
  if (/^\\(?:begin|end)[ \t]*\{/.test(piece)) return fail("array");
  if (piece === "\\prime") return token("sign", "'", ALWAYS);
  if (piece.startsWith("\\\\")) return token("row", piece);
  if (piece[0] === "\\" && piece.length > 1 && piece !== "\\_") return token("command", piece.slice(1), TEX.setting.includes(piece.slice(1)) ? SKIPPED : NEVER);
  if (matchAt("texBlank", piece)) return /\n[ ]*\n/.test(piece) ? token("row", piece) : token("space", piece, SKIPPED);
  const text = piece === "\\_" ? "_" : piece;
  return token("sign", text, "_^'[.".includes(text) ? ALWAYS : NEVER);
}

// LaTeX → its tokens; TeX takes one digit as in \frac12.
function texTokens(text) {
  const tokens = [];
  for (const match of text.matchAll(everywhere("texPiece", "gu"))) {
    const token = texToken(match[0], match.index), before = tokens.findLast(({ kind }) => kind !== "space");
    const takesOne = before && ((before.kind === "sign" && before.text === "_") || (before.kind === "command" && TEX.fractions.includes(before.text)));
    if (token.kind === "number" && takesOne && token.text.length > 1) {
      [...token.text].forEach((digit, n) => tokens.push({ ...token, text: digit, joins: digit === "." ? ALWAYS : CLOSE_BY, start: token.start + n, stop: token.start + n + 1 }));
    } else if (token.kind !== "space" || tokens.length) tokens.push(token);
  }
  return tokens;
}

// Tokens → the text they stand for: letters, digits, signs, Greek; fonts and braces left out.
function flat(tokens) {
  let accent = "";
  return tokens.map(({ kind, text }) => {
    if (kind === "command" && Object.hasOwn(TEX.accents, text)) {
      accent = TEX.accents[text];
      return "";
    }
    let piece = "";
    if (kind === "letter" || kind === "number" || (kind === "sign" && !"{}".includes(text))) piece = text;
    else if (kind === "command") piece = TEX.letters[text] ?? TEX.flat[text] ?? (isTexFunction(text) ? text : "");
    if (!piece && kind === "command" && /^\p{L}+$/u.test(text) && !isLook(text)) piece = isTranspose(text) ? "⊤" : text;
    if (!piece || !accent) return piece;
    const whole = (piece + accent).normalize("NFC");
    accent = "";
    return whole;
  }).join("");
}

class LatexNames {
  constructor(text) {
    this.text = text.replaceAll("\\not=", "\\neq ").replace(/\\[[\]()]/g, "  ").replaceAll("$", " ");
    this.tokens = texTokens(this.text);
    this.partners = new Map();
    this.out = [];
    const open = [];
    this.tokens.forEach(({ kind, text: sign }, at) => {
      if (kind === "sign" && sign === "{") open.push(at);
      if (kind === "sign" && sign === "}") this.partners.set(open.pop() ?? fail(), at);
    });
    if (open.length) fail();
  }
  token(at) { return this.tokens[at] ?? TEX_END; }
  run() {
    this.write(0, this.tokens.length);
    return this.out.join("");
  }
  put(text) { if (text) this.out.push(text); }
  // A name, with a space where it would run into the one before it.
  name(text) { this.put(this.apart(text) + text); }
  apart(text) {
    const before = this.out.at(-1)?.at(-1);
    if (!text || !before || " ({[".includes(before)) return "";
    return /[\p{L}\p{N}_'}\u0300-\u036f]/u.test(before) && /^[\p{L}\p{N}∂∇_]/u.test(text) ? " " : "";
  }
  write(at, stop) {
    let next = at;
    while (next < stop) next = this.read(next, stop);
  }
  skipBlanks(at) {
    let next = at;
    while (this.token(next).joins === SKIPPED) next += 1;
    return next;
  }
  read(at, stop) {
    const { kind, text } = this.token(at);
    if (kind === "space") return at + 1;
    if (kind === "row") {
      this.put("\n");
      return at + 1;
    }
    if (kind === "number") return this.scripts(at + 1, stop, text, { number: true });
    if (kind === "letter") return this.letters(at, stop);
    return kind === "command" ? this.command(at, stop) : this.sign(at, stop);
  }
  letters(at, stop) {
    const [word, next] = this.word(at, stop), bracket = this.skipBlanks(next);
    if (word === "E" && this.token(bracket).text === "[") return this.expectation(bracket, stop);
    return this.scripts(next, stop, word);
  }
  expectation(bracket, stop) {
    let depth = 0, close = bracket;
    for (; close < this.tokens.length; close++) {
      depth += { "[": 1, "]": -1 }[this.token(close).text] ?? 0;
      if (!depth) break;
    }
    this.name("mean(");
    this.write(bracket + 1, Math.min(close, stop));
    this.put(")");
    return close + 1;
  }
  // Letters side by side → the one name that is meant, and where to go on.
  word(at, stop) {
    const first = this.token(at);
    if (at + 1 >= stop || this.token(at + 1).joins !== CLOSE_BY) return [first.text, at + 1];
    let end = at;
    while (end < stop && this.token(end).kind === "letter" && this.token(end).start === first.start + (end - at)) end += 1;
    const run = this.tokens.slice(at, end).map(({ text }) => text).join(""), { kind, text, start } = this.token(at + 1);
    if (run.length === 1 && kind === "number" && start === first.stop) return [run + text, at + 2];
    if (run.length === 1 || run.length !== end - at) return [first.text, at + 1];
    const following = this.token(this.skipBlanks(end)).text, isCall = ["(", "[", "left"].includes(following);
    const isFunction = functionOf(run) || ["sum", "mean"].includes(run), isEnd = end >= this.tokens.length;
    if (!isEnd && isFunction && (isCall || run.length > 2)) return [run, end];
    return run.length >= 4 || (!isEnd && this.isLeftSide(at, end)) ? [run, end] : [first.text, at + 1];
  }
  isLeftSide(at, end) {
    const before = this.tokens.slice(0, at).findLast(({ kind, text }) => kind !== "space" && !isBlank(text));
    let next = this.skipBlanks(end);
    while (["_", "^"].includes(this.token(next).text)) next = this.skipBlanks(this.argument(next + 1)[2]);
    return (!before || before.kind === "row") && ["=", "(", ":=", "&"].includes(this.token(next).text);
  }
  // Where an argument of a command stands → its first token, the one behind its last, and where to go on.
  argument(from) {
    const at = this.skipBlanks(from), { kind, text } = this.token(at);
    if (at >= this.tokens.length) fail();
    if (kind === "sign" && text === "{") return [at + 1, this.partners.get(at), this.partners.get(at) + 1];
    if (kind === "command" && (isFont(text) || isWords(text) || Object.hasOwn(TEX.accents, text))) {
      const [, , end] = this.argument(at + 1);
      return [at, end, end];
    }
    if (kind === "command" && text in TEX.arguments) {  // ^\frac 1{ρ}
      let end = at + 1;
      for (let count = 0; count < TEX.arguments[text]; count++) [, , end] = this.argument(end);
      return [at, end, end];
    }
    if ((kind === "sign" && ["}", "&"].includes(text)) || kind === "row") fail();
    return [at, at + 1, at + 1];
  }
  range([first, last]) { return this.tokens.slice(first, last); }
  scriptRanges(from, stop) {
    let below = null, above = null, at = from;
    for (;;) {
      const next = this.skipBlanks(at), { kind, text } = next < stop ? this.token(next) : TEX_END;
      if (kind !== "sign" || !["_", "^"].includes(text)) return [below, above, at];
      if (text === "_" ? below : above) fail();
      const [first, last, end] = this.argument(next + 1), beyond = text === "^" && last === end ? this.unbraced(next, first) : 0;
      if (text === "_") below = [first, last]; else above = [first, beyond || last];
      at = beyond || end;
    }
  }
  // A power behind a minus sign without braces, e^-x or x^-2 → where it ends; 0 for any other.
  unbraced(script, first) {
    const { text: sign, stop } = this.token(first), { kind, text, start } = this.token(first + 1), base = this.token(script - 1);
    if (!["-", "−"].includes(sign) || start !== stop) return 0;
    const isValue = kind === "letter" || (kind === "command" && (text in TEX.arguments || text in TEX.letters)), isNumber = kind === "number";
    const isBase = base.text === "e" || base.kind === "number";
    if (!isNumber && !(isBase && (isValue || text === "("))) return 0;
    const end = text === "(" ? this.closed(first + 1) : this.argument(first + 1)[1];
    if (isValue && ["letter", "number"].includes(this.token(end).kind)) fail();
    return end;
  }
  closed(from) {
    let depth = 0;
    for (let at = from; at < this.tokens.length; at++) {
      depth += { "(": 1, ")": -1 }[this.token(at).text] ?? 0;
      if (!depth) return at + 1;
    }
    return this.tokens.length;
  }
  // A name, a number or a closing bracket with its scripts.
  scripts(from, stop, name, { number = false, closing = false } = {}) {
    let at = from, primes = "", text = name;
    const prime = () => at < stop && this.token(at).text === "'";
    while (!number && prime()) [primes, at] = [`${primes}'`, at + 1];
    const [below, above, after] = this.scriptRanges(at, stop);
    at = after;
    while (!number && !closing && prime()) [primes, at] = [`${primes}'`, at + 1];
    if (below) text += this.lower(below, closing);
    const label = above && !number && !closing && name ? this.label(above, name) : "";
    const raised = above ? flat(this.range(above)) : "", isPrime = raised && /^'+$/.test(raised);
    if (isPrime) primes += raised;
    this.name(text + label + primes);
    if (above && !label && !isPrime) this.power(above);
    return at;
  }
  lower(below, closing) {
    let text = flat(this.range(below)).replaceAll(" ", "").replaceAll("−", "-");
    if (!closing) text = text.replaceAll("_", "");
    return /^[A-Za-z0-9]+$/.test(text) ? `_${text}` : `_{${text}}`;
  }
  // An upper script that is a label, as (1), [l], *; "" where it is a power.
  label(above, name) {
    const text = flat(this.range(above)).replaceAll(" ", "").replaceAll("−", "-"), { kind, text: command } = this.token(above[0]);
    if (["*", "-", "+"].includes(text)) return `_{${text}}`;
    if (kind === "command" && (isWords(command) || isFont(command)) && /^\p{L}{2,}$/u.test(text)) return `^{(${text})}`;
    if (name === "e" || !matchWhole("texLabel", text)) return "";
    return text.match(/\([^()]*\)|\[[^[\]]*\]/g).map((part) => `^{${part}}`).join("");
  }
  power(above) {
    const text = flat(this.range(above));
    if (text === "⊤" || this.token(above[0]).text === "intercal") this.put("ᵀ");
    else if (text === "T") this.put("^T");
    else {
      this.put("^(");
      this.write(...above);
      this.put(")");
    }
  }
  // A power behind a value that is no name → where to go on, and what writes it.
  raised(at, stop) {
    const [below, above, after] = this.scriptRanges(at, stop);
    if (below) fail();
    return [after, above];
  }
  braced(open, [first, last], close) {
    this.put(open);
    this.write(first, last);
    this.put(close);
  }
}

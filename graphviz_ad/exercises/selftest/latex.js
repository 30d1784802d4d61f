"use strict";
// LaTeX of one formula → the same in plain notation, as language/latex/ has it where no name has a value yet.
// Environments are not read here.

const TEX = LANGUAGE.latex;
const isFont = listed(TEX.fonts), isWords = listed(TEX.words), isBlank = listed(TEX.blanks), isTexFunction = listed(TEX.functions);
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
  if (piece.startsWith("\\\\")) return token("row", piece);
  if (piece[0] === "\\" && piece.length > 1 && piece !== "\\_") return token("command", piece.slice(1), TEX.setting.includes(piece.slice(1)) ? SKIPPED : NEVER);
  if (matchAt("texBlank", piece)) return /\n[ ]*\n/.test(piece) ? token("row", piece) : token("space", piece, SKIPPED);
  const text = piece === "\\_" ? "_" : piece;
  return token("sign", text, "_^'[.".includes(text) ? ALWAYS : NEVER);
}

// LaTeX → its tokens; TeX takes one digit as in \frac12 and x^23.
function texTokens(text) {
  const found = [];
  for (const match of text.matchAll(everywhere("texPiece", "gu"))) {
    const token = texToken(match[0], match.index), before = found.findLast(({ kind }) => kind !== "space");
    const takesOne = before && ((before.kind === "sign" && "_^".includes(before.text)) || (before.kind === "command" && TEX.fractions.includes(before.text)));
    if (token.kind === "number" && takesOne && token.text.length > 1) {
      [...token.text].forEach((digit, n) => found.push({ ...token, text: digit, joins: digit === "." ? ALWAYS : CLOSE_BY, start: token.start + n, stop: token.start + n + 1 }));
    } else if (token.kind !== "space" || found.length) found.push(token);
  }
  return found;
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
    if (!piece || !accent) return piece;
    const whole = (piece + accent).normalize("NFC");
    accent = "";
    return whole;
  }).join("");
}

class Latex {
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
      const [first, last, end] = this.argument(next + 1);
      if (text === "_") below = [first, last]; else above = [first, last];
      at = end;
    }
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
    return text.match(/\([^()]*\)|\[[^[\]]*\]/g).map((one) => `^{${one}}`).join("");
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

  // -- signs and commands -----------------------------------------------------------------------

  sign(at, stop) {
    const { text } = this.token(at);
    if (text === "{") return this.group(at, stop);
    if (["^", "_"].includes(text)) return this.scripts(at, stop, "");
    if (["|", ")", "]", "||"].includes(text)) return this.scripts(at + 1, stop, text === "||" ? "‖" : text, { closing: true });
    this.put(["&", "~"].includes(text) ? " " : ["<", ">", ":=", "+", "="].includes(text) ? ` ${text} ` : text);
    return at + 1;
  }
  group(at, stop) {
    const close = this.partners.get(at), over = this.over(at + 1, close);
    if (over !== null) {
      this.braced("{{", [at + 1, over], "}/");
      this.braced("{", [over + 1, close], "}}");
      return close + 1;
    }
    const name = this.alone(at + 1, close) ?? this.bracedWord(at, close);
    if (name !== null) return this.scripts(close + 1, stop, name);
    const [after, above] = this.raised(close + 1, stop);
    if (!above || at + 1 >= close) {
      this.write(at + 1, close);
      return close + 1;
    }
    this.braced("{", [at + 1, close], "}");
    this.power(above);
    return after;
  }
  over(first, last) {
    for (let at = first; at < last; at++) {
      const { kind, text } = this.token(at);
      if (kind === "sign" && text === "{") at = this.partners.get(at);
      else if (kind === "command" && text === "over") return at;
    }
    return null;
  }
  // A group that is one letter, perhaps with an accent or in another font → it.
  alone(first, last) {
    const inside = this.range([first, last]).filter(({ kind, text }) => kind !== "space" && text !== "{" && text !== "}");
    const looks = (text) => isFont(text) || isBlank(text) || Object.hasOwn(TEX.accents, text);
    const letters = inside.filter(({ kind, text }) => kind !== "command" || !looks(text));
    if (letters.length !== 1 || !(letters[0].kind === "letter" || Object.hasOwn(TEX.letters, letters[0].text))) return null;
    const isScript = inside.some(({ text }) => ["mathcal", "cal"].includes(text));
    return isScript && letters[0].text === "L" ? "ℒ" : flat(inside);
  }
  // {pred} before a script is one name.
  bracedWord(at, close) {
    let inside = this.range([at + 1, close]);
    if (inside[0]?.kind === "command" && (isFont(inside[0].text) || isWords(inside[0].text))) inside = inside.slice(1).filter(({ kind }) => kind !== "space");
    const next = this.token(this.skipBlanks(close + 1)), isScripted = next.kind === "sign" && ["_", "^"].includes(next.text);
    const isWord = inside.length > 1 && isScripted && inside.every(({ kind }) => kind === "letter");
    return isWord ? inside.map(({ text }) => text).join("") : null;
  }
  command(at, stop) {
    const { text: name } = this.token(at);
    if (name === "left" || name === "right") return this.token(at + 1).text === "." ? at + 2 : at + 1;
    if (isBlank(name)) {
      this.put(["quad", "qquad", "hfill"].includes(name) ? "   " : "");
      return at + 1;
    }
    if (TEX.fractions.includes(name)) return this.fraction(at, stop);
    if (name === "sqrt") return this.root(at, stop);
    if (name === "sum" || name === "prod") return this.total(name === "sum" ? "∑" : "∏", at, stop);
    if (isTexFunction(name)) return this.function(name, at + 1, stop);
    if (isWords(name)) return this.words(at, stop);
    if (isFont(name)) return this.font(at, stop);
    if (Object.hasOwn(TEX.accents, name) || Object.hasOwn(TEX.letters, name) || ["partial", "nabla"].includes(name)) {
      const [word, next] = this.symbol(at, stop);
      return this.scripts(next, stop, word);
    }
    if (!Object.hasOwn(TEX.signs, name)) fail();
    const sign = TEX.signs[name];
    if ("|‖)⌋⌉⟩".includes(sign)) return this.scripts(at + 1, stop, sign, { closing: true });
    this.put("([{⌊⌈⟨".includes(sign) ? sign : ` ${sign} `);
    return at + 1;
  }
  symbol(at, stop) {
    const { text: name } = this.token(at);
    if (Object.hasOwn(TEX.accents, name)) {
      const [first, last, next] = this.argument(at + 1), letters = flat(this.range([first, last]));
      if (!letters) fail();
      const accent = TEX.accents[name], isScripted = letters.length > 1 && "_^".includes(letters[1]);
      return [isScripted ? letters[0] + accent + letters.slice(1) : (letters + accent).normalize("NFC"), next];
    }
    if (name === "partial" || name === "nabla") return this.differential(name === "partial" ? "∂" : "∇", at, stop);
    const letter = TEX.letters[name], next = this.skipBlanks(at + 1);
    if (letter === "Δ" && next < stop && this.token(next).kind === "letter") return [`Δ${this.token(next).text}`, next + 1];
    return [letter, at + 1];
  }
  differential(sign, at, stop) {
    const [below, , after] = this.scriptRanges(this.skipBlanks(at + 1), stop), lower = below ? flat(this.range(below)) : "";
    const next = this.skipBlanks(after);
    if (next >= this.tokens.length) return [sign + (below ? `_{${lower}}` : ""), next];
    const [first, last, end] = this.argument(next), name = flat(this.range([first, last]));
    return [sign === "∂" && below ? `∂${name}/∂${lower}` : sign + (below ? `_{${lower}}` : "") + name, end];
  }
  fraction(at, stop) {
    const above = this.argument(at + 1), below = this.argument(above[2]), name = this.derivative(above, below);
    if (name) {
      this.name(name);
      return below[2];
    }
    this.braced("{{", above, "}/");
    this.braced("{", below, "}}");
    const [after, power] = this.raised(below[2], stop);
    if (power) this.power(power);
    return after;
  }
  // Numerator and denominator → the name ∂L/∂w that they are; "" where they are a quotient.
  derivative(...groups) {
    const [above, below] = groups.map((group) => this.withSigns(group)), [sign] = above;
    if (!["∂", "d"].includes(sign) || sign !== below[0]) return "";
    const names = [above.slice(1), below.slice(1)];
    return names.every((name) => matchWhole("texDerived", name)) ? `∂${names[0]}/∂${names[1]}` : "";
  }
  withSigns([first, last]) {
    const kept = [], pieces = this.range([first, last]).map((token, n, all) => {
      if (token.kind === "sign" && token.text === "{") {
        kept.push(n > 0 && "_^".includes(all[n - 1].text));
        return kept.at(-1) ? "{" : "";
      }
      if (token.kind === "sign" && token.text === "}") return kept.pop() ? "}" : "";
      return token.kind === "command" && token.text === "partial" ? "∂" : flat([token]);
    });
    return pieces.join("").replace(/_\{([\p{L}\p{N}_])\}/gu, "_$1");
  }
  root(at, stop) {
    let next = this.skipBlanks(at + 1), degree = "";
    if (this.token(next).text === "[") {
      const close = this.tokens.findIndex(({ text }, n) => n >= next && text === "]");
      if (close < 0) fail();
      [degree, next] = [flat(this.range([next + 1, close])), close + 1];
    }
    let [first, last, after] = this.argument(next);
    if (last === after) {
      const [below, , end] = this.scriptRanges(after, stop);
      if (below) last = after = end;
    }
    const [end, above] = this.raised(after, stop);
    if (above) this.put("{");
    const sign = ["", "2"].includes(degree) ? "√" : degree === "3" ? "∛" : "";
    this.put(sign);
    this.braced("{", [first, last], "}");
    if (!sign) this.put(`^(1/(${degree}))`);
    if (above) {
      this.put("}");
      this.power(above);
    }
    return end;
  }
  total(sign, at, stop) {
    const [below, above, next] = this.scriptRanges(at + 1, stop);
    if (below && this.range(below).some(({ text }) => text === "in")) fail();
    this.put(sign + (below ? `_{${flat(this.range(below))}}` : "") + (above ? `^{${flat(this.range(above))}}` : "") + " ");
    return next;
  }
  // A function with the power or the letter that may stand at it: \sin^2 x, \log_2.
  function(given, from, stop) {
    let name = given, at = from;
    for (; this.token(at).text === "'"; at++) name += "'";
    let [below, above, next] = this.scriptRanges(at, stop);
    const raised = above ? flat(this.range(above)) : "", isWhole = /^-*[0-9]+$/.test(raised);
    if (raised === "'") [name, above] = [`${name}'`, null];
    if (name === "exp" && above && !isWhole) {
      this.name("exp(");
      this.write(...above);
      this.put(")");
      return next;
    }
    const letters = below ? flat(this.range(below)) : "";
    this.name(name + (below ? (/^[\p{L}\p{N}]+$/u.test(letters) ? `_${letters}` : `_{${letters}}`) : ""));
    if (above && isWhole) this.put(`^{${raised}} `);
    else if (above) {
      this.braced("^(", above, ") ");
    }
    const { kind, text } = this.token(this.skipBlanks(next));
    const opens = ["(", "[", "left", "big", "Big", "bigl", "Bigl"].includes(text) || (kind === "command" && text === "{");
    if (this.skipBlanks(next) < this.tokens.length && !opens) this.put(" ");
    return next;
  }
  font(at, stop) {
    const [first, last, next] = this.argument(at + 1), text = flat(this.range([first, last])), { text: font } = this.token(at);
    const bracket = this.skipBlanks(next);
    if (text === "E" && this.token(bracket).text === "[") return this.expectation(bracket, stop);
    if (font === "mathbb" && ["E", "P", "R"].includes(text)) fail();
    if (["mathcal", "cal"].includes(font) && text === "L") return this.scripts(next, stop, "ℒ");
    const name = this.alone(first, last) ?? (last < next ? this.bracedWord(first - 1, last) : null);
    if (name !== null) return this.scripts(next, stop, name);
    this.write(first, last);
    return next;
  }
  // \text{…}: a name of several letters, an operation, or a word before a condition.
  words(at, stop) {
    const { text: command } = this.token(at), [first, last, next] = this.argument(at + 1);
    const whole = first < last ? this.text.slice(this.token(first).start, this.token(last - 1).stop) : "";
    const isFunction = (name) => functionOf(name) || ["sum", "mean"].includes(name);
    if (command.startsWith("operatorname") && isFunction(whole)) return this.function(spellingOf(whole), next, stop);
    const said = whole.replace(/^[ ,，]+|[ ,，]+$/g, "").toLowerCase();
    if (Object.hasOwn(TEX.conditions, said)) {
      this.put(` ${TEX.conditions[said]} `);
      return next;
    }
    const word = whole.replaceAll("\\_", "").includes("\\") ? flat(this.range([first, last])) :
      whole.replaceAll("\\_", "_").replaceAll("~", " ").trim().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");
    if (!word) return next;
    return isFunction(word) ? this.function(spellingOf(word), next, stop) : this.scripts(next, stop, word);
  }
}

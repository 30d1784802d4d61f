"use strict";
// Signs and commands of LaTeX → the same in plain notation, as language/latex/ has it.

class Latex extends LatexNames {
  sign(at, stop) {
    const { text } = this.token(at);
    if (text === "{") return this.group(at, stop);
    if (["^", "_"].includes(text)) return this.scripts(at, stop, "");
    if (text === "/") return this.quotient(at, stop);
    if (["|", ")", "]", "||"].includes(text)) return this.scripts(at + 1, stop, text === "||" ? "‖" : text, { closing: true });
    this.put(["&", "~"].includes(text) ? " " : ["<", ">", "<=", ">=", "!=", ":=", "+", "="].includes(text) ? ` ${text} ` : text);
    return at + 1;
  }
  // A slash; names beside each other behind it are one value: E/kT is E/(k T).
  quotient(at, stop) {
    const first = this.skipBlanks(at + 1);
    let end = first, names = 0;
    if (matchAt("texBelowSlash", this.text, this.token(first).start)) {
      end = this.scriptRanges(first + 2, stop)[2];
      this.braced("/{", [first, end], "}");
      return end;
    }
    for (let after; (!names || this.isBeside(end, stop)) && (after = this.nameEnd(end, stop)); names += 1) end = after;
    if (names < 2) this.put("/"); else this.braced("/{", [first, end], "}");
    return names < 2 ? at + 1 : end;
  }
  isBeside(at, stop) { return at < stop && this.token(at).start === this.token(at - 1).stop; }
  // Where a name with its scripts ends; 0 where there is none, or what begins a call, d w or a power of e.
  nameEnd(at, stop) {
    const { kind, text } = at < stop ? this.token(at) : TEX_END;
    if (kind !== "letter" && !(kind === "command" && Object.hasOwn(TEX.letters, text))) return 0;
    const [word, next] = kind === "letter" ? this.word(at, stop) : this.symbol(at, stop);
    if (["d", "e"].includes(word) || (word.length > 1 && (functionOf(word) || ["sum", "mean"].includes(word)))) return 0;
    const [, , end] = this.scriptRanges(next, stop), { kind: sort, text: opener } = this.token(end);
    const opens = ["(", "[", "left", "big", "Big", "bigl", "Bigl"].includes(opener) || (sort === "command" && opener === "{");
    return end < stop && opens ? 0 : end;
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
    if (["binom", "dbinom", "tbinom"].includes(name)) return this.binomial(at);
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
    if (!Object.hasOwn(TEX.signs, name)) return this.own(at, stop);
    const sign = TEX.signs[name];
    if ("|‖)⌋⌉⟩".includes(sign)) return this.scripts(at + 1, stop, sign, { closing: true });
    this.put("([{⌊⌈⟨".includes(sign) ? sign : ` ${sign} `);
    return at + 1;
  }
  // A command of an author's own: brackets round its argument, or a name.
  own(at, stop) {
    const { text: name } = this.token(at), following = this.skipBlanks(at + 1);
    if (!/^\p{L}+$/u.test(name) || TEX.refused.includes(name)) fail();
    if (this.token(following).text !== "{") return this.scripts(at + 1, stop, name);
    if (!(name in TEX.wrapped)) fail();
    const [first, last, end] = this.argument(following), [opening, closing] = TEX.wrapped[name];
    this.name(opening);
    this.write(first, last);
    if ("‖|".includes(closing)) return this.scripts(end, stop, closing, { closing: true });
    this.put(closing);
    return end;
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
  // \binom{n}{k} → n!/(k! (n - k)!).
  binomial(at) {
    const n = this.argument(at + 1), k = this.argument(n[2]);
    ["(factorial(", n, ")/(factorial(", k, ")·factorial((", n, ")-(", k, "))))"].forEach((part) => {
      if (typeof part === "string") this.put(part); else this.write(part[0], part[1]);
    });
    return k[2];
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
    if (font === "mathbb" && ["E", "P", "R", "V"].includes(text)) fail();
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
    const condition = whole.replace(/^[ ,，]+|[ ,，]+$/g, "").toLowerCase();
    if (Object.hasOwn(TEX.conditions, condition)) {
      this.put(` ${TEX.conditions[condition]} `);
      return next;
    }
    const word = whole.replaceAll("\\_", "").includes("\\") ? flat(this.range([first, last])) :
      whole.replaceAll("\\_", "_").replaceAll("~", " ").trim().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");
    if (!word) return next;
    return isFunction(word) ? this.function(spellingOf(word), next, stop) : this.scripts(next, stop, word);
  }
}

"use strict";
// The one pass over the tokens, and the sides of an equality, as language/parser.py and statements.py have them.

class Reader extends Brackets {
  constructor(text) {
    super(text);
    Object.assign(this, { name: null, params: null, forms: [], done: false });
  }
  // All tokens → the tree of what is computed.
  run() {
    let want = true, named = 0, skipping = false;
    for (const match of this.text.matchAll(TOKEN)) {
      const { k1: space, k2: number, k3: word, k4: sign, k5: end, k6: raised, k7: other } = match.groups;
      const start = match.index, stop = start + match[0].length;
      if (skipping) {
        skipping = stop < this.resume;
        continue;
      }
      if (space !== undefined) continue;
      if (this.done && end === undefined) fail();
      if (number !== undefined) {
        if (!want) fail();
        this.add("number", this.size(number), [], start, stop);
        [want, named] = [false, 0];
        continue;
      }
      if (word !== undefined) {
        const known = this.names.get(word) ?? this.learn(word), isCall = this.text[stop] === "(";
        const isCertain = typeof known !== "string" && ["function", "program"].includes(known.sort) && isCall;
        if (typeof known !== "string" && !isCertain) {
          [want, named] = this.special(known, word, start, stop, want);
          named = Number(named);
        } else {
          if (!want) this.juxtapose(start);
          this.add("name", isCertain ? known.written || known.name : known, [], start, stop);
          [want, named] = [false, isCertain ? CALLED : NAMED];
        }
        skipping = this.resume > stop;
        continue;
      }
      if (sign !== undefined) {
        if (!want && sign in LANGUAGE.binary) {
          this.binary(sign, start);
          [want, named] = [true, 0];
          continue;
        }
        if (named === CALLED) {
          [want, named] = [this.openCall(start), 0];
          continue;
        }
        if (sign === ")" || sign === "}") want = this.close(sign, start, want);
        else if (sign === "{") {
          if (!want) this.juxtapose(start);
          want = this.open("brace", start);
        } else want = this.otherSign(sign, start, want, named);
      } else if (end !== undefined) want = this.ended(end, start, want);
      else if (raised !== undefined) this.superscript(raised, start, want);
      else want = this.otherCharacter(other, start, want);
      named = other !== undefined && "∂∇".includes(other) ? NAMED : 0;
      skipping = this.resume > stop;
    }
    if (!this.done) this.finish(want);
    return this.chosen();
  }
  // Digits → a number that floats can hold.
  size(word) {
    const size = Number(word), digits = word.replace(/^[0.]+|[0.]+$/g, "");
    if (size === Infinity || (size === 0 && digits && !/^[eE]/.test(digits))) fail();
    return size;
  }

  otherSign(sign, start, want, named) {
    if (sign === "(") return this.bracket(start, want, named);
    if (sign === "[") return want ? this.open("list", start) : this.openIndex(start);
    if (["]", "⌋", "⌉", "⟩"].includes(sign)) return this.close(sign, start, want);
    if (sign === ",") {
      if (!this.brackets && matchAt("afterComma", this.text, start + 1)) return this.ended(";", start, want);
      return this.comma(want);
    }
    if (sign === ":") return !want && this.isChoosing ? this.choice(":") : fail();
    if (sign === "<-" && !want && (this.stack.length || this.name !== null)) {
      this.binary("<", start);
      return this.wait(LEVELS.SIGN, "neg", start + 1);
    }
    if (EQUALS(sign)) return this.equals(sign, want);
    if (/^[-+*/@]=$/.test(sign)) return this.augment(sign, start, want);
    if (want && (sign === "+" || isMinus(sign))) return sign === "+" || this.wait(LEVELS.SIGN, "neg", start);
    if (sign === "√" || sign === "∛") return this.prefix(LEVELS.POWER, sign === "√" ? "root" : "cbrt", start, want);
    if ("|‖∥".includes(sign[0])) return this.bar(sign, start, want);
    if (["⌊", "⌈", "⟨"].includes(sign)) {
      if (!want) this.juxtapose(start);
      return this.open({ "⌊": "floor", "⌈": "ceil", "⟨": "dot" }[sign], start);
    }
    if (sign in LANGUAGE.sums) return this.total(LANGUAGE.sums[sign], sign, start, start + 1, want)[0];
    if (want) fail();
    if (sign[0] === "^" || isTurn(sign)) {
      this.turned(start + sign.length);
      return false;
    }
    return this.method(sign, start, want);
  }
  bracket(start, want, named) {
    if (named && (this.isLeftSide(start) || this.isConditional(start))) return false;
    if (named && this.isCall) {
      const { power, library } = this;
      Object.assign(this, { power: null, library: "" });
      return this.openCall(start, power, library);
    }
    if (named && this.isApplied(start)) return false;
    if (!want) this.juxtapose(start);
    return this.open("group", start);
  }
  otherCharacter(sign, start, want) {
    const value = this.operands.at(-1);
    if (sign in LANGUAGE.fractions) {
      if (!want && value.kind === "number" && value.stop === start) {
        value.head += LANGUAGE.fractions[sign];
        value.stop = start + 1;
      } else this.number(LANGUAGE.fractions[sign], start, start + 1, want);
      return false;
    }
    if (sign === "?" && !want) return this.choice("?", start);
    if (sign === "!" && !want) return this.factorial(start);
    if ("∂∇".includes(sign)) return this.derivative(start, want);
    if (sign === "'" && !want && (this.isMatlab || ")]".includes(this.text[start - 1]))) {
      this.turned(start + 1);
      return false;
    }
    if (sign === "." && !want && matchAt("dotProduct", this.text, start)) {
      this.binary("·", start);
      return true;
    }
    if (sign === "." && !want && matchAt("fullStop", this.text, start)) return this.ended(";", start, want);
    return fail();
  }

  // -- sides and ends ---------------------------------------------------------------------------

  equals(sign, want) {
    if (want && !this.stack.length && !this.operands.length && this.name === null && sign === "=") return true;
    if (want) fail();
    const value = this.operands.at(-1), frame = this.top?.frame;
    if (frame?.what === "call" && value.kind === "name" && !frame.keyword && sign === "=") {
      frame.keyword = this.operands.pop();
      return true;
    }
    if (this.brackets || this.stack.some(({ level }) => level === 0)) fail();
    const isFirst = this.name === null && this.params === null && !this.forms.length, alone = isFirst && !this.stack.length;
    if (alone && value.kind === "name") this.name = this.operands.pop().head;
    else if (alone && value.kind === "call" && value.args.every(({ kind }) => kind === "name")) this.define(value);
    else if (alone && value.kind === "call" && !functionOf(value.head)) this.named(value.head);
    else if (!isFirst || !(this.isLettered(value) || this.isHyphened(value) || this.isPower())) this.side();
    return true;
  }
  // w -= g is the new value w - (g).
  augment(sign, start, want) {
    const value = this.operands.at(-1);
    if (want || this.stack.length || this.name !== null || value?.kind !== "name") fail();
    this.name = `${value.head}'`;
    this.binary(sign[0], start);
    return this.wait(0, "augmented", start, { what: "augmented", base: this.operands.length, items: [] });
  }
  named(name) {
    Object.assign(this, { name, operands: [], stack: [] });
  }
  define({ head, args }) {
    const params = args.map((arg) => arg.head);
    if (!params.length || new Set(params).size < params.length) fail();
    this.named(head);
    this.params = params;
  }
  isLettered(value) {
    const [head] = this.operands;
    const matches = this.stack.length === 1 && this.top.key === "·" && this.operands.length === 2 && value.kind === "name" &&
      /^_\{?(?:\p{L}{1,4}|[0-9]+)\}?$/u.test(value.head) && ["call", "name"].includes(head.kind) && head.stop === value.start;
    if (matches) this.named(head.head);
    return matches;
  }
  isHyphened(value) {
    const [left] = this.operands;
    if (this.stack.length !== 1 || this.operands.length !== 2 || value.kind !== "name" || left.kind !== "name") return false;
    const between = this.text.slice(left.stop, value.start).replaceAll(" ", "-");
    const matches = between === "-" && left.head.length > 1 && value.head.length > 1;
    if (matches) this.named(`${left.head}_${value.head}`);
    return matches;
  }
  isPower() {
    this.reduceToFrame();
    const [{ kind, head, args }] = this.operands;
    const matches = this.operands.length === 1 && kind === "operator" && head === "^" && args[0].kind === "name" && args[1].kind === "number";
    if (matches) this.named(`${args[0].head}^${args[1].head}`);
    return matches;
  }
  side() {
    this.reduceToFrame();
    this.forms.push(this.operands.pop());
  }
  // `;`, a new line, or what stands for one → whether a value comes next.
  ended(sign, start, want) {
    if (this.done) return true;
    if (sign === "\n" && this.brackets) return want;
    if (sign === "\n" && want && (this.stack.length || this.name !== null || this.forms.length)) return true;
    if (sign === "\n" && !want && matchAt("goesOn", this.text, start + 1)) return false;
    this.finish(want);
    return true;
  }
  finish(want) {
    if (want && !this.stack.length && this.name === null && !this.forms.length) return;
    if (want && (!this.stack.length || this.top.level || this.top.key === "augmented")) fail();
    while (this.top?.level > LEVELS.CHOICE) this.reduce();
    if (this.top?.key === "if") {
      this.stack.pop();
      this.condition = this.operands.pop();
    }
    if (this.frame?.what === "augmented") this.stack.pop();
    if (this.frame) fail();
    this.side();
    this.done = true;
  }
  // The side of a chain that is computed: the first that is more than a name and needs what the last one needs.
  chosen() {
    if (!this.forms.length) fail();
    let sides = this.forms;
    if (sides.length > 1 && this.params === null) {
      const last = sides.length - 1, isName = ({ kind }) => kind === "name";
      sides = sides.filter((side, n) => n === last || !isName(side));
    }
    const known = sides.filter(({ args }) => args.length), inner = known.length ? known : sides;
    const isTitle = ({ kind, head, args }) => kind === "call" && args.every((arg) => arg.kind === "name") &&
      head.length > 1 && letterOf(head) === head && KNOWN(head);
    const telling = inner.filter((side) => !isTitle(side)), left = telling.length ? telling : inner;
    const needs = (side) => namesOf(side).join("\n");
    const root = sides.length > 1 ? left.find((side) => needs(side) === needs(left.at(-1))) : sides[0];
    const calls = (node) => node.kind === "call" && node.head === this.name && !functionOf(this.name);
    if (this.params && [...below(root)].some(calls)) fail();
    if (!this.condition || this.condition === "otherwise") return root;
    const nan = { kind: "name", head: "nan", args: [], start: root.start, stop: root.stop };
    return { kind: "call", head: "where", args: [this.condition, root, nan], start: root.start, stop: root.stop };
  }
}

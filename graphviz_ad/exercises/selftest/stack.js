"use strict";
// The state of one reading: operands, operators and open brackets on one stack, as language/stack.py has them.
// Tables and patterns are LANGUAGE, made from those of the language.

class Unreadable extends Error {}
// What is wrong: sign, name (of one that cannot stand here), array (of what only arrays have), long, missing, date, comma,
// finite, many.
function fail(kind = "sign", name = "") {
  throw Object.assign(new Unreadable(kind), { name_: name });
}

const LEVELS = LANGUAGE.levels;
const PATTERNS = Object.fromEntries(Object.entries(LANGUAGE.patterns).map(([name, text]) => [name, new RegExp(text, "uy")]));
const matchAt = (name, text, at = 0) => { PATTERNS[name].lastIndex = at; return PATTERNS[name].exec(text); };
const matchWhole = (name, text) => { const match = matchAt(name, text); return match?.[0].length === text.length ? match : null; };
const everywhere = (name, flags = "gum") => new RegExp(LANGUAGE.patterns[name], flags);
const listed = (names) => { const known = new Set(names); return (name) => known.has(name); };
const plainOf = (raised) => [...raised].map((sign) => LANGUAGE.raised[sign] ?? sign).join("");

const PREFIXES = new Set(["applied", "total", "exp", "cbrt", "if", "else", "?", "?:", "if then"]);
const UNARY = new Set(LANGUAGE.prefixed);

class Stack {
  constructor(text) {
    Object.assign(this, { text, operands: [], stack: [], functions: [], limits: [], brackets: 0, resume: 0, scattered: false });
  }
  add(kind, head, args, start, stop) {
    this.operands.push({ kind, head, args, start, stop });
  }
  get top() { return this.stack.at(-1); }
  wait(level, key, mark, frame = null) {
    this.stack.push({ level, key, mark, frame });
    return true;
  }
  binary(sign, mark) {
    const [key, level, fromRight] = LANGUAGE.binary[sign], least = level + fromRight;
    while (this.top?.level >= least) {
      if (this.top.level === LEVELS.COMPARE && level === LEVELS.COMPARE) {
        this.chain(mark);
        break;
      }
      if (this.top.level === LEVELS.APPLIED && level === LEVELS.PRODUCT && this.isTight(sign, mark)) fail();
      this.reduce();
    }
    this.wait(level, key, mark);
  }
  // a < b < c is (a < b)*(b < c).
  chain(mark) {
    this.reduce();
    const middle = this.operands.at(-1).args[1];
    if (this.top?.level === LEVELS.COMPARE && this.top.key === "*") this.reduce();
    this.wait(LEVELS.COMPARE, "*", mark);
    this.operands.push(middle);
  }
  // log p/q could mean either.
  isTight(sign, mark) {
    return this.text.startsWith(sign, mark) && !/[ \t\n]/.test(this.text[mark - 1] ?? "");
  }
  // A product without a sign, which belongs to the argument of a function that has no brackets.
  juxtapose(mark) {
    if (this.isInNormalRoot(mark) || this.isRaisedNumber(mark)) return this.wait(LEVELS.POWER, "·", mark);
    if (this.text[mark - 1] === "0" && matchAt("otherBase", this.text, mark - 1)) fail();
    let at = this.stack.length - 1;
    const level = (place) => this.stack[place]?.level;
    const signed = () => level(at) === LEVELS.SIGN && level(at - 1) === LEVELS.APPLIED;  // exp -γ x is exp(-γ x)
    while (at >= 0 && (level(at) > LEVELS.APPLIED || signed())) at -= 1;
    if (at < 0 || this.stack[at].level !== LEVELS.APPLIED) {
      const loosest = this.stack.findLast((entry) => entry.level <= LEVELS.PRODUCT);
      const tight = loosest?.key === "/" && !/[ \t\n]/.test(this.text[mark - 1]);
      return tight && matchAt("belowSlash", this.text, loosest.mark) ? this.wait(LEVELS.JUXTAPOSED, "·", mark) : this.beside(mark);
    }
    while (this.top.level >= LEVELS.JUXTAPOSED) this.reduce();
    return this.wait(LEVELS.JUXTAPOSED, "·", mark);
  }
  // √2π and √2πσ² are roots of the whole product.
  isInNormalRoot(mark) {
    if (!["root", "·"].includes(this.top?.key)) return false;
    const start = this.text.lastIndexOf("√", mark - 1), root = start >= 0 && start >= mark - 3 ? matchAt("normalRoot", this.text, start) : null;
    return Boolean(root) && mark < start + root[0].length;
  }
  // e^2x is e^(2x).
  isRaisedNumber(mark) {
    const raised = this.top?.key === "neg" ? this.stack.at(-2) : this.top, value = this.operands.at(-1);
    return raised?.key === "exp" && value.kind === "number" && value.stop === mark && /\p{L}/u.test(this.text[mark]);
  }
  beside(mark) {
    while (this.top?.level > LEVELS.PRODUCT) this.reduce();
    if (this.top?.key === "odot") this.wait(LEVELS.JUXTAPOSED, "·", mark);
    else this.binary("·", mark);
  }
  reduce() {
    const { key, mark } = this.stack.pop(), right = this.operands.pop();
    if (PREFIXES.has(key)) return this.apply(key, right, mark);
    if (UNARY.has(key)) return this.add("operator", key, [right], mark, right.stop);
    const left = this.operands.pop();
    return this.add("operator", key, [left, right], left.start, right.stop);
  }
  // What stands before its operand and becomes a call.
  apply(key, right, mark) {
    const call = (head, args, start = mark) => this.add("call", head, args, start, right.stop);
    if (key === "applied") {
      const { name, power } = this.functions.pop();
      call(name, [right]);
      if (power !== null) this.raise(name, power, mark, right.stop);
    } else if (key === "total") {
      this.add("total", this.limits.pop(), [right], mark, right.stop);
    } else if (key === "else") {
      const condition = this.operands.pop(), value = this.operands.pop();
      call("where", [condition, value, right], value.start);
    } else if (key === "?:") {
      const value = this.operands.pop(), condition = this.operands.pop();
      call("where", [condition, value, right], condition.start);
    } else if (["?", "if", "if then"].includes(key)) fail();
    else call(key, [right]);
  }
  // The call made last, with the power that stood behind the function's name.
  raise(name, power, start, stop) {
    const call = this.operands.at(-1);
    if (power === -1) {
      call.head = LANGUAGE.inverses[name] ?? fail();
      return;
    }
    this.operands.pop();
    this.add("number", Math.abs(power), [], start, stop);
    if (power < 0) this.add("operator", "neg", [this.operands.pop()], start, stop);
    this.add("operator", "^", [call, this.operands.pop()], start, stop);
  }
  reduceToFrame() {
    while (this.top?.level) this.reduce();
  }
  prefix(level, key, mark, want) {
    if (!want) {
      if (level === LEVELS.APPLIED || level === LEVELS.BIG) this.beside(mark);
      else this.juxtapose(mark);
    }
    return this.wait(level, key, mark);
  }
  // x², x⁻¹, eˣ: a power of the value before.
  superscript(sign, start, want) {
    if (want) fail();
    while (this.top?.level > LEVELS.POWER) this.reduce();
    const base = this.operands.at(-1);
    this.raisedValue(sign, start);
    const power = this.operands.pop();
    this.operands.pop();
    this.add("operator", "^", [base, power], base.start, start + sign.length);
  }
  raisedValue(sign, start) {
    const stop = start + sign.length, plain = plainOf(sign), body = plain.replace(/^[-+]+/, "");
    const digits = /^[0-9]*/.exec(body)[0], letters = body.slice(digits.length), count = this.operands.length;
    if (!body || plain.length - body.length > 1 || /[-+0-9]/.test(letters)) fail();
    if (digits) this.add("number", Number(digits), [], start, stop);
    for (const letter of letters) this.add("name", letter, [], start, stop);
    while (this.operands.length > count + 1) {
      const right = this.operands.pop(), left = this.operands.pop();
      this.add("operator", "·", [left, right], start, stop);
    }
    if (plain[0] === "-") this.add("operator", "neg", [this.operands.pop()], start, stop);
  }
  number(number, start, stop, want) {
    if (!want) this.juxtapose(start);
    this.add("number", number, [], start, stop);
  }
}

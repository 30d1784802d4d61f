"use strict";
// Text of one formula → its tree: brackets, sides of an equality and the one pass over the tokens, as language/parser.py
// has them. What only arrays or several formulas make is not read here.

const TOKEN = new RegExp(LANGUAGE.token, "ug");
const CLOSED = { ")": ["group", "call"], "]": ["list", "index"], "}": ["brace"], "⌋": ["floor"], "⌉": ["ceil"], "⟩": ["dot"] };
const GROUPED = { ")": "group", "}": "brace" };
const BARS = { "|": "abs", "‖": "norm", "∥": "norm", "||": "double" };
const EQUALS = listed(["=", ":=", "←", "<-", "≔", "≜", "≝", "≈", "→", "->"]);
const isTurn = listed([...LANGUAGE.turned, ".'"]), isMinus = listed(LANGUAGE.minus);
const NAMED = 1, CALLED = 2;

// Place of a bracket → that of the one that closes it, −1 where none does.
function closerOf(text, opener, stop = text.length) {
  const [open, close] = text[opener] === "(" ? "()" : "[]";
  let depth = 0;
  for (let at = opener; at < stop; at++) {
    depth += (text[at] === open) - (text[at] === close);
    if (!depth) return at;
  }
  return -1;
}
function* below(node) {
  yield node;
  for (const arg of node.args) yield* below(arg);
}
const namesOf = (node) => [...new Set([...below(node)].filter(({ kind }) => kind === "name").map(({ head }) => head))].sort();

class Brackets extends Words {
  open(what, mark, more = {}) {
    const frame = { what, mark, base: this.operands.length, head: null, start: mark, items: [], keyword: null, power: null, library: "", ...more };
    this.wait(0, what, mark, frame);
    this.brackets += 1;
    return true;
  }
  openIndex(mark) {
    const value = this.operands.pop();
    return this.open("index", mark, { start: value.start, items: [value] });
  }
  openCall(mark, power = null, library = "") {
    const { head, start } = this.operands.pop();
    return this.open("call", mark, { head, start, power, library });
  }
  openMethod(head, mark) {
    const receiver = this.operands.pop();
    return this.open("call", mark, { head, start: receiver.start, items: [receiver], library: "." });
  }
  get frame() {
    this.reduceToFrame();
    return this.top?.frame ?? null;
  }
  get innermost() {
    return this.stack.findLast(({ level }) => level === 0)?.frame ?? null;
  }
  popFrame() {
    this.stack.pop();
    this.brackets -= 1;
  }
  comma(want) {
    if (want) fail();
    const { frame } = this;
    if (!frame || !["call", "list", "index", "dot"].includes(frame.what)) fail();
    this.item(frame);
    return true;
  }
  item(frame) {
    if (frame.keyword) {
      const value = this.operands.pop(), { head, start } = frame.keyword;
      this.add("keyword", head, [value], start, value.stop);
      frame.keyword = null;
    }
    frame.items.push(this.operands.pop());
  }
  close(sign, start, want) {
    if (want && this.top?.level) fail();
    const { frame } = this, stop = start + 1;
    if (frame && frame.what === GROUPED[sign] && this.operands.length > frame.base) {
      Object.assign(this.operands.at(-1), { start: frame.start, stop });
      this.popFrame();
      if (sign === ")" && LANGUAGE.belowSigns.includes(this.text[stop] ?? " ")) this.lowered(stop);
      return false;
    }
    if (!frame || !CLOSED[sign].includes(frame.what)) fail();
    const first = frame.items.length === (frame.what === "index" || frame.library === "." ? 1 : 0);
    if (this.operands.length > frame.base) this.item(frame);
    else if (!["call", "list"].includes(frame.what) || !first || frame.keyword) fail();
    this.popFrame();
    this.closed(frame, stop);
    if (frame.what === "list" && LANGUAGE.belowSigns.includes(this.text[stop] ?? " ")) this.lowered(stop);
    return false;
  }
  // A bracket that is more than put around a value becomes one.
  closed(frame, stop) {
    const { what, items, start } = frame;
    if (what === "call") this.call(frame, stop);
    else if (what in LANGUAGE.calledBrackets) this.add("call", LANGUAGE.calledBrackets[what], items, start, stop);
    else if (what === "list" && items.length === 1 && this.isGrouped(items[0])) {
      this.operands.push(Object.assign(items[0], { start, stop }));
    } else if (what === "index" && items.length === 2 && this.isFactor(items[1])) {
      this.add("operator", "·", items, start, stop);
    } else this.add("array", null, items, start, stop);
  }
  call(frame, stop) {
    const { head, items, start } = frame, [value] = items;
    if ((isProgram(head) || (frame.library && (isCopy(head) || isCut(head)))) && value && value.kind !== "keyword") {
      const options = items.length > 1 ? this.text.slice(value.stop, stop) : "";
      if (!isCopy(head) && !isCut(head)) fail();
      if (isCut(head) || matchesIn("whole", options)) this.cut(value, start, stop);
      else this.operands.push(Object.assign(value, { start, stop }));
      return;
    }
    const keyword = (name, number) => ({ kind: "keyword", head: name, args: [number], start, stop });
    if (frame.library && LANGUAGE.axisSecond.includes(head) && items.length === 2 && items[1].kind === "number") {
      items.push(keyword("axis", items.pop()));
    }
    const hasDivisor = items.some(({ kind, head: option }) => kind === "keyword" && ["correction", "ddof", "unbiased"].includes(option));
    if (frame.library === "np" && ["var", "std"].includes(head) && !hasDivisor) {
      items.push(keyword("correction", { kind: "number", head: 0, args: [], start, stop }));
    }
    this.add("call", head, items, start, stop);
    if (frame.power !== null) this.raise(head, frame.power, start, stop);
  }
  // (x)_+ is max(x, 0), (x)_- is max(-x, 0).
  lowered(start) {
    const part = matchAt("part", this.text, start);
    if (!part) return;
    let value = this.operands.pop();
    const stop = start + part[0].length, node = (kind, head, args) => ({ kind, head, args, start: value.start, stop });
    if (value.kind === "array" && value.args.length === 1) [value] = value.args;
    if (!["+", "₊"].includes(part[1].replace(/[{}]/g, ""))) value = node("operator", "neg", [value]);
    this.operands.push(node("call", "maximum", [value, node("number", 0, [])]));
    this.resume = stop;
  }
  // Whether what stands in square brackets behind a value is no index.
  isFactor(node) {
    if (!["operator", "call", "total"].includes(node.kind)) return false;
    return namesOf(node).some((name) => name.length > 1 || !"ijklmnt".includes(name));
  }
  isGrouped(node) {
    if (!["operator", "call", "total"].includes(node.kind)) return false;
    const isWhole = this.text[node.start] === "(" && [-1, node.stop - 1].includes(closerOf(this.text, node.start, node.stop));
    return namesOf(node).length > 0 && !isWhole;
  }
  // |, ‖ or ||, perhaps with the order of the norm below it: opens or closes.
  bar(sign, start, want) {
    const [plain, order = ""] = sign.replace("₁", "_1").replace("₂", "_2").split("_"), frame = want ? null : this.innermost;
    if (plain === "||" && this.isTwoBars(start, want, frame)) {
      const next = this.bar("|", start, want);
      return this.bar(`|${sign.slice(2)}`, start + 1, next);
    }
    if (frame?.what === BARS[plain] && !order && this.text[start + sign.length] === "∞") fail();
    if (frame?.what === BARS[plain]) return this.closeBar(order, start + sign.length);
    if (order) fail();
    if (!want) this.juxtapose(start);
    return this.open(BARS[plain], start);
  }
  isTwoBars(start, want, frame) {
    if (!want) return frame?.what === "abs";
    const next = everywhere("bar", "g");
    next.lastIndex = start + 2;
    return next.exec(this.text)?.[0] === "|";
  }
  closeBar(order, stop) {
    const { frame } = this, power = order.replace(/[{} ]/g, "");
    this.item(frame);
    this.popFrame();
    if (power && !["2", "F", "2,2"].includes(power)) {
      const isNumber = /^[0-9]*\.?[0-9]+$/.test(power), infinite = ["∞", "inf", "infty", "infinity"].includes(power);
      this.add(isNumber ? "number" : "name", isNumber ? Number(power) : infinite ? "inf" : power, [], stop, stop);
      frame.items.push(this.operands.pop());
    }
    this.add("call", LANGUAGE.calledBrackets[frame.what], frame.items, frame.start, stop);
    return false;
  }

  // -- names before brackets --------------------------------------------------------------------

  takes(pattern, start, name) {
    const match = matchAt(pattern, this.text, start);
    if (!match) return false;
    const value = this.operands.at(-1);
    value.head = name(value.head, match[0]);
    value.stop = this.resume = start + match[0].length;
    return true;
  }
  isConditional(start) {
    return this.power === null && this.takes("conditional", start, (name, bracket) => name + bracket.replace(/\s+/g, ""));
  }
  isApplied(start) {
    const name = this.operands.at(-1).head;
    return this.takes(name.length > 1 && /^\p{L}+$/u.test(name) ? "dependsOnAny" : "dependsOnSeveral", start, (one) => one);
  }
  get isCall() {
    const name = this.operands.at(-1).head;
    if (this.power !== null || this.library || (KNOWN(name) && !this.set.has(name))) return true;
    return this.defined.has(name) || !this.bare.has(name);
  }
  // p(x; μ, σ²) = …: what a name on the left depends on is only named.
  isLeftSide(start) {
    if (this.stack.length || this.name !== null || this.operands.length !== 1) return false;
    const line = this.text.indexOf("\n", start), at = closerOf(this.text, start, line < 0 ? undefined : line);
    const after = at < 0 ? null : matchAt("leftSideEnd", this.text, at + 1), named = matchAt("namesInBrackets", this.text, start);
    if (!after || named?.[0].length === at + 1 - start) return false;
    this.operands.at(-1).stop = this.resume = after[1] ? at + 1 + after[0].indexOf(after[1]) + after[1].length : at + 1;
    return true;
  }
}

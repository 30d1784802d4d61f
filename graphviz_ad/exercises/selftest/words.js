"use strict";
// Names where they stand, as language/knowledge.py, words.py, totals.py and code.py read them where none has a value.

const FOLDED = new Map();
for (const name of [...Object.keys(LANGUAGE.functions), ...LANGUAGE.beyond]) {
  if (name.length > 1 && !FOLDED.has(name.toLowerCase())) FOLDED.set(name.toLowerCase(), name);
}
const KNOWN = listed([...Object.keys(LANGUAGE.functions), ...LANGUAGE.beyond]);
const functionOf = (name) => (KNOWN(name) ? name : (name.length > 1 && FOLDED.get(name.toLowerCase())) || null);
const spellingOf = (name) => (KNOWN(name) ? name : functionOf(name) ?? name);
const GREEK_LETTERS = listed(Object.values(LANGUAGE.greek));
const isLibrary = listed(LANGUAGE.libraries), isProgram = listed(LANGUAGE.programs);
const isCopy = listed(LANGUAGE.copies), isCut = listed(LANGUAGE.cut);
const isUnchanged = listed(LANGUAGE.unchanged), isAttribute = listed(LANGUAGE.attributes);

// Word → the Greek letter that it spells or is a variant of.
function letterOf(word) {
  const letter = LANGUAGE.variants[word] ?? LANGUAGE.greek[word.toLowerCase()];
  if (LANGUAGE.variants[word] || !letter) return letter ?? word;
  const lower = word.toLowerCase();
  if (word !== lower && word !== lower[0].toUpperCase() + lower.slice(1)) return word;
  return word === lower ? letter : letter.toUpperCase();
}

// Name → a text that is the same for two spellings of one name, as identity in language/names.py: w₁, w_1, w_{1}, w1.
function identityOf(name) {
  let below = "", above = "";
  const primes = (name.replace(everywhere("braces", "gu"), "").match(/['′]|″/g) ?? []).join("").replace(/″/g, "''").replace(/′/g, "'");
  const plain = name.replace(/['′″](?![^{}]*\})/g, "");
  const body = plain.replace(everywhere("braces", "gu"), (_, low, high, raised) => {
    if (low !== undefined) below += low;
    else above += high?.replace(/</g, "(").replace(/>/g, ")") ?? `(${plainOf(raised)})`;
    return "";
  });
  let [stem, ...rest] = body.split("_"), under = rest.join("_");
  const lowered = new RegExp(`[${Object.keys(LANGUAGE.lowered).join("")}]+$`, "u").exec(stem)?.[0] ?? "";
  if (lowered && lowered !== stem) {
    stem = stem.slice(0, -lowered.length);
    under = lowered + under;
  }
  below = [...under].map((sign) => LANGUAGE.lowered[sign] ?? sign).join("") + below;
  const digits = below ? null : matchWhole("withDigits", stem);
  if (digits && ([...digits[1]].length === 1 || digits[1].toLowerCase() in LANGUAGE.greek)) [, stem, below] = digits;
  const signs = [...stem.normalize("NFD")], accent = signs.length > 1 ? LANGUAGE.accents[signs.at(-1)] ?? "" : "";
  if (accent) stem = signs.slice(0, -1).join("").normalize("NFC");
  return JSON.stringify([letterOf(stem || name), accent, letterOf(below.replace(/ /g, "").replace("−", "-")), above.replace("−", "-"), primes]);
}

class Words extends Stack {
  constructor(text) {
    super(text);
    const named = (name) => new Set([...text.matchAll(everywhere(name, "gu"))].map(([, word]) => word));
    Object.assign(this, { names: new Map(), spelled: new Map(), power: null, library: "", condition: null });
    this.set = named("set");
    this.defined = named("defined");
    this.bare = new Set([...named("bare"), ...this.set]);
    this.isMatlab = /\.[*/^]|'/.test(text) && !text.includes("%*%") && matchesIn("matlab", text);
  }
  learn(word) {
    const known = this.classify(word) ?? this.spell(word);
    this.names.set(word, known);
    return known;
  }
  spell(word) {
    const identity = identityOf(word);
    if (!this.spelled.has(identity)) this.spelled.set(identity, word);
    return this.spelled.get(identity);
  }
  // Name → what it is besides a value, null where it is no more.
  classify(word) {
    const [stem] = word.split("_"), below = word.includes("_") ? word.slice(stem.length + 1) : "";
    if (/^.[0-9]*$/u.test(word) && LANGUAGE.valueLetters.includes(word[0])) return null;
    if (isLibrary(word)) return { sort: "library", name: word };
    if (["if", "then", "else", "IF"].includes(word)) return { sort: "choice", name: word };
    if (["for", "when", "otherwise"].includes(word)) return { sort: "case", name: word };
    if (word in LANGUAGE.truth) return { sort: "constant", name: word };
    if (this.set.has(word)) return null;
    if (word === "e") return { sort: "euler", name: word };
    if (["sum", "prod"].includes(word) && !this.defined.has(word)) return { sort: "word", name: word };
    if (word[0] in LANGUAGE.sums && stem.replace(/[ᵢⱼₖₗₘₙₜ]+$/u, "").length === 1) return { sort: "sum", name: LANGUAGE.sums[word[0]] };
    if (below && LANGUAGE.lettered.includes(stem) && matchWhole("index", below)) return { sort: "sum", name: stem };
    const base = below.replace(/^[{}]+|[{}]+$/g, "");
    if (stem === "log" && ["2", "10", "e"].includes(base)) return { sort: "function", name: { 2: "log2", 10: "log10", e: "log" }[base], written: "" };
    if (word === "log₂" || word === "log₁₀") return { sort: "function", name: word === "log₂" ? "log2" : "log10", written: "" };
    if (word === "LOG" && this.text.trimStart()[0] === "=") return { sort: "function", name: "log10", written: "" };
    if (isProgram(word) && !this.defined.has(word)) return { sort: "program", name: word };
    const name = this.defined.has(word) ? null : functionOf(word);
    if (name && word.length > 1 && letterOf(word) !== word && this.bare.has(word)) return null;
    return name ? { sort: "function", name, written: this.called(word, name) } : null;
  }
  called(word, name) { return KNOWN(word) ? word : name; }

  value(word, start, stop, want) {
    if (!want) this.juxtapose(start);
    const known = this.names.get(word) ?? this.spell(word);
    this.add("name", typeof known === "string" ? known : word, [], start, stop);
    return false;
  }
  // A name that may be more than a value → whether a value comes next, and whether "(" behind it may be a call.
  special(known, word, start, stop, want) {
    const { text } = this, { sort, name } = known;
    const bracketNext = /^[ \t]*\(/.test(text.slice(stop)), push = (...what) => [this.wait(...what), false];
    if (sort === "function") return this.functionName(name, word, start, stop, want);
    if (sort === "library") {
      const path = matchAt("dotted", text, stop);
      if (path && this.isModule(word, path)) return this.dotted(word, path, start, want);
    }
    if (sort === "choice" && word.toLowerCase() === "if" && want && /^ *\(/.test(text.slice(stop))) return [this.value("where", start, stop, want), true];
    if (sort === "choice" && word === "if" && want) return push(LEVELS.CHOICE, "if then", start);
    if (sort === "choice" && !want && word !== "IF") return [this.choice(word), false];
    if (sort === "case" && !want && !this.brackets) return [this.holdsWhere(word, start), false];
    if (sort === "constant") {
      this.number(LANGUAGE.truth[word], start, stop, want);
      return [false, false];
    }
    if (sort === "euler") {
      const raised = matchAt("raise", text, stop), signs = matchAt("raisedSigns", text, stop);
      if (raised) {
        this.resume = stop + raised[0].length;
        return [this.prefix(LEVELS.POWER, "exp", start, want), false];
      }
      if (signs) return [this.raisedEuler(signs[0], start, stop, want), false];
    }
    if (sort === "word" && !bracketNext && matchAt("operand", text, stop)) {
      this.prefix(LEVELS.BIG, "total", start, want);
      this.limits.push({ operation: word, letters: [] });
      return [true, false];
    }
    if (sort === "sum") {
      const stem = word in LANGUAGE.sums ? word.length : word.split("_")[0].replace(/[ᵢⱼₖₗₘₙₜ]+$/u, "").length;
      return this.total(name, word, start, start + stem, want);
    }
    return [this.value(word, start, stop, want), true];
  }
  // The name of an operation: a call, or before its argument without brackets, or a value of that name.
  functionName(name, word, start, stop, want) {
    const { text } = this, single = LANGUAGE.functions[name] === 1;
    if (word === "dot" && !want) {
      this.binary("·", start);
      return [true, false];
    }
    const raised = matchAt("power", text, stop), isGreek = GREEK_LETTERS(letterOf(word).toLowerCase());
    if (raised && !isGreek) {
      const after = stop + raised[0].length, isCall = /^[ \t]*\(/.test(text.slice(after));
      if (isCall || (matchAt("operand", text, after) && single)) {
        const power = Number((raised[1] ?? raised[2] ?? plainOf(raised[3])).replace("−", "-"));
        this.resume = after;
        if (!isCall) return [this.applied(name, power, start, want), false];
        this.power = power;
        return [this.value(this.called(word, name), start, stop, want), true];
      }
    }
    if (/^[ \t]*\(/.test(text.slice(stop))) return [this.value(this.called(word, name), start, stop, want), true];
    if (isGreek || !single) return [this.value(word, start, stop, want), true];
    if (matchAt("operand", text, stop) || matchAt("minus", text, stop)) return [this.applied(this.called(word, name), null, start, want), false];
    return [this.value(word, start, stop, want), true];
  }
  applied(name, power, start, want) {
    this.prefix(LEVELS.APPLIED, "applied", start, want);
    this.functions.push({ name, power });
    return true;
  }
  raisedEuler(signs, start, stop, want) {
    if (!want) this.juxtapose(start);
    this.raisedValue(signs, stop);
    this.add("call", "exp", [this.operands.pop()], start, stop + signs.length);
    this.resume = stop + signs.length;
    return false;
  }

  // -- sums and derivatives ---------------------------------------------------------------------

  total(operation, word, start, stop, want) {
    const { text } = this, spoken = matchAt("spoken", text, stop);
    if (spoken) {
      this.prefix(LEVELS.BIG, "total", start, want);
      this.limits.push({ operation, letters: [spoken[1]], lower: spoken[2], upper: spoken[3] });
      this.resume = stop + spoken[0].length;
      return [true, false];
    }
    const limits = matchAt("limits", text, stop), below = limits[1] ?? limits[2];
    const end = below === undefined ? stop : stop + limits[0].length, isBracket = /^[ \t]*\(/.test(text.slice(end));
    if (below === undefined && ["Σ", "Π"].includes(word) && !matchAt("operand", text, stop) && !isBracket) {
      return [this.value(word, start, stop, want), true];
    }
    const head = below === undefined ? { operation, letters: [] } : this.bounds(operation, below, limits);
    this.prefix(LEVELS.BIG, "total", start, want);
    this.limits.push(head);
    this.resume = end;
    return [true, false];
  }
  // One letter with numbers as its bounds; of others only arrays know how far they run.
  bounds(operation, below, limits) {
    const text = withSpellings(below.replace(/^[{}]+|[{}]+$/g, ""), LANGUAGE.below), span = matchWhole("span", text);
    if (span) return { operation, letters: [span[2]], lower: span[1], upper: span[3] };  // 1 ≤ i ≤ n
    const bound = matchWhole("bound", text) ?? fail("array");
    const upper = (limits[3] ?? "").replace(/^[{}()]+|[{}()]+$/g, "").trim() || withSpellings(limits[4] ?? "", LANGUAGE.above);
    return { operation, letters: [bound[1]], lower: bound[2] ?? "", upper };
  }
  derivative(start, want) {
    const match = matchAt("derivative", this.text, start) ?? fail();
    this.resume = start + match[0].length;
    return this.value(match[0].replace(/\s+/g, ""), start, this.resume, want);
  }

  // -- what programs write ----------------------------------------------------------------------

  isModule(word, path) {
    return word.length > 1 || (path[1] !== ".T" && !matchAt("ownMethod", this.text, path.index + path[0].length));
  }
  dotted(module, path, start, want) {
    const end = path.index + path[0].length;
    let last = path[1].split(".").at(-1).trim();
    this.resume = end;
    if (last === "e" && ["np", "numpy", "math", "jnp", "torch"].includes(module)) {
      this.number(Math.E, start, end, want);
      return [false, false];
    }
    if (last in LANGUAGE.libraryConstants) return [this.value(LANGUAGE.libraryConstants[last], start, end, want), false];
    if (path[2] || ["self", "this"].includes(module)) fail("name", module);
    this.library = module;
    return [this.value(isCopy(last) ? last : spellingOf(last), start, end, want), true];
  }
  // x.exp(), x.T → whether a value comes next.
  method(sign, start, want) {
    if (want) fail();
    let name = sign.slice(1);
    const { text } = this, stop = start + sign.length, value = this.operands.at(-1), isCall = /^[ \t]*\(/.test(text.slice(stop));
    if (name.endsWith("_") && functionOf(name.slice(0, -1))) name = name.slice(0, -1);
    if (["T", "mT"].includes(name) || (isCall && name === "t")) {
      this.turned(stop);
      if (isCall) this.resume = text.indexOf(")", stop) < 0 ? stop : text.indexOf(")", stop) + 1;
      return false;
    }
    const empty = isCall && isUnchanged(name) && /^[ \t]*\([^()]*\)/.exec(text.slice(stop));
    if (empty) {
      this.resume = stop + empty[0].length;
      if (/(?<![\p{L}\p{N}_])u?int/u.test(empty[0])) this.cut(this.operands.pop(), value.start, this.resume);
      return false;
    }
    if (isCall) {
      this.resume = text.indexOf("(", stop) + 1;
      return this.openMethod(name, start);
    }
    if (isAttribute(name)) return false;
    if (value.kind !== "name" || value.stop !== start) fail();
    value.head += `.${name}`;
    value.stop = stop;
    return false;
  }
  turned(stop) {
    const value = this.operands.pop();
    this.add("operator", "T", [value], value.start, stop);
  }
  // int(x): what stands before the point.
  cut(value, start, stop) {
    const node = (kind, head, args) => ({ kind, head, args, start, stop });
    const size = node("call", "floor", [node("call", "abs", [value])]);
    this.scattered = true;
    this.add("operator", "*", [node("call", "sign", [value]), size], start, stop);
  }
  factorial(start) {
    if (this.text.startsWith("!!", start)) fail();
    const value = this.operands.pop();
    this.add("call", "factorial", [value], value.start, start + 1);
    return false;
  }
  choice(word, start = 0) {
    while (this.top?.level > LEVELS.CHOICE) this.reduce();
    const waits = (...keys) => this.top && keys.includes(this.top.key);
    if (word === "?") return this.wait(LEVELS.CHOICE, "?", start);
    if (word === ":") this.top.key = "?:";
    else if (word === "then" || (word === "else" && waits("?"))) {
      if (!waits("if then", "?")) fail();
      this.top.key = word === "then" ? "?" : "?:";
    } else if (word === "else") {
      if (!waits("if")) fail();
      this.top.key = "else";
    } else this.wait(LEVELS.CHOICE, "if", start);
    return true;
  }
  get isChoosing() {
    for (const { level, key } of this.stack.toReversed()) {
      if (key === "?") return true;
      if (level === 0) return false;
    }
    return false;
  }
  // x for x > 0: the formula holds where a condition does.
  holdsWhere(word, start) {
    this.reduceToFrame();
    if (word !== "otherwise") return this.wait(LEVELS.CHOICE, "if", start);
    this.condition = "otherwise";
    return false;
  }
}
function matchesIn(name, text) { return everywhere(name, "gu").test(text); }

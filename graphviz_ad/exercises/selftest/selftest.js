"use strict";
// The self-test: checks what is filled in, keeps the list and the graph the same, remembers how far one is.

const STORE = `graphviz-ad/selftest/${document.getElementById("data").dataset.key}`;
const SIGNS = { right: "✓", carried: "✓", wrong: "✗" };
const keyOf = (word) => stretched(word, data.salt, data.rounds);
const reveal = (word, blob) => opened(keyOf(word), blob);

const fresh = () => ({ answers: {}, checked: {}, hints: {}, given: {}, solved: {}, lost: {}, comma: data.comma });
let state = fresh();

const keep = () => store(STORE, state);

// -- answers --------------------------------------------------------------------------------------

// Tag and blob of a word, if one of the entries is its.
function entry(word, entries) {
  const key = keyOf(word), blob = entries[tagOf(key)];
  return blob && JSON.parse(opened(key, blob));
}
const better = (one, other) => !other || one?.right || (one && !other.right && one.rank < other.rank) ? one : other;

function ofNumber({ name, spec }, number) {
  let found;
  if (Math.abs(number) <= data.zero) found = entry(`${name}|0`, spec.entries);
  for (const begin of number ? spec.begins : []) {
    const told = entry(`${name}|${markOf(number, spec.share, begin)}`, spec.entries);
    if (told) found = better(told, found);
  }
  return found;
}
function ofFormula({ name, spec }, value) {
  const values = data.points.map(value);
  if (!values.every(Number.isFinite)) return undefined;
  let found;
  for (const [begins, tag, blob] of spec.forms) {
    const marks = values.map((v, n) => (Math.abs(v) < spec.least ? "0" : markOf(v, spec.share, +begins[n])));
    const key = keyOf(`${name}|${marks.join(";")}`);
    if (tagOf(key) === tag) found = better(JSON.parse(opened(key, blob)), found);
  }
  return found;
}

// A number that nothing leads to → the key of what is said where only its sign or its decimal point is wrong.
function resembling(field, number) {
  const right = (other) => ofNumber(field, other)?.right;
  if (!number) return "";
  return right(-number) ? "mark.sign" : [0.01, 0.1, 10, 100].some((factor) => right(number * factor)) ? "mark.point" : "";
}

// Field and what was written → { problem } or { number, told }; told is what its seal held.
const known = new Map();
function matched(field, text) {
  const id = JSON.stringify([field.name, text, state.comma]);
  if (!known.has(id)) known.set(id, match(field, text));
  return known.get(id);
}
function match(field, text) {
  const { spec } = field;
  if (spec.type === "choice") return { told: entry(`${field.name}|${text}`, spec.entries) };
  try {
    if (spec.type === "formula") return { told: ofFormula(field, readFormula(text, spec.names).value) };
    const number = readNumber(text, state.comma), told = ofNumber(field, number);
    return { number, told, like: told ? "" : resembling(field, number) };
  } catch (problem) {
    return { problem: unreadable(field, problem) };
  }
}

// -- verdicts -------------------------------------------------------------------------------------

const passing = data.recipe && carrier(JSON.parse(reveal("recipe", data.recipe)));

function verdicts() {
  const found = new Map();
  for (const field of rows.values()) {
    const text = state.answers[field.name] ?? "";
    if (text && state.checked[field.name] && !state.lost[field.question]) found.set(field.name, matched(field, text));
  }
  const own = [...found].filter(([name, { number, told }]) => number !== undefined && !told?.right && rows.get(name).spec.of)
    .map(([name, { number }]) => [rows.get(name).spec.of, number]);
  const said = new Map([...found].map(([name, result]) => [name, verdict(rows.get(name), result, own, found)]));
  const array = (name) => rows.get(name).spec.of?.replace(/ [^ ]*$/, "");
  const refuted = new Map();  // slips that a right answer refutes → the arrays in which there is one
  for (const [name, { told }] of found) {
    for (const way of (told?.right && told.refuted) || []) refuted.set(way, (refuted.get(way) ?? new Set()).add(array(name)));
  }
  const stands = (way, name) => [...(refuted.get(way) ?? [])].every((one) => one === array(name));
  const standing = (name, told) => told?.ways.filter(([way, , , , firm]) => firm || stands(way, name)) ?? [];
  creditTrivial(found, said, own, standing);
  const votes = new Map(), count = (way, by) => votes.set(way, (votes.get(way) ?? 0) + by);
  for (const [name, { told }] of found) {
    for (const way of told?.ways ?? []) {
      if (told.right) count(way, -1);
      else if (said.get(name).kind === "wrong") count(way[0], 1);
    }
  }
  for (const [name, { told, number }] of found) {
    if (!told || said.get(name).kind !== "wrong") continue;
    const ways = standing(name, told);
    const like = () => say((number !== undefined && resembling(rows.get(name), number)) || "mark.unmatched.alone");
    said.get(name).html = ways.length ? explained(ways, votes) : like();
  }
  return said;
}

// What follows from a 0 or ±1 of one's own counts where each number that follows from nothing is that of a known mistake.
function creditTrivial(found, said, own, standing) {
  const wrong = own.length && passing ? [...found].filter(([name, { number }]) => (
    said.get(name).kind === "wrong" && number !== undefined && rows.get(name).spec.of)) : [];
  const isTrivial = ([name, { number }]) => {
    const { of, share } = rows.get(name).spec, follows = passing.trivially(of, own);
    return follows !== null && isNear(number, follows, share);
  };
  const [after, roots] = [wrong.filter(isTrivial), wrong.filter((one) => !isTrivial(one))];
  if (!roots.length || !roots.every(([name, { told }]) => standing(name, told).length)) return;
  for (const [name] of after) said.set(name, { kind: "carried", html: say("mark.carried.trivial") });
}
const isNear = (number, follows, share) => Math.abs(number - follows) <= (follows ? share * Math.abs(follows) : data.zero);

// What follows from the answers to other fields, where each has one, and none is a wrong 0 or ±1.
function due({ name, spec }, found) {
  if (!spec.follows) return null;
  const { terms, rest } = JSON.parse(reveal(`${name}|follows`, spec.follows)), others = terms.map(([other]) => found.get(other));
  const usable = others.every((other) => other?.number !== undefined && (other.told?.right || ![0, 1].includes(Math.abs(other.number))));
  if (!usable || others.every((other) => other.told?.right)) return null;
  return terms.reduce((sum, [, factor], n) => sum + factor * others[n].number, rest);
}

function verdict(field, { problem, number, told, like }, own, found) {
  if (problem) return { kind: "unread", html: shownAs(problem) };
  if (told?.right) return { kind: "right", html: say("right") };
  if (passing && field.spec.of && number !== undefined) {
    const follows = passing.follows(field.spec.of, own);
    if (follows !== null && isNear(number, follows, field.spec.share)) {
      return { kind: "carried", html: say("mark.carried") };
    }
  }
  const follows = number === undefined ? null : due(field, found);
  if (follows !== null && isNear(number, follows, field.spec.share)) return { kind: "carried", html: say("mark.carried") };
  return { kind: "wrong", html: say(field.spec.type === "choice" ? "wrong" : like || "mark.unmatched.alone") };
}

// The ways that lead to a wrong answer → what is said of those that explain most of the sheet.
function explained(ways, votes) {
  const most = Math.max(...ways.map(([way]) => votes.get(way)));
  const best = ways.filter(([way]) => votes.get(way) === most), there = best.map(([way]) => way);
  const keys = new Map(best.filter(([, , , less]) => !less.some((way) => there.includes(way))).map(([, text, key]) => [text, key]));
  const texts = [...keys].map(([text, key]) => opened(utf8(key), data.texts[text]));
  if (texts.length === 1) return texts[0];
  return say("mark.several") + texts.slice(0, 2).map((text, n) => ` (${n + 1}) ${text}`).join("");
}

// -- what is shown --------------------------------------------------------------------------------

function paint() {
  const said = verdicts();
  for (const field of rows.values()) {
    const { kind = "", html = "" } = said.get(field.name) ?? {};
    const wrong = kind === "wrong" || kind === "unread";
    for (const element of [field.row, ...field.inputs]) {
      element.classList.remove("right", "carried", "wrong", "unread");
      if (kind) element.classList.add(kind);
    }
    [...field.inputs, ...all("fieldset", field.row)].forEach((input) => {
      if (wrong && input.tagName === "INPUT") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    });
    one(".mark", field.row).textContent = SIGNS[kind] ?? (kind ? "?" : "");
    const feedback = one(".feedback", field.row);
    if (feedback.innerHTML !== html) feedback.innerHTML = html;
    field.kind = kind;
  }
  all(".question").forEach(paintQuestion);
  const good = [...rows.values()].filter((field) => field.kind === "right" || field.kind === "carried").length;
  const used = Object.values(state.hints).reduce((sum, n) => sum + n, 0);
  one("#progress").textContent = say("progress", {
    right: good, of: rows.size, hints: used, given: Object.keys(state.lost).length,
  });
  paintMastery(good === rows.size, Object.keys(state.lost).length > 0, STORE);
}

function paintQuestion(section) {
  const name = section.id, sealed = data.questions[name], lost = state.lost[name];
  const fields = [...rows.values()].filter((field) => field.question === name);
  const done = fields.every((field) => field.kind === "right" || field.kind === "carried");
  fields.forEach((field) => [...field.inputs, ...field.radios].forEach((input) => { input.disabled = !!lost; }));
  const used = state.hints[name] ?? 0, hint = one("[data-do=hint]", section), list = one(".hints", section);
  while (list.children.length > used) list.lastElementChild.remove();
  while (list.children.length < used) {
    const n = list.children.length, item = document.createElement("li");
    item.innerHTML = reveal(`${name}|hint|${n}`, sealed.hints[n]);
    list.append(item);
  }
  list.hidden = !used;
  const tried = used || fields.some((field) => field.kind); // hints that are asked for before a try teach little (Aleven 2006)
  hint.disabled = !tried || used >= sealed.hints.length;
  hint.textContent = say(tried ? "hint" : "attempt", { n: Math.min(used + 1, sealed.hints.length), of: sealed.hints.length });
  const solution = one(".solution", section), shown = lost || (done && state.solved[name]);
  if (shown && !solution.innerHTML) solution.innerHTML = reveal(`${name}|solution`, sealed.solution);
  if (!shown) solution.innerHTML = "";
  solution.hidden = !shown;
  const button = one("[data-do=solution]", section);
  button.textContent = say(done ? "show" : "giveup");
  button.disabled = !!shown;
  if (state.given[name]) showGiven(section);
  else if (one(".worked", section)) one(".worked", section).hidden = true;
}

function showGiven(section) {
  const list = one(".worked", section);
  if (!list.innerHTML) list.innerHTML = reveal(`${section.id}|given`, data.questions[section.id].given);
  list.hidden = false;
}

function tell(html) {
  one("#said").innerHTML = html;
}

// -- what is done ---------------------------------------------------------------------------------

function check(field) {
  const text = state.answers[field.name] ?? "";
  if (!text || state.lost[field.question]) return;
  const before = state.checked[field.name] && field.kind;
  state.checked[field.name] = true;
  keep();
  paint();
  if (!before) tell(`${field.label && `${field.label}: `}${one(".feedback", field.row).innerHTML}`);
}

// All fields with an answer, a few at a time, so that the page stays alive.
async function checkAll(names) {
  for (const name of names) {
    matched(rows.get(name), state.answers[name]);
    await new Promise((go) => setTimeout(go));
  }
  names.forEach((name) => { if (state.answers[name]) state.checked[name] = true; });
  paint();
  keep();
}

document.addEventListener("input", ({ target }) => {
  const name = nameOf(target);
  if (!name) return;
  const field = rows.get(name);
  state.answers[name] = target.value.trim();
  delete state.checked[name];
  if (target.type === "text") field.inputs.forEach((input) => { if (input !== target) input.value = target.value; });
  keep();
  if (field.kind) paint();
});

document.addEventListener("change", ({ target }) => {
  if (target.id === "comma") {
    state.comma = target.checked;
    keep();
    checkAll(Object.keys(state.checked));
    return;
  }
  const name = nameOf(target);
  if (name) check(rows.get(name));
});

document.addEventListener("keydown", (event) => {
  const { target, key, shiftKey } = event;
  if (target.type !== "text" || event.isComposing) return;
  const name = nameOf(target), next = nextTo(target, key, shiftKey);
  if (key === "Enter") check(rows.get(name));
  if (next) {
    event.preventDefault();
    if (key === "Tab") check(rows.get(name));
    next.focus();
  }
});

async function act(what, section) {
  const name = section?.id;
  if (what === "yes" || what === "no") dialog.close(what);
  if (what === "hint") {
    state.hints[name] = (state.hints[name] ?? 0) + 1;
    paint();
    tell(one(".hints", section).lastElementChild.innerHTML);
  }
  if (what === "given") {
    state.given[name] = true;
    paint();
  }
  if (what === "solution") {
    const done = [...rows.values()].every(({ question, kind }) => question !== name || ["right", "carried"].includes(kind));
    if (done) state.solved[name] = true;
    else if (await confirmed("giveup.sure")) state.lost[name] = true;
    else return;
    paint();
    one(".solution", section).focus();
  }
  if (what === "check") {
    const answered = [...rows.keys()].filter((one) => state.answers[one]);
    await checkAll(answered);
    const missing = [...rows.values()].filter((field) => !state.answers[field.name] && !state.lost[field.question]);
    tell([one("#progress").textContent, missing.length ? say("missing", { n: missing.length }) : ""].join(" "));
    missing[0]?.inputs[0]?.focus();
  }
  if (what === "reset") {
    if (!await confirmed("reset.sure")) return;
    state = fresh();
    rows.forEach((field) => write(field, ""));
    one("#comma").checked = state.comma;
    tell("");
    paint();
  }
  keep();
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  if (button) act(button.dataset.do, button.closest(".question"));
});
addEventListener("beforeprint", () => all(".worked").forEach((list) => showGiven(list.closest(".question"))));
addEventListener("afterprint", paint);

state = stored(STORE, fresh());
one("#comma").checked = state.comma;
rows.forEach((field) => write(field, state.answers[field.name] ?? ""));
checkAll(Object.keys(state.checked).filter((name) => rows.has(name)));

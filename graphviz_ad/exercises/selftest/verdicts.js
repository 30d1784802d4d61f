"use strict";
// What is filled in → what is said of it: right, carried on from a mistake before it, or wrong and why.

const keyOf = (word) => stretched(word, data.salt, data.rounds);
const reveal = (word, blob) => opened(keyOf(word), blob);

// -- answers --------------------------------------------------------------------------------------

// Tag and blob of a word, if one of the entries is its.
function entry(word, entries) {
  const key = keyOf(word), blob = entries[tagOf(key)];
  return blob && JSON.parse(opened(key, blob));
}
const better = (record, other) => !other || record?.right || (record && !other.right && record.rank < other.rank) ? record : other;

function ofNumber({ name, spec }, number) {
  let best;
  if (Math.abs(number) <= data.zero) best = entry(`${name}|0`, spec.entries);
  for (const begin of number ? spec.begins : []) {
    const sealed = entry(`${name}|${markOf(number, spec.share, begin)}`, spec.entries);
    if (sealed) best = better(sealed, best);
  }
  return best;
}
function ofFormula({ name, spec }, value) {
  const values = data.points.map(value);
  if (!values.every(Number.isFinite)) return undefined;
  let best;
  for (const [begins, tag, blob] of spec.forms) {
    const marks = values.map((v, n) => (Math.abs(v) < spec.least ? "0" : markOf(v, spec.share, +begins[n])));
    const key = keyOf(`${name}|${marks.join(";")}`);
    if (tagOf(key) === tag) best = better(JSON.parse(opened(key, blob)), best);
  }
  return best;
}

// A number that nothing leads to → the key of what is said where only its sign or its decimal point is wrong.
function resembling(field, number) {
  const right = (other) => ofNumber(field, other)?.right;
  if (!number) return "";
  return right(-number) ? "mark.sign" : [0.01, 0.1, 10, 100].some((factor) => right(number * factor)) ? "mark.point" : "";
}

// Field and what was written → { problem } or { number, record }; `record` is what its seal held.
const known = new Map();
function matched(field, text) {
  const id = JSON.stringify([field.name, text, state.comma]);
  if (!known.has(id)) known.set(id, match(field, text));
  return known.get(id);
}
function match(field, text) {
  const { spec } = field;
  if (spec.type === "choice") return { record: entry(`${field.name}|${text}`, spec.entries) };
  try {
    if (spec.type === "formula") return { record: ofFormula(field, readFormula(text, spec.names).value) };
    const number = readNumber(text, state.comma), record = ofNumber(field, number);
    return { number, record, like: record ? "" : resembling(field, number) };
  } catch (problem) {
    return { problem: unreadable(field, problem) };
  }
}

// -- verdicts -------------------------------------------------------------------------------------

const passing = data.recipe && carrier(JSON.parse(reveal("recipe", data.recipe)));

function verdicts() {
  const matches = new Map();
  for (const field of rows.values()) {
    const text = state.answers[field.name] ?? "";
    if (text && state.checked[field.name] && !state.lost[field.question]) matches.set(field.name, matched(field, text));
  }
  const own = [...matches].filter(([name, { number, record }]) => number !== undefined && !record?.right && rows.get(name).spec.of)
    .map(([name, { number }]) => [rows.get(name).spec.of, number]);
  const feedback = new Map([...matches].map(([name, result]) => [name, verdict(rows.get(name), result, own, matches)]));
  const array = (name) => rows.get(name).spec.of?.replace(/ [^ ]*$/, "");
  const refuted = new Map();  // slips that a right answer refutes → the arrays in which there is one
  for (const [name, { record }] of matches) {
    for (const diagnosis of (record?.right && record.refuted) || []) refuted.set(diagnosis, (refuted.get(diagnosis) ?? new Set()).add(array(name)));
  }
  const stands = (diagnosis, name) => [...(refuted.get(diagnosis) ?? [])].every((other) => other === array(name));
  const standing = (name, record) => record?.ways.filter(([diagnosis, , , , firm]) => firm || stands(diagnosis, name)) ?? [];
  creditTrivial(matches, feedback, own, standing);
  const votes = new Map(), count = (diagnosis, by) => votes.set(diagnosis, (votes.get(diagnosis) ?? 0) + by);
  for (const [name, { record }] of matches) {
    for (const diagnosis of record?.ways ?? []) {
      if (record.right) count(diagnosis, -1);
      else if (feedback.get(name).kind === "wrong") count(diagnosis[0], 1);
    }
  }
  for (const [name, { record, number }] of matches) {
    if (!record || feedback.get(name).kind !== "wrong") continue;
    const diagnoses = standing(name, record);
    const like = () => say((number !== undefined && resembling(rows.get(name), number)) || "mark.unmatched.alone");
    feedback.get(name).html = diagnoses.length ? explained(diagnoses, votes) : like();
  }
  return feedback;
}

// What follows from a 0 or ±1 of one's own counts where each number that follows from nothing is that of a known mistake.
function creditTrivial(matches, feedback, own, standing) {
  const wrong = own.length && passing ? [...matches].filter(([name, { number }]) => (
    feedback.get(name).kind === "wrong" && number !== undefined && rows.get(name).spec.of)) : [];
  const isTrivial = ([name, { number }]) => {
    const { of, share } = rows.get(name).spec, follows = passing.trivially(of, own);
    return follows !== null && isNear(number, follows, share);
  };
  const [after, roots] = [wrong.filter(isTrivial), wrong.filter((match) => !isTrivial(match))];
  if (!roots.length || !roots.every(([name, { record }]) => standing(name, record).length)) return;
  for (const [name] of after) feedback.set(name, { kind: "carried", html: say("mark.carried.trivial") });
}
const isNear = (number, follows, share) => Math.abs(number - follows) <= (follows ? share * Math.abs(follows) : data.zero);

// What follows from the answers to other fields, where each has one, and none is a wrong 0 or ±1.
function due({ name, spec }, matches) {
  if (!spec.follows) return null;
  const { terms, rest } = JSON.parse(reveal(`${name}|follows`, spec.follows)), others = terms.map(([other]) => matches.get(other));
  const usable = others.every((other) => other?.number !== undefined && (other.record?.right || ![0, 1].includes(Math.abs(other.number))));
  if (!usable || others.every((other) => other.record?.right)) return null;
  return terms.reduce((sum, [, factor], n) => sum + factor * others[n].number, rest);
}

function verdict(field, { problem, number, record, like }, own, matches) {
  if (problem) return { kind: "unread", html: shownAs(problem) };
  if (record?.right) return { kind: "right", html: say("right") };
  if (passing && field.spec.of && number !== undefined) {
    const follows = passing.follows(field.spec.of, own);
    if (follows !== null && isNear(number, follows, field.spec.share)) {
      return { kind: "carried", html: say("mark.carried") };
    }
  }
  const follows = number === undefined ? null : due(field, matches);
  if (follows !== null && isNear(number, follows, field.spec.share)) return { kind: "carried", html: say("mark.carried") };
  return { kind: "wrong", html: say(field.spec.type === "choice" ? "wrong" : like || "mark.unmatched.alone") };
}

// The diagnoses that lead to a wrong answer → what is said of those that explain most of the sheet.
function explained(diagnoses, votes) {
  const highest = Math.max(...diagnoses.map(([diagnosis]) => votes.get(diagnosis)));
  const best = diagnoses.filter(([diagnosis]) => votes.get(diagnosis) === highest), there = best.map(([diagnosis]) => diagnosis);
  const keys = new Map(best.filter(([, , , less]) => !less.some((diagnosis) => there.includes(diagnosis))).map(([, text, key]) => [text, key]));
  const texts = [...keys].map(([text, key]) => opened(utf8(key), data.texts[text]));
  if (texts.length === 1) return texts[0];
  return say("mark.several") + texts.slice(0, 2).map((text, n) => ` (${n + 1}) ${text}`).join("");
}

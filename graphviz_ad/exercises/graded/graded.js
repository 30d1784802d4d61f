"use strict";
// The graded page: keeps what is filled in, says what cannot be read, saves an answer file and shows its receipt.
// It knows no answer.

const owner = data.student.id || data.student.name;
const STORE = `graphviz-ad/graded/${data.store}${owner ? `/${owner}` : ""}`;
const who = { name: query("#student"), id: query("#ident") };

const fresh = () => ({ answers: {}, ...data.student, comma: data.comma, count: 0, saved: null });
let state = fresh();

const keep = () => store(STORE, state);

// -- what is filled in ----------------------------------------------------------------------------

// Field and what is written → why it cannot be read, "" where it can.
function problemOf(field, text) {
  const { spec } = field;
  if (!text || spec.type === "choice") return "";
  try {
    if (spec.type === "formula") readFormula(text, spec.names);
    else readNumber(text, state.comma);
    return "";
  } catch (problem) {
    return unreadable(field, problem);
  }
}

function show(field) {
  const problem = problemOf(field, state.answers[field.name] ?? "");
  for (const element of [field.row, ...field.inputs]) element.classList.toggle("unread", !!problem);
  for (const input of field.inputs) {
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  query(".mark", field.row).textContent = problem ? "?" : "";
  const feedback = query(".feedback", field.row);
  if (feedback.textContent !== problem) feedback.textContent = problem;
  return problem;
}

const answered = () => [...rows.keys()].filter((name) => state.answers[name]);
function count() {
  query("#progress").textContent = say("progress", { n: answered().length, of: rows.size });
}

// Name of a field and what is written → it is kept, and shown on the graph and in the list.
function put(name, text) {
  const field = rows.get(name);
  if (text.trim()) state.answers[name] = text.trim();
  else delete state.answers[name];
  write(field, text);
  if (field.row.classList.contains("unread")) show(field);
  keep();
  count();
  receipt();
}

// Rows of a table that is pasted into an array → its entries, if they are as many; else null.
function entries(text, wanted) {
  const parts = text.replace(/[[\](){}]/g, " ").split(state.comma ? /[\s;]+/ : /[\s;,]+/).filter(Boolean);
  return parts.length === wanted && wanted > 1 ? parts : null;
}

document.addEventListener("input", ({ target }) => {
  const name = nameOf(target);
  if (name) put(name, target.value);
  for (const [key, input] of Object.entries(who)) {
    if (target !== input) continue;
    state[key] = input.value.trim();
    keep();
    receipt();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.id === "comma") {
    state.comma = target.checked;
    keep();
    rows.forEach(show);
    receipt();
  } else if (target === who.name) {
    named();
  } else if (nameOf(target)) {
    show(rows.get(nameOf(target)));
  }
});

document.addEventListener("paste", (event) => {
  const cells = event.target.closest?.(".matrix")?.querySelectorAll("[data-field]");
  const pasted = cells && entries(event.clipboardData.getData("text"), cells.length);
  if (!pasted) return;
  event.preventDefault();
  cells.forEach(({ dataset }, n) => {
    put(dataset.field, pasted[n]);
    show(rows.get(dataset.field));
  });
});

document.addEventListener("keydown", (event) => {
  const { target, key, shiftKey } = event;
  if (target.type !== "text" || event.isComposing || !nameOf(target)) return;
  const next = nextTo(target, key, shiftKey);
  if (key === "Enter") show(rows.get(nameOf(target)));
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// -- the answer file ------------------------------------------------------------------------------

// Whether it is said whose answers these are; else the field says that it is needed.
function named() {
  const missing = !state.name && !state.id;
  query("#student-said").textContent = missing ? say("who") : "";
  if (missing) who.name.setAttribute("aria-invalid", "true");
  else who.name.removeAttribute("aria-invalid");
  return !missing;
}

// What graded/receipts.py has as well: a hash of all that is in the file, in groups that are read aloud.
function receiptOf({ sheet, student, id, saved, attempt, decimal_comma, answers }) {
  const lines = Object.keys(answers).sort().map((name) => `${name}=${answers[name]}`);
  const text = [sheet, student, id, saved, attempt, decimal_comma ? 1 : 0, ...lines].join("\n");
  const hex = [...sha256(utf8(text)).slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.toUpperCase().match(/.{4}/g).join("-");
}

function document_() {
  const answers = Object.fromEntries(Object.entries(state.answers).map(([name, text]) => [
    name, rows.get(name).spec.type === "choice" ? String.fromCharCode(65 + Number(text)) : text,
  ]));
  const content = {
    schema: data.schema, student: state.name, id: state.id, sheet: data.sheet,
    saved: new Date().toISOString().replace(/\.\d+/, ""), attempt: state.count + 1, decimal_comma: state.comma, answers,
  };
  return { ...content, receipt: receiptOf(content) };
}

const plainName = (text) => text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function save() {
  if (!named()) {
    who.name.focus();
    return;
  }
  const unread = [...rows.values()].filter(show);
  const empty = [...rows.values()].filter(({ name }) => !state.answers[name]);
  if (unread.length || empty.length) {
    data.words["save.sure"] = say("save.left", { empty: empty.length, unread: unread.length });
    if (!await confirmed("save.sure")) {
      const { inputs, radios } = unread[0] ?? empty[0];
      (inputs[0] ?? radios[0]).focus();
      return;
    }
  }
  const content = document_(), text = `${JSON.stringify(content, null, 1)}\n`;
  const name = `${plainName(state.id || state.name) || "answers"}.${data.sheet.replace(/\W+/g, "-")}.${content.attempt}.json`;
  download(name, text);
  state.count = content.attempt;
  state.saved = { name, text, receipt: content.receipt, when: content.saved, of: standing() };
  keep();
  receipt();
  query("#receipt").focus();
}

// All that a file is made of, to tell whether something was changed since.
const standing = () => JSON.stringify([state.name, state.id, state.comma, Object.entries(state.answers).sort()]);

function receipt() {
  const { saved } = state, box = query("#receipt");
  box.hidden = !saved;
  if (!saved) return;
  const when = new Date(saved.when).toLocaleString(data.lang, { dateStyle: "long", timeStyle: "short" });
  query("#receipt-code").textContent = saved.receipt;
  query("#receipt-about").textContent = say("receipt.about", { file: saved.name, when });
  query("#receipt-changed").textContent = saved.of === standing() ? "" : say("receipt.changed");
  query("#receipt-text").value = saved.text;
}

async function act(what) {
  if (what === "yes" || what === "no") dialog.close(what);
  if (what === "save") await save();
  if (what === "again") download(state.saved.name, state.saved.text);
  if (what === "reset" && await confirmed("reset.sure")) {
    state = { ...fresh(), count: state.count, saved: state.saved };
    keep();
    fill();
  }
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-do]");
  if (button) act(button.dataset.do);
});

function fill() {
  query("#comma").checked = state.comma;
  for (const [key, input] of Object.entries(who)) input.value = state[key];
  rows.forEach((field) => {
    write(field, state.answers[field.name] ?? "");
    show(field);
  });
  count();
  receipt();
}
state = stored(STORE, fresh());
for (const name of Object.keys(state.answers)) if (!rows.has(name)) delete state.answers[name];
fill();

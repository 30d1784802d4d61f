"use strict";
// The self-test: checks what is filled in, keeps the list and the graph the same, remembers how far one is.

const STORE = `graphviz-ad/selftest/${document.getElementById("data").dataset.key}`;
const SIGNS = { right: "✓", carried: "✓", wrong: "✗" };

const fresh = () => ({ answers: {}, checked: {}, hints: {}, given: {}, solved: {}, lost: {}, comma: data.comma });
let state = fresh();

const keep = () => store(STORE, state);

// -- what is shown --------------------------------------------------------------------------------

function paint() {
  const shown = verdicts();
  for (const field of rows.values()) {
    const { kind = "", html = "" } = shown.get(field.name) ?? {};
    const wrong = kind === "wrong" || kind === "unread";
    for (const element of [field.row, ...field.inputs]) {
      element.classList.remove("right", "carried", "wrong", "unread");
      if (kind) element.classList.add(kind);
    }
    [...field.inputs, ...all("fieldset", field.row)].forEach((input) => {
      if (wrong && input.tagName === "INPUT") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    });
    query(".mark", field.row).textContent = SIGNS[kind] ?? (kind ? "?" : "");
    const feedback = query(".feedback", field.row);
    if (feedback.innerHTML !== html) feedback.innerHTML = html;
    field.kind = kind;
  }
  all(".question").forEach(paintQuestion);
  const good = [...rows.values()].filter((field) => field.kind === "right" || field.kind === "carried").length;
  const used = Object.values(state.hints).reduce((sum, n) => sum + n, 0);
  query("#progress").textContent = say("progress", {
    right: good, of: rows.size, hints: used, given: Object.keys(state.lost).length,
  });
  paintMastery(good === rows.size, Object.keys(state.lost).length > 0, STORE);
}

function paintQuestion(section) {
  const name = section.id, sealed = data.questions[name], lost = state.lost[name];
  const fields = [...rows.values()].filter((field) => field.question === name);
  const done = fields.every((field) => field.kind === "right" || field.kind === "carried");
  fields.forEach((field) => [...field.inputs, ...field.radios].forEach((input) => { input.disabled = !!lost; }));
  const used = state.hints[name] ?? 0, hint = query("[data-do=hint]", section), list = query(".hints", section);
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
  const solution = query(".solution", section), shown = lost || (done && state.solved[name]);
  if (shown && !solution.innerHTML) solution.innerHTML = reveal(`${name}|solution`, sealed.solution);
  if (!shown) solution.innerHTML = "";
  solution.hidden = !shown;
  const button = query("[data-do=solution]", section);
  button.textContent = say(done ? "show" : "giveup");
  button.disabled = !!shown;
  if (state.given[name]) showGiven(section);
  else if (query(".worked", section)) query(".worked", section).hidden = true;
}

function showGiven(section) {
  const list = query(".worked", section);
  if (!list.innerHTML) list.innerHTML = reveal(`${section.id}|given`, data.questions[section.id].given);
  list.hidden = false;
}

function tell(html) {
  query("#said").innerHTML = html;
}

// -- what is done ---------------------------------------------------------------------------------

function check(field) {
  const text = state.answers[field.name] ?? "";
  if (!text || state.lost[field.question]) return;
  const before = state.checked[field.name] && field.kind;
  state.checked[field.name] = true;
  keep();
  paint();
  if (!before) tell(`${field.label && `${field.label}: `}${query(".feedback", field.row).innerHTML}`);
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
    tell(query(".hints", section).lastElementChild.innerHTML);
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
    query(".solution", section).focus();
  }
  if (what === "check") {
    const answered = [...rows.keys()].filter((name) => state.answers[name]);
    await checkAll(answered);
    const missing = [...rows.values()].filter((field) => !state.answers[field.name] && !state.lost[field.question]);
    tell([query("#progress").textContent, missing.length ? say("missing", { n: missing.length }) : ""].join(" "));
    missing[0]?.inputs[0]?.focus();
  }
  if (what === "reset") {
    if (!await confirmed("reset.sure")) return;
    state = fresh();
    rows.forEach((field) => write(field, ""));
    query("#comma").checked = state.comma;
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
query("#comma").checked = state.comma;
rows.forEach((field) => write(field, state.answers[field.name] ?? ""));
checkAll(Object.keys(state.checked).filter((name) => rows.has(name)));

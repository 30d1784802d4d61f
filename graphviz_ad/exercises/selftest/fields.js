"use strict";
// The fields of a sheet: the list and the graph say the same, keys go from one to the next, a question that is asked.

const data = JSON.parse(document.getElementById("data").textContent);
const query = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const say = (key, fillings = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => fillings[name]);
// Field and why its answer cannot be read → what is said; names may stand in a formula, not where a number is asked for.
const unreadable = ({ spec }, { message, name_ }) => {
  const [rest, known] = spec.type === "formula"
    ? ["read.formula", { comma: "comma", name: "name", array: "array" }]
    : ["unreadable", { comma: "comma", name: "read.name", array: "read.many" }];
  return say(Object.hasOwn(known, message) ? known[message] : rest, { name: name_ });
};
const shownAs = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

const rows = new Map(all("[data-field]").map((row) => {
  const name = row.dataset.field;
  return [name, {
    name, row, spec: data.fields[name], question: row.closest(".question").id,
    inputs: [...all("input[type=text]", row), ...all(`[data-mirror="${CSS.escape(name)}"]`)],
    radios: all("input[type=radio]", row),
    label: query("label, legend", row)?.innerHTML.replace(/ =$/, "") ?? "",
  }];
}));

function write(field, text) {
  field.inputs.forEach((input) => { if (input.value !== text) input.value = text; });
  field.radios.forEach((radio) => { radio.checked = radio.value === text; });
}

// What is typed into or chosen → the name of its field, undefined where it is none.
const nameOf = (target) => target.dataset?.mirror ?? target.closest?.("[data-field]")?.dataset.field;

// A key in a field → the field that is next on the graph or in the list, null where the key leads to none.
function nextTo(target, key, back) {
  const mirrored = "mirror" in target.dataset;
  const near = mirrored ? all(".board input") : all(".fields input[type=text]");
  const next = near[near.indexOf(target) + (back ? -1 : 1)];
  return next && !next.disabled && (key === "Enter" || (key === "Tab" && mirrored)) ? next : null;
}

// The field in the list and that on the graph are shown together.
for (const [event, on] of [["focusin", true], ["focusout", false]]) {
  document.addEventListener(event, ({ target }) => {
    const name = nameOf(target);
    if (!name) return;
    const { row, inputs } = rows.get(name);
    [row, ...inputs].forEach((element) => { if (element !== target) element.classList.toggle("near", on); });
    const twin = inputs.find((input) => input.dataset.mirror);
    if (on && twin && twin !== target) {
      const scroll = query(".scroll");
      scroll.scrollLeft = twin.offsetLeft - scroll.clientWidth / 2;
    }
  });
}

const dialog = query("#sure");
function confirmed(key) {
  query("#sure-text").textContent = say(key);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((go) => dialog.addEventListener("close", () => go(dialog.returnValue === "yes"), { once: true }));
}

/** A page, its values by node, what fills templates and what refreshes the page → its form: sliders and fields of the inputs. */
const inputForm = ({ data, words, on, ended }, v, { plain, marked }, refresh) => {
  const { live } = data, { languages, tags } = words, { number: read } = reading(live.typed);
  const form = document.querySelector(".inputs"), status = form.querySelector("output");

  /** Slider and fields of each input; the slider of an array is that of the entry `at`, whose field had the focus. */
  const rows = [...form.querySelectorAll("[data-input]")].map((row, n) => ({
    ...live.inputs[n], at: 0, slider: row.querySelector("[type=range]"), fields: [...row.querySelectorAll("[type=text]")],
  }));
  /** Words with what fills them → the same in all languages, of which the page shows one. */
  const say = (key, fillings = {}) => languages.map((lang, n) => {
    const text = data.words[`live.${key}`][n].replace(/\{(\w+)\}/g, (_, name) => fillings[name]);
    return `<span class="${lang}" lang="${tags.get(lang)}">${marked(text, lang)}</span>`;
  }).join("");
  /** Fields in which something is wrong, and what; it is said of `field`, or else of the one where it was seen last. */
  const wrong = new Map();
  const complain = (field) => { status.innerHTML = wrong.get(field) ?? [...wrong.values()].at(-1) ?? ""; };
  const value = ({ node }, at) => (Array.isArray(v[node]) ? v[node][at] : v[node]);
  const put = ({ node }, at, number) => {
    if (Array.isArray(v[node])) v[node][at] = number;
    else v[node] = number;
  };
  const show = (row, at) => {
    const { slider, fields } = row, number = value(row, at);
    if (at === row.at) {
      slider.value = number;
      slider.setAttribute("aria-valuetext", plain(number, 0));
      slider.setAttribute("aria-label", fields[at].getAttribute("aria-label"));
    }
    fields.forEach((field, n) => field.classList.toggle("now", fields.length > 1 && n === row.at));
    fields[at].value = Object.is(number, -0) ? "-0" : String(number);
    fields[at].closest(".grid")?.style.setProperty("--long", Math.max(...fields.map((field) => field.value.length)));
    wrong.delete(fields[at]);
    for (const name of ["aria-invalid", "aria-describedby"]) fields[at].removeAttribute(name);
  };
  let waiting = 0, moved = false;
  const changed = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const kept = (row) => row.fields.every((_, at) => Object.is([row.value].flat()[at], value(row, at))), same = rows.every(kept);
      form.querySelector("[type=reset]").disabled = same;
      refresh(moved || !same);
      document.dispatchEvent(new CustomEvent("values", { detail: rows.map((row) => (kept(row) ? null : row.fields.map((_, at) => value(row, at)))) }));
    });
  };
  const give = (row, at, number) => {
    put(row, at, number);
    show(row, at);
    complain();
    changed();
  };
  const fits = ({ classes }, given) => !classes || (Number.isInteger(given) && given >= 0 && given < classes);
  /** What was typed → the number of its field; what is wrong with it is said, and the number stays. */
  const take = (row, at) => {
    const field = row.fields[at], { value: given, wrong: why, ...fillings } = read(field.value);
    if (!why && fits(row, given)) return give(row, at, given);
    const text = field.value.length > 40 ? `${field.value.slice(0, 40)}…` : field.value;
    const all = { ...fillings, text, name: field.getAttribute("aria-label"), most: row.classes - 1 };
    wrong.delete(field);
    wrong.set(field, say(row.classes ? "class" : why, all));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", status.id);
    complain(field);
  };
  /** Up and down go from row to row of an array, where left and right are for the text of a field. */
  const moveRow = (event, fields, at) => {
    const lines = [...fields[0].closest(".grid").children], width = lines[0].children.length;
    const by = { ArrowUp: -width, ArrowDown: width }[event.key];
    if (!by || !fields[at + by]) return;
    event.preventDefault();
    fields[at + by].focus();
    fields[at + by].select();
  };
  ended(() => cancelAnimationFrame(waiting));
  rows.forEach((row) => {
    const { slider, fields } = row;
    slider.addEventListener("input", () => give(row, row.at, +slider.value));
    fields.forEach((field, at) => {
      field.addEventListener("change", () => take(row, at));
      if (fields.length > 1) field.addEventListener("keydown", (event) => moveRow(event, fields, at));
      field.addEventListener("focus", () => {
        row.at = at;
        if (wrong.has(field)) complain(field);
        else show(row, at);
      });
      show(row, at);
    });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopPropagation(); // the keys of a slider and of a field are theirs, not the player's
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  /** Entries of each input; null stands for those of the author. */
  const fillIn = (all) => {
    rows.forEach((row, n) => row.fields.forEach((_, at) => {
      put(row, at, (all[n] ?? [row.value].flat())[at]);
      show(row, at);
    }));
    complain();
    changed();
  };
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fillIn([]);
    status.innerHTML = say("restored");
  });
  on(document, "given", ({ detail }) => fillIn(detail));
  // other numbers from a part of the page besides: those of the author from now on
  on(document, "inputs", ({ detail }) => {
    for (const [node, number] of detail) v[node] = number;
    moved = true;
    for (const row of rows) {
      row.value = Array.isArray(v[row.node]) ? [...v[row.node]] : v[row.node];
      row.fields.forEach((_, at) => show(row, at));
    }
    complain();
    changed();
  });
  const box = form.parentElement;
  box.hidden = false;
  const tall = rows.some(({ fields }) => fields.length > 1) ? 860 : 680;
  box.open = rows.length <= 6 && innerWidth >= 1000 && innerHeight >= tall; // else the graph needs the room
  const { clientWidth, clientHeight, firstElementChild: svg } = document.querySelector("figure");
  const { width, height } = svg.viewBox.baseVal;
  if (clientHeight / height < 0.9 * Math.min(1, clientWidth / width)) box.open = false; // it would be smaller for it
};

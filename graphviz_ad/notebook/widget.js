const ICONS = {
  first: "M4 4h2v12H4zM16 4v12L7 10z", previous: "M14 4v12L5 10z", play: "M6 3v14l11-7z",
  next: "M6 4v12l9-6z", last: "M14 4h2v12h-2zM4 4v12l9-6z",
};
const PAUSE = "M5 4h3v12H5zM12 4h3v12h-3z";
const KEYS = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play" };

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

const button = (what) => {
  const node = element("button", { type: "button", "data-do": what });
  node.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[what]}"/></svg>`;
  return node;
};

/* A font that is declared within a shadow tree is not loaded: the document has it, once for all cells. */
const addFont = (family, address) => {
  if ([...document.fonts].some((font) => font.family.replace(/"/g, "") === family)) return;
  document.fonts.add(new FontFace(family, `url(${address})`));
};

/* A number or a list that can be changed: what it holds, or what is wrong with that, and how to put another in its place. */
const field = (control, reader, changed) => {
  const name = { "aria-label": control.name }, list = control.reach === undefined;
  const text = element("input", { type: "text", class: list ? "list" : "number", spellcheck: "false", autocomplete: "off", ...name });
  text.addEventListener("change", changed);
  const complain = (wrong) => {
    for (const [attribute, says] of [["aria-invalid", "true"], ["aria-describedby", "wrong"]])
      if (wrong) text.setAttribute(attribute, says); else text.removeAttribute(attribute);
  };
  if (list) {
    const read = () => { try { return { value: reader.list(text.value) }; } catch { return { wrong: "list" }; } };
    const tell = (now) => { text.value = JSON.stringify(now.value); complain(); };
    return { label: element("label", {}, control.name, text), parts: [text], read, tell, complain };
  }
  const slider = element("input", { type: "range", ...name });
  slider.addEventListener("input", () => { text.value = slider.value; changed(); });
  const read = () => {
    const typed = reader.number(text.value);
    if (!typed.wrong) slider.value = typed.value;
    return { ...typed, text: text.value };
  };
  const tell = (now) => {
    Object.assign(slider, { min: -now.reach, max: now.reach, step: now.by });
    slider.value = text.value = now.value;
    complain();
  };
  return { label: element("label", {}, control.name, slider, text), parts: [slider, text], read, tell, complain };
};

function render({ model, el }) {
  const host = element("div", { "data-lm-suppress-shortcuts": "true" }); // JupyterLab's keys are not for here
  el.replaceChildren(host);
  const root = host.attachShadow({ mode: "open" }); // ids and styles stay inside, whatever else is on the page
  const style = element("style"), formula = element("div", { class: "formula" }), figure = element("figure");
  const controls = element("div", { class: "controls", role: "group" }), items = element("ol", { class: "steps" }), below = element("div");
  const scrubber = element("input", { type: "range", class: "scrubber", min: 0 });
  const buttons = Object.fromEntries(Object.keys(ICONS).map((what) => [what, button(what)]));
  const inputs = element("fieldset", { class: "inputs" }), reset = element("button", { type: "button", "data-do": "reset" });
  const problem = element("p", { class: "problem", role: "alert", id: "wrong" }), hint = element("p", { class: "hint" });
  const live = element("p", { class: "unseen", "aria-live": "polite" });
  const player = element(
    "div", { role: "group", tabindex: 0, "aria-roledescription": "carousel" },
    formula, controls, figure, items, below, inputs, problem, hint, live,
  );
  controls.append(...Object.values(buttons), scrubber);
  root.append(style, player);
  let page, parts, visible = [], at = -1, timer = 0, fields = [], waiting = false, again = false, wrong = "";

  const show = (step, quietly) => {
    const last = page.items.length - 1;
    at = Math.max(0, Math.min(last, step));
    const keep = new Set(page.shown[at]);
    for (const part of visible) if (!keep.has(part)) parts.get(part).setAttribute("display", "none");
    for (const part of keep) parts.get(part).removeAttribute("display");
    visible = page.shown[at];
    [...items.children].forEach((item, n) => item.classList.toggle("on", n === at));
    for (const mark of formula.querySelectorAll(".at")) mark.classList.remove("at");
    for (const mark of formula.querySelectorAll(`.t${page.marks[at]}`)) mark.classList.add("at");
    player.className = `player ${page.phases[at]}`;
    scrubber.value = at;
    scrubber.setAttribute("aria-valuetext", page.counters[at]);
    for (const what of ["first", "previous"]) buttons[what].setAttribute("aria-disabled", at === 0);
    for (const what of ["next", "last"]) buttons[what].setAttribute("aria-disabled", at === last);
    if (!quietly) live.textContent = page.said[at];
  };
  const go = (step) => {
    const before = at;
    show(step);
    if (at === before) return;
    model.set("step", page.numbers[at]);
    model.save_changes();
  };

  /* Number of a step → its place among those that are shown, or that of the last one before it. */
  const place = (step) => Math.max(0, page.numbers.filter((number) => number <= step).length - 1);

  const name = (what, label, icon) => {
    buttons[what].setAttribute("aria-label", label);
    buttons[what].title = label;
    if (icon) buttons[what].querySelector("path").setAttribute("d", icon);
  };
  const pause = () => {
    clearTimeout(timer);
    timer = 0;
    live.setAttribute("aria-live", "polite");
    name("play", page.words.play, ICONS.play);
  };
  const wait = () => {
    timer = setTimeout(() => {
      go(at + 1);
      if (at < page.items.length - 1) wait(); else pause();
    }, 1000 * page.seconds[at]);
  };
  const play = () => {
    if (timer) return pause();
    live.setAttribute("aria-live", "off");
    name("play", page.words.pause, PAUSE);
    go(at === page.items.length - 1 ? 0 : at + 1);
    wait();
  };

  /* One change at a time: what is moved while the kernel computes is sent once it has answered. What is no number is
     not sent, and the same numbers are not either, which no kernel would answer. */
  const send = () => {
    if (waiting) { again = true; return; }
    const before = model.get("inputs"), given = { ...before };
    wrong = "";
    for (const each of fields) {
      const typed = each.read();
      each.complain(typed.wrong);
      if (typed.wrong) wrong = page.words[typed.wrong].replace(/\{(\w+)\}/g, (_, key) => ({ ...typed, name: each.name })[key]);
      else given[each.name] = typed.value;
    }
    showProblem(true);
    if (JSON.stringify(given) === JSON.stringify(before)) return;
    waiting = true;
    model.set("inputs", given);
    model.save_changes();
  };
  const answered = () => {
    waiting = false;
    if (again) { again = false; send(); }
  };

  /* What is wrong, here or for the kernel, whose complaint is of numbers that were there before it. */
  const showProblem = (mine) => {
    const kernel = mine ? "" : model.get("problem");
    problem.textContent = wrong || kernel;
    problem.hidden = !problem.textContent;
    if (kernel) tell(true);
  };
  const tell = (all) => {
    page.controls.forEach((control, n) => {
      if (all || !again && !fields[n].parts.includes(root.activeElement)) fields[n].tell(control);
    });
  };
  const build = () => {
    page = model.get("page");
    style.textContent = page.style;
    addFont("graphviz-ad mathematics", page.font);
    player.setAttribute("aria-label", page.title);
    player.lang = page.tag;
    formula.innerHTML = page.formula;
    figure.innerHTML = page.picture;
    items.innerHTML = page.items.join("");
    below.innerHTML = page.below;
    parts = new Map([...figure.querySelectorAll("[id^=s]")].map((part) => [+part.id.slice(1), part]));
    visible = [...parts.keys()];
    const names = page.controls.map((control) => control.name);
    if (JSON.stringify(names) !== JSON.stringify(fields.map((each) => each.name))) {
      fields = page.controls.map((control) => ({ name: control.name, ...field(control, reading(page.typed), send) }));
      inputs.replaceChildren(...fields.map((each) => each.label), reset);
      tell(true);
    }
    tell(false);
    inputs.hidden = !fields.length;
    inputs.setAttribute("aria-label", page.words.inputs);
    controls.setAttribute("aria-label", page.words.controls);
    reset.textContent = page.words.reset;
    hint.textContent = page.words.hint;
    scrubber.max = page.items.length - 1;
    scrubber.setAttribute("aria-label", page.words.step);
    for (const what of Object.keys(ICONS)) if (what !== "play" || !timer) name(what, page.words[what]);
    show(place(model.get("step")), true);
  };

  const actions = {
    first: () => { pause(); go(0); }, previous: () => { pause(); go(at - 1); }, play,
    next: () => { pause(); go(at + 1); }, last: () => { pause(); go(page.items.length - 1); },
    reset: () => {
      page.controls.forEach((control, n) => fields[n].tell({ ...control, value: control.start }));
      send();
    },
  };
  root.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do]");
    if (target) actions[target.dataset.do]();
  });
  scrubber.addEventListener("input", () => { pause(); go(+scrubber.value); });
  player.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !KEYS[key]) return;
    if (target !== scrubber && target.matches("input")) return;
    if (target === scrubber && key !== " ") return;
    if (key === " " && target.matches("button")) return;
    event.preventDefault();
    event.stopPropagation();
    actions[KEYS[key]]();
  });

  const events = {
    "change:page": build, "change:problem": () => showProblem(), "change:answered": answered,
    "change:step": () => { const now = place(model.get("step")); if (now !== at) show(now); },
  };
  for (const [event, handler] of Object.entries(events)) model.on(event, handler);
  build();
  showProblem();
  return () => {
    clearTimeout(timer);
    for (const [event, handler] of Object.entries(events)) model.off(event, handler);
  };
}

export default { render };

/** A page → its player: shows its steps one by one, by buttons, keys, the scrubber and the address, or by itself. */
const playing = (page) => {
  const { data, words, on, ended, carry, kept } = page;
  const query = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const items = all(".steps > li"), scrubber = query("#scrubber"), live = query("#live");
  const figure = query("figure"), areas = all("figure .area"), last = items.length - 1;
  const button = (what) => query(`.controls [data-do="${what}"]`);
  const parts = new Map(all("figure [id^=s]").map((part) => [+part.id.slice(1), part]));
  const sources = new Map(all("figure [data-edge]").map((part) => {
    const [source, node, slot] = part.dataset.edge.split("-");
    return [`e${node}-${slot}`, source];
  }));
  const { wrapTitles, reveal } = knowledge(words.languages, data.words.value), link = links(page);
  const { fit, widen } = room(query("#panel")), panel = storyteller(page, areas, parts, widen), parted = levelling(page);
  let at = -1, visible = data.finished, timer = 0;

  // -- words ---------------------------------------------------------------------------------

  const speak = (lang) => {
    words.speak(lang);
    for (const area of areas) name(area);
    panel.rename();
    parted.rename();
    writeAddress();
  };
  const name = (area) => area.setAttribute("aria-label", [parted.says(area), panel.title(area)].filter(Boolean).join(". "));

  // -- steps ---------------------------------------------------------------------------------

  const paint = (wanted) => {
    const keep = new Set(wanted);
    for (const part of visible) if (!keep.has(part)) parts.get(part).setAttribute("display", "none");
    for (const part of wanted) parts.get(part).removeAttribute("display");
    visible = wanted;
  };

  /** Step and language → the words of the scrubber, and the address. */
  const writeAddress = () => {
    scrubber.setAttribute("aria-valuetext", items[at].querySelector(`.counter .${words.now()}`).textContent);
    link.write(data.numbers[at], words.now() === words.own ? "" : words.now());
  };

  const show = (step, quietly) => {
    step = Math.max(0, Math.min(last, step));
    if (step === at) return;
    kept.step = at = step;
    paint(data.shown[at]);
    items.forEach((item, n) => item.classList.toggle("on", n === at));
    for (const mark of all("h1 .at")) mark.classList.remove("at");
    for (const mark of all(`h1 .t${data.marks[at]}`)) mark.classList.add("at");
    for (const phase of ["backward", "update", "tangent"]) document.body.classList.toggle(phase, data.phases[at] === phase);
    scrubber.value = at;
    for (const what of ["first", "previous"]) button(what).setAttribute("aria-disabled", at === 0);
    for (const what of ["next", "last"]) button(what).setAttribute("aria-disabled", at === last);
    if (!quietly) live.textContent = data.spoken[words.now()][at];
    know(data.done[at]);
    follow();
    writeAddress();
    document.dispatchEvent(new CustomEvent("step", { detail: at }));
  };

  /** Number of steps done → no more is told than is known by then. */
  const know = (done) => {
    const changed = reveal(done);
    for (const area of areas) if (changed.has(area.dataset.story)) name(area);
  };

  const placeOf = (story) => areas.find((area) => area.dataset.story === story)?.getBoundingClientRect();
  /** Where the graph is larger than its place, what is at work comes to the middle, unless all of it is seen. */
  const follow = () => {
    if (document.body.classList.contains("talk") && innerWidth > 700) return; // which `zoom.js` does then
    if (figure.scrollWidth <= figure.clientWidth && figure.scrollHeight <= figure.clientHeight) return;
    const atWork = query(".wanted")?.dataset.story ?? data.works[at], place = figure.getBoundingClientRect(), rim = 24;
    let box = placeOf(atWork);
    if (!box) return figure.scrollTo(0, 0);
    if (atWork[0] === "e" && (box.width > place.width || box.height > place.height)) // to where its gradient goes
      box = placeOf(`n${sources.get(atWork)}`);
    if (box.left < place.left + rim || box.right > place.right - rim)
      figure.scrollLeft += (box.left + box.right - place.left - place.right) / 2;
    if (box.top < place.top + rim || box.bottom > place.bottom - rim)
      figure.scrollTop += (box.top + box.bottom - place.top - place.bottom) / 2;
  };

  const pause = () => {
    clearTimeout(timer);
    timer = 0;
    live.setAttribute("aria-live", "polite");
    showPlay("play", "M6 3v14l11-7z");
  };
  const showPlay = (key, icon) => {
    const play = button("play");
    play.dataset.a = `aria-label:${key} title:${key}`;
    play.setAttribute("aria-label", words.say(key));
    play.title = words.say(key);
    play.querySelector("path").setAttribute("d", icon);
  };
  const wait = () => {
    timer = setTimeout(() => {
      show(at + 1);
      if (at < last) wait(); else pause();
    }, 1000 * data.seconds[words.now()][at] * query("#pace").value);
  };
  const play = () => {
    if (timer) return pause();
    live.setAttribute("aria-live", "off");
    showPlay("pause", "M5 4h3v12H5zM12 4h3v12h-3z");
    show(at === last ? 0 : at + 1);
    wait();
  };

  // -- controls ------------------------------------------------------------------------------

  const go = (step) => { pause(); show(step); };
  /** A step forward or back, unless a quiz has something to ask before. */
  const turn = (by) => { if (document.dispatchEvent(new CustomEvent("turn", { detail: by, cancelable: true }))) go(at + by); };
  const actions = {
    first: () => go(0), previous: () => turn(-1), play, next: () => turn(1), last: () => go(last),
    forward: () => go(data.phases.indexOf("forward")), backward: () => go(data.phases.indexOf("backward")),
    update: () => go(data.phases.indexOf("update")), copy: link.copy, follow: () => follow(), ...panel.actions,
    more: () => {
      const more = button("more");
      more.setAttribute("aria-expanded", more.getAttribute("aria-expanded") === "false");
    },
    language: () => {
      speak(words.next());
      live.textContent = data.spoken[words.now()][at];
    },
  };
  on(document, "click", (event) => {
    const target = event.target.closest("[data-do], [data-trace], .area");
    if (!target) return;
    if (target.dataset.do) actions[target.dataset.do]?.();
    else if (target.dataset.trace) panel.trace(target.dataset.trace);
    else parted.open(target) || panel.ask(target);
  });
  on(figure, "contextmenu", (event) => { // a right click or a long press: a click opens such a node
    const area = event.target.closest(".area[aria-expanded]");
    if (!area) return;
    event.preventDefault();
    panel.ask(area);
  });
  on(scrubber, "input", () => { pause(); show(+scrubber.value, true); });
  const layers = query(".layers");
  /** The layers of labels as the switches have them, which a browser may keep when the page is loaded again. */
  const showLayers = () => {
    for (const box of layers?.querySelectorAll("input") ?? []) figure.classList.toggle(`no-${box.value}`, !box.checked);
  };
  if (layers) {
    on(layers, "change", showLayers);
    for (const kind of ["click", "focusin"])
      on(document, kind, (event) => { if (!layers.contains(event.target)) layers.open = false; });
  }

  /** One thing in the graph can be reached with the tabulator, the others from it with the arrow keys. */
  const rove = (area) => {
    for (const other of areas) other.setAttribute("tabindex", other === area ? 0 : -1);
  };
  const moveFocus = (area, key) => {
    const next = data.arrows[area.dataset.story][["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].indexOf(key)];
    if (next) areas.find((other) => other.dataset.story === next).focus();
  };
  on(figure, "focusin", ({ target }) => { if (areas.includes(target)) rove(target); });

  const keys = {
    ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play", Escape: "close",
  };
  const along = { ArrowUp: "before", ArrowDown: "after" };
  on(document, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { key, target } = event, area = target.closest?.(".area");
    let act = actions[keys[key]];
    if (area && (key === "Enter" || key === " ")) act = () => (key === "Enter" && parted.open(area)) || panel.ask(area);
    else if (area && /^Arrow/.test(key)) act = () => moveFocus(area, key);
    else if (target === scrubber && /^(Arrow|Home|End)/.test(key)) return;
    else if (target.matches?.("select") && key !== "Escape") return;
    else if (key === " " && target.matches?.("button, summary, input")) return;
    else if (key === "Escape" && layers?.open) act = () => { layers.open = false; layers.firstElementChild.focus(); };
    else if (along[key] && panel.hasPaths(target)) act = actions[along[key]];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // -- the address, and what else changes the page ---------------------------------------------

  /** Number of a step → its item, or that of the last step before it. */
  const item = (step) => Math.max(0, data.numbers.filter((number) => number <= step).length - 1);

  /** What the address asks for; the beginning where it is damaged, which is said. */
  const openLink = (quietly) => {
    const asked = link.read(), step = asked?.step ?? null, lang = asked?.lang ?? words.own;
    if (step !== null || !asked || quietly) { pause(); show(step === null ? item(data.start) : item(step), quietly); }
    if (lang !== words.now()) speak(lang);
    if (!asked) link.tell("link.damaged");
  };
  on(window, "hashchange", () => { openLink(); link.send(); });
  on(document, "values", writeAddress);
  const settle = () => { fit(); document.dispatchEvent(new Event("room")); };
  on(window, "resize", () => { settle(); follow(); });
  on(document, "act", ({ detail }) => {
    if (typeof detail === "string") return actions[detail]();
    if (detail.number) return go(item(detail.number));
    if (detail === at) at = -1; // what a quiz has changed is shown anew
    go(detail);
  });
  let isFitted = true; // with the author's numbers, which are the first
  on(document, "numbers", (event) => {
    data.spoken = event.detail;
    wrapTitles();
    reveal(data.done[at]);
    speak(words.now());
    if (!isFitted) fit();
    isFitted = false;
  });
  ended(pause);

  for (const part of all('.controls, .hint, [data-do="copy"]')) part.hidden = part.dataset.do && location.protocol === "about:";
  figure.setAttribute("role", "application");
  for (const area of areas) area.setAttribute("role", "button");
  rove(areas.find((area) => area.dataset.story[0] === "n"));
  showLayers();
  wrapTitles();
  items[0].insertAdjacentHTML("beforeend", `<div class="equation formula">${query("h1").innerHTML}</div>`); // of a talk
  scrubber.max = last;
  paint(data.shown[0]); // before anything is measured, and so styled
  know(data.done[0]);
  settle();
  if (document.fonts?.status === "loading") document.fonts.ready.then(settle); // measured in another font meanwhile
  if (carry) {
    show(carry.step, true);
    speak(words.now()); // the parts that are new
  } else openLink(true);
};

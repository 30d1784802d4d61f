"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const query = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement, languages = data.languages.map(([lang]) => lang);
  const tags = new Map(data.languages), own = languages.find((lang) => tags.get(lang) === root.lang);
  const items = all(".steps > li"), scrubber = query("#scrubber"), live = query("#live"), panel = query("#panel");
  const figure = query("figure"), areas = all("figure .area"), choice = query("#paths"), pathButtons = query(".ways");
  const button = (what) => query(`.controls [data-do="${what}"]`);
  const last = items.length - 1;
  const parts = new Map(all("figure [id^=s]").map((part) => [+part.id.slice(1), part]));
  const sources = new Map(all("figure [data-edge]").map((part) => {
    const [source, node, slot] = part.dataset.edge.split("-");
    return [`e${node}-${slot}`, source];
  }));
  const { wrapTitles, reveal } = knowledge(languages, data.words.value), link = links(data);
  let at = -1, now = own, visible = data.finished, timer = 0;

  // -- words ---------------------------------------------------------------------------------

  const say = (key) => data.words[key][languages.indexOf(now)];
  /** The words of an element that are known by now. */
  const read = (element) => {
    const words = element.querySelector(`.${now}`).cloneNode(true);
    for (const part of words.querySelectorAll("[data-unknown]")) part.remove();
    return words.textContent;
  };
  const speak = (lang) => {
    now = lang;
    if (root.lang !== tags.get(lang)) root.lang = tags.get(lang); // even the same one makes a browser style everything anew
    for (const element of all("[data-t]")) element.textContent = say(element.dataset.t).replace("{part}", () => element.dataset.part);
    for (const element of all("[data-a]"))
      for (const [attribute, key] of element.dataset.a.split(" ").map((pair) => pair.split(":")))
        element.setAttribute(attribute, say(key));
    for (const area of areas) name(area);
    if (content) panel.setAttribute("aria-label", read(content.section.querySelector("h2")));
    writeAddress();
  };

  const title = (area) => query(`#story-${area.dataset.story} h2`);
  const name = (area) => area.setAttribute("aria-label", read(title(area)));

  // -- steps ---------------------------------------------------------------------------------

  const paint = (wanted) => {
    const keep = new Set(wanted);
    for (const part of visible) if (!keep.has(part)) parts.get(part).setAttribute("display", "none");
    for (const part of wanted) parts.get(part).removeAttribute("display");
    visible = wanted;
  };

  /** Step and language → the words of the scrubber, and the address. */
  const writeAddress = () => {
    scrubber.setAttribute("aria-valuetext", read(items[at].querySelector(".counter")));
    link.write(data.numbers[at], now === own ? "" : now);
  };

  const show = (step, quietly) => {
    step = Math.max(0, Math.min(last, step));
    if (step === at) return;
    at = step;
    paint(data.shown[at]);
    items.forEach((item, n) => item.classList.toggle("on", n === at));
    for (const mark of all("h1 .at")) mark.classList.remove("at");
    for (const mark of all(`h1 .t${data.marks[at]}`)) mark.classList.add("at");
    for (const phase of ["backward", "update", "tangent"]) document.body.classList.toggle(phase, data.phases[at] === phase);
    scrubber.value = at;
    for (const what of ["first", "previous"]) button(what).setAttribute("aria-disabled", at === 0);
    for (const what of ["next", "last"]) button(what).setAttribute("aria-disabled", at === last);
    if (!quietly) live.textContent = data.spoken[now][at];
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
    if (figure.scrollWidth <= figure.clientWidth && figure.scrollHeight <= figure.clientHeight) return;
    const atWork = query(".wanted")?.dataset.story ?? data.works[at], place = figure.getBoundingClientRect(), rim = 24;
    let box = placeOf(atWork);
    if (!box) return figure.scrollTo(0, 0);
    if (atWork[0] === "e" && (box.width > place.width || box.height > place.height)) // to where its gradient goes
      box = placeOf(`n${sources.get(atWork)}`);
    if (box.left < place.left + rim || box.right > place.right - rim)
      figure.scrollLeft += (box.left + box.right - place.left - place.right) / 2;
    if (box.top < place.top || box.bottom > place.bottom)
      figure.scrollTop += (box.top + box.bottom - place.top - place.bottom) / 2;
  };

  /** Width of a scroll bar, 0 where it takes no room. */
  const bar = () => {
    const probe = document.body.appendChild(document.createElement("div"));
    Object.assign(probe.style, { position: "absolute", visibility: "hidden", overflow: "scroll" });
    const wide = probe.offsetWidth - probe.clientWidth;
    probe.remove();
    return wide;
  };
  /** Formulas as wide as there is room beside a scroll bar, which their new size may bring. */
  const fit = () => {
    const lines = [query("h1"), query(".steps")], beside = innerWidth > root.clientWidth ? 0 : bar();
    for (const line of lines) line.style.marginRight = beside && `${beside}px`; // nothing else is laid out anew
    shrink([query("h1"), ...all(".equation")]);
    for (const line of lines) line.style.marginRight = "";
    if (content) widen();
  };

  /** The panel as wide as its formulas, of whose width browsers forget the space round signs. */
  const widen = () => {
    panel.style.width = "";
    const lines = [...content.section.querySelectorAll("dd, li, .total")];
    const more = Math.max(0, ...lines.map((line) => line.scrollWidth - line.clientWidth));
    panel.style.width = `${Math.ceil(panel.getBoundingClientRect().width) + more}px`;
    shrink(lines);
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
    play.setAttribute("aria-label", say(key));
    play.title = say(key);
    play.querySelector("path").setAttribute("d", icon);
  };
  const wait = () => {
    timer = setTimeout(() => {
      show(at + 1);
      if (at < last) wait(); else pause();
    }, 1000 * data.seconds[now][at] * query("#pace").value);
  };
  const play = () => {
    if (timer) return pause();
    live.setAttribute("aria-live", "off");
    showPlay("pause", "M5 4h3v12H5zM12 4h3v12h-3z");
    show(at === last ? 0 : at + 1);
    wait();
  };

  // -- stories of nodes and edges, and paths ---------------------------------------------------

  /** What the panel shows: a section, and what gets the focus when it closes; of paths the input, and which is shown, 0 for all. */
  let content = null;

  const open = (section, back) => {
    close();
    content = { section, back, input: null, path: 0 };
    for (const other of panel.querySelectorAll("section")) other.hidden = other !== section;
    panel.setAttribute("aria-label", read(section.querySelector("h2")));
    panel.hidden = false;
    panel.scrollTop = 0;
    widen();
  };
  const close = () => {
    if (!content) return;
    const { back } = content, inside = panel.contains(document.activeElement);
    content = null;
    mark();
    pathButtons.hidden = panel.hidden = true;
    choice && (choice.value = "");
    for (const area of areas) area.classList.remove("asked");
    if (inside) back.focus();
  };
  const ask = (area) => {
    open(query(`#story-${area.dataset.story}`), area);
    area.classList.add("asked");
    panel.focus({ preventScroll: true });
  };

  /** Input → the panel with its paths, of which all are shown at first. */
  const showPaths = (input, back) => {
    open(query(`#paths-${input}`), back);
    content.input = input;
    choice.value = input;
    pathButtons.hidden = data.paths[input].length < 3;
    showPath(0);
  };
  /** Number of a path, 0 for all → only that one in the panel and in the graph. */
  const showPath = (path) => {
    const count = data.paths[content.input].length - 1, items = [...content.section.querySelectorAll("li")];
    content.path = path = (path + count + 1) % (count + 1);
    items.forEach((item, n) => item.toggleAttribute("aria-current", n + 1 === path));
    panel.classList.toggle("single", path > 0);
    mark();
    const item = items[path - 1], title = read(content.section.querySelector("h2"));
    item?.scrollIntoView({ block: "nearest" });
    live.textContent = item ? `${path}/${count}: ${item.querySelector(".way").textContent}` : title;
  };
  /** Fades what is not on the paths. */
  const mark = () => {
    const on = content?.input ? new Set(data.paths[content.input][content.path]) : null;
    for (const part of parts.values())
      part.classList.toggle("off", on !== null && !on.has(story(part)));
    for (const area of areas) area.classList.toggle("on", on !== null && on.has(area.dataset.story));
  };
  const story = ({ dataset: { id, edge } }) => (id ? `n${id}` : `e${edge.split("-").slice(1).join("-")}`);

  /** One thing in the graph can be reached with the tabulator, the others from it with the arrow keys. */
  const rove = (area) => {
    for (const other of areas) other.setAttribute("tabindex", other === area ? 0 : -1);
  };
  const moveFocus = (area, key) => {
    const next = data.arrows[area.dataset.story][["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].indexOf(key)];
    if (next) areas.find((other) => other.dataset.story === next).focus();
  };

  // -- controls ------------------------------------------------------------------------------

  const go = (step) => { pause(); show(step); };
  /** A step forward or back, unless a quiz has something to ask before. */
  const turn = (by) => { if (document.dispatchEvent(new CustomEvent("turn", { detail: by, cancelable: true }))) go(at + by); };
  const actions = {
    first: () => go(0), previous: () => turn(-1), play, next: () => turn(1), last: () => go(last),
    forward: () => go(data.phases.indexOf("forward")), backward: () => go(data.phases.indexOf("backward")),
    update: () => go(data.phases.indexOf("update")), close, copy: link.copy,
    before: () => showPath(content.path - 1), after: () => showPath(content.path + 1), every: () => showPath(0), follow: () => follow(),
    more: () => {
      const more = button("more");
      more.setAttribute("aria-expanded", more.getAttribute("aria-expanded") === "false");
    },
    language: () => {
      speak(languages[(languages.indexOf(now) + 1) % languages.length]);
      live.textContent = data.spoken[now][at];
    },
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do], [data-trace], .area");
    if (!target) return;
    if (target.dataset.do) actions[target.dataset.do]?.();
    else if (target.dataset.trace) {
      showPaths(target.dataset.trace, content.back);
      panel.focus({ preventScroll: true });
    } else ask(target);
  });
  scrubber.addEventListener("input", () => { pause(); show(+scrubber.value, true); });
  const layers = query(".layers");
  /** The layers of labels as the switches have them, which a browser may keep when the page is loaded again. */
  const showLayers = () => {
    for (const box of layers?.querySelectorAll("input") ?? []) figure.classList.toggle(`no-${box.value}`, !box.checked);
  };
  layers?.addEventListener("change", showLayers);
  for (const kind of ["click", "focusin"])
    document.addEventListener(kind, (event) => { if (layers && !layers.contains(event.target)) layers.open = false; });
  choice?.addEventListener("change", () => { if (choice.value) showPaths(choice.value, choice); else close(); });
  figure.addEventListener("focusin", (event) => rove(event.target));

  const keys = {
    ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play", Escape: "close",
  };
  const along = { ArrowUp: "before", ArrowDown: "after" };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { key, target } = event, area = target.closest?.(".area");
    let act = actions[keys[key]];
    if (area && (key === "Enter" || key === " ")) act = () => ask(area);
    else if (area && /^Arrow/.test(key)) act = () => moveFocus(area, key);
    else if (target === scrubber && /^(Arrow|Home|End)/.test(key)) return;
    else if (target.matches?.("select") && key !== "Escape") return;
    else if (key === " " && target.matches?.("button, summary, input")) return;
    else if (key === "Escape" && layers?.open) act = () => { layers.open = false; layers.firstElementChild.focus(); };
    else if (along[key] && content?.input && panel.contains(target)) act = actions[along[key]];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /** Number of a step → its item, or that of the last step before it. */
  const item = (step) => Math.max(0, data.numbers.filter((number) => number <= step).length - 1);

  /** What the address asks for; the beginning where it is damaged, which is said. */
  const openLink = (quietly) => {
    const asked = link.read(), step = asked?.step ?? null;
    if (step !== null || !asked || quietly) { pause(); show(step === null ? item(data.start) : item(step), quietly); }
    if ((asked?.lang ?? own) !== now) speak(asked?.lang ?? own);
    if (!asked) link.tell("link.damaged");
  };
  addEventListener("hashchange", () => { openLink(); link.send(); });
  document.addEventListener("values", writeAddress);
  const settle = () => { fit(); document.dispatchEvent(new Event("room")); };
  addEventListener("resize", () => { settle(); follow(); });
  document.addEventListener("act", ({ detail }) => {
    if (typeof detail === "string") return actions[detail]();
    if (detail === at) at = -1; // what a quiz has changed is shown anew
    go(detail);
  });
  document.addEventListener("numbers", (event) => {
    data.spoken = event.detail;
    wrapTitles();
    reveal(data.done[at]);
    speak(now);
    fit();
  });

  for (const part of all('.controls, .hint, [data-do="copy"]')) part.hidden = part.dataset.do && location.protocol === "about:";
  figure.setAttribute("role", "application");
  for (const area of areas) area.setAttribute("role", "button");
  rove(areas.find((area) => area.dataset.story[0] === "n"));
  showLayers();
  wrapTitles();
  paint(data.shown[0]); // before anything is measured, and so styled
  know(data.done[0]);
  settle();
  if (document.fonts?.status === "loading") document.fonts.ready.then(settle); // measured in another font meanwhile
  openLink(true);
})();

"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement, own = root.lang, languages = ["en", "ja"];
  const items = all(".steps > li"), scrubber = one("#scrubber"), live = one("#live"), panel = one("#panel");
  const figure = one("figure"), areas = all("figure .area");
  const button = (what) => one(`.controls [data-do="${what}"]`);
  const last = items.length - 1;
  const parts = all("figure [id^=s]").reduce((found, part) => found.set(+part.id.slice(1), part), new Map());
  let at = -1, visible = data.finished, timer = 0, asked = null;

  // -- words ---------------------------------------------------------------------------------

  const say = (key) => data.words[key][languages.indexOf(root.lang)];
  const told = (element) => element.querySelector(`.${root.lang}`).textContent;
  const speak = (lang) => {
    root.lang = lang;
    for (const element of all("[data-t]")) element.textContent = say(element.dataset.t);
    for (const element of all("[data-a]"))
      for (const [attribute, key] of element.dataset.a.split(" ").map((pair) => pair.split(":")))
        element.setAttribute(attribute, say(key));
    for (const area of areas) area.setAttribute("aria-label", told(one(`#story-${area.dataset.story} h2`)));
    if (asked) panel.setAttribute("aria-label", asked.getAttribute("aria-label"));
    tell();
  };

  // -- steps ---------------------------------------------------------------------------------

  const paint = (wanted) => {
    const keep = new Set(wanted);
    for (const part of visible) if (!keep.has(part)) parts.get(part).setAttribute("display", "none");
    for (const part of wanted) parts.get(part).removeAttribute("display");
    visible = wanted;
  };

  /** What depends on the step and on the language. */
  const tell = () => {
    scrubber.setAttribute("aria-valuetext", told(items[at].querySelector(".counter")));
    const hash = `#step=${data.numbers[at]}${root.lang === own ? "" : `&lang=${root.lang}`}`;
    if (location.hash !== hash) try { history.replaceState(null, "", hash); } catch { /* a page without an address */ }
  };

  const show = (step, quietly) => {
    step = Math.max(0, Math.min(last, step));
    if (step === at) return;
    at = step;
    paint(data.shown[at]);
    items.forEach((item, n) => item.classList.toggle("on", n === at));
    for (const mark of all("h1 .at")) mark.classList.remove("at");
    for (const mark of all(`h1 .t${data.marks[at]}`)) mark.classList.add("at");
    document.body.classList.toggle("backward", data.phases[at] === "backward");
    scrubber.value = at;
    for (const what of ["first", "previous"]) button(what).setAttribute("aria-disabled", at === 0);
    for (const what of ["next", "last"]) button(what).setAttribute("aria-disabled", at === last);
    if (!quietly) live.textContent = data.said[root.lang][at];
    tell();
  };

  const pause = () => {
    clearTimeout(timer);
    timer = 0;
    live.setAttribute("aria-live", "polite");
    name("play", "M6 3v14l11-7z");
  };
  const name = (key, icon) => {
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
    }, 1000 * data.seconds[root.lang][at] * one("#pace").value);
  };
  const play = () => {
    if (timer) return pause();
    live.setAttribute("aria-live", "off");
    name("pause", "M5 4h3v12H5zM12 4h3v12h-3z");
    show(at === last ? 0 : at + 1);
    wait();
  };

  // -- stories -------------------------------------------------------------------------------

  const close = () => {
    if (!asked) return;
    asked.classList.remove("asked");
    panel.hidden = true;
    if (panel.contains(document.activeElement)) asked.focus();
    asked = null;
  };
  const ask = (area) => {
    close();
    asked = area;
    area.classList.add("asked");
    for (const story of panel.querySelectorAll("section")) story.hidden = story.id !== `story-${area.dataset.story}`;
    panel.setAttribute("aria-label", area.getAttribute("aria-label"));
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  };

  // -- controls ------------------------------------------------------------------------------

  const go = (step) => { pause(); show(step); };
  const actions = {
    first: () => go(0), previous: () => go(at - 1), play, next: () => go(at + 1), last: () => go(last),
    forward: () => go(data.phases.indexOf("forward")), backward: () => go(data.phases.indexOf("backward")), close,
    language: () => {
      speak(languages.find((lang) => lang !== root.lang));
      live.textContent = data.said[root.lang][at];
    },
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do], .area");
    if (!target) return;
    if (target.dataset.do) actions[target.dataset.do](); else ask(target);
  });
  scrubber.addEventListener("input", () => { pause(); show(+scrubber.value, true); });
  const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play", Escape: "close" };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target, area = target.closest?.(".area");
    if (area && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      return ask(area);
    }
    const theirs = target === scrubber ? ["ArrowLeft", "ArrowRight", "Home", "End"] : [];
    if (theirs.includes(event.key) || target.matches?.("select") || !keys[event.key]) return;
    if (event.key === " " && target.matches?.("button, summary")) return;
    event.preventDefault();
    actions[keys[event.key]]();
  });

  /** The address → its language, and the item of its step or null. */
  const addressed = () => {
    const asks = new URLSearchParams(location.hash.slice(1)), step = asks.get("step"), lang = asks.get("lang");
    const before = data.numbers.filter((number) => number <= +step).length;
    return [languages.includes(lang) ? lang : own, /^\d+$/.test(step) ? Math.max(0, before - 1) : null];
  };
  addEventListener("hashchange", () => {
    const [lang, step] = addressed();
    if (lang !== root.lang) speak(lang);
    if (step !== null) go(step);
  });
  addEventListener("beforeprint", () => paint(data.finished));
  addEventListener("afterprint", () => paint(data.shown[at]));

  root.classList.add("js");
  for (const part of [one(".controls"), one(".hint")]) part.hidden = false;
  for (const area of areas) {
    area.setAttribute("role", "button");
    area.setAttribute("tabindex", 0);
  }
  const [lang, step] = addressed();
  show(step ?? 0, true);
  if (lang !== own) speak(lang);
})();

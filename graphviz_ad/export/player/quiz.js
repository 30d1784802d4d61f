/** A page → its quiz: before each step its number is asked for; what is typed or chosen is compared with the page's numbers. */
const asking = ({ data, words, on: listen, ended, carry, kept }) => {
  const known = data.quiz, body = document.body;
  const query = (selector) => document.querySelector(selector);
  const { languages, tags } = words, han = /[\u3000-\u9fff\uf900-\uffef]/;
  const items = [...document.querySelectorAll(".steps > li")], figure = query("figure"), live = query("#live");
  const button = query('.controls [data-do="quiz"]'), verdict = query("#told");
  const parts = new Map([...figure.querySelectorAll("[id^=s]")].map((part) => [+part.id.slice(1), part]));
  const owner = (part) => part.dataset.id ?? part.dataset.edge;
  /** Story of an edge → the frame that asks for it. */
  const due = new Map(data.works.map((story, frame) => [story, frame]).reverse());
  let on = false, at = +query("#scrubber").value, asked = null, waiting = [], page = null, score = null;

  // -- words ---------------------------------------------------------------------------------

  /** Template and what fills it → HTML; beside a name in kanji or kana there is no space, as in Python's `phrase`. */
  const fill = (template, fillings) => template.replace(/( ?)\{(\w+)\}( ?)/g, (whole, left, name, right, start, all) => {
    const text = fillings[name], plain = text.replace(/<[^>]*>/g, ""), rim = start + whole.length;
    const space = (gap, inner, outer) => (han.test(inner) && han.test(outer) ? "" : gap);
    return space(left, plain[0], all[start - 1] ?? "") + text + space(right, plain.at(-1), all[rim] ?? "");
  });
  /** Texts by language → what shows that of the page. */
  const each = (write) => languages.map((lang, n) => `<span class="${lang}" lang="${tags.get(lang)}">${write(n)}</span>`).join("");
  const say = (key, fillings = {}) => each((n) => fill(data.words[key][n], fillings));
  /** The words of an element in the language of the page, which has them in all; a formula as its text. */
  const read = (element) => {
    const copy = element.cloneNode(true), now = document.documentElement.lang;
    for (const part of copy.querySelectorAll("span[lang]")) if (part.matches(languages.map((lang) => `.${lang}`).join()) && part.lang !== now) part.remove();
    return copy.textContent;
  };
  const tidy = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

  // -- numbers -------------------------------------------------------------------------------

  const digits = () => data.live?.digits ?? known.digits;
  const style = () => data.live?.style ?? known.style;
  const same = () => query(".inputs [type=reset]")?.disabled ?? true;
  /** Where a number stands → the number, NaN where it is only the author's and the inputs are others. */
  const number = (place) => {
    if (!Array.isArray(place)) return place;
    if (place.length > 1) return same() ? place[0] : NaN;
    return +page.reads[place[0]]();
  };
  const written = (value) => numbers(digits(), style()).text(value).replace(/-/g, "−").replace(/e(.*)$/, "×10<sup>$1</sup>");
  /** Number → how far another may be from it that counts as the same: half of its last digit, or a hundredth. */
  const reach = (value) => Math.max(0.01 * Math.abs(value), 0.5 * 10 ** ((value ? Math.floor(Math.log10(Math.abs(value))) : 0) - digits() + 1));
  const near = (value, other) => Math.abs(value - other) <= reach(other);
  const sentence = ([, text, place]) => each((n) => fill(known.sentences[text][n], known.fillings[place]));
  /** The wrong numbers of a question that differ from the right one and from one another now, with their sentences. */
  const wrongs = () => {
    const right = number(asked.right), kept = [];
    for (const wrong of asked.wrong) {
      const value = number(wrong[0]);
      if (Number.isFinite(value) && ![right, ...kept.map(([other]) => other)].some((other) => near(value, other) || near(other, value)))
        kept.push([value, sentence(wrong)]);
    }
    if (kept.length < 3 && right && !kept.some(([value]) => near(value, -right))) kept.push([-right, say("quiz.sign")]);
    return kept;
  };
  /** What was answered → whether it is right, and what is said. */
  const judged = (value) => {
    const right = number(asked.right);
    if (near(value, right)) return [true, say("quiz.right")];
    const [best] = wrongs().filter(([wrong]) => near(value, wrong)).sort(([a], [b]) => Math.abs(a - value) - Math.abs(b - value));
    const point = [0.01, 0.1, 10, 100].some((factor) => near(value * factor, right));
    return [false, best?.[1] ?? say(near(-value, right) ? "quiz.sign" : point ? "quiz.point" : "quiz.wrong")];
  };

  // -- the questions -------------------------------------------------------------------------

  /** What stands left of the first sign of equality in the equation of a frame. */
  const symbol = (frame) => {
    const math = items[frame].querySelector(".equation > math"), row = math?.querySelector("mrow"), left = [];
    for (const child of row?.children ?? []) {
      if (child.localName === "mo" && /^[=≈]$/.test(child.textContent)) return `<math>${left.map((part) => part.outerHTML).join("")}</math>`;
      left.push(child);
    }
    return "";
  };
  /** Frame → its questions; in a page that was not made as a quiz one, for the number in which its equation ends. */
  const questions = (frame) => {
    if (known) return known.questions[frame].map((question) => ({ ...question, frame }));
    const work = data.works[frame], right = page?.end(frame), kind = data.phases[frame] === "forward" ? "value" : "gradient";
    const shown = work && symbol(frame);
    return shown ? [{ kind: right === undefined ? "next" : kind, symbol: shown, right, wrong: [], frame }] : [];
  };

  const form = document.createElement("li");
  form.className = "question";
  form.innerHTML = query("#quiz").innerHTML;
  query(".steps").append(form);
  const field = form.querySelector("[type=text]"), choices = form.querySelector(".choices"), wrong = form.querySelector(".wrong");

  // -- the picture ---------------------------------------------------------------------------

  const show = (wanted) => {
    for (const [id, part] of parts) if (wanted.has(id)) part.removeAttribute("display"); else part.setAttribute("display", "none");
  };
  const label = (group) => group.firstElementChild?.getAttribute("href") ?? group.textContent + group.querySelector("path")?.getAttribute("d");
  /** Labels that are asked for, and a question mark where each of them will stand. */
  const hide = (labels) => {
    for (const group of labels) {
      group.classList.add("secret");
      const { x, y, width, height } = group.getBBox(), mark = document.createElementNS("http://www.w3.org/2000/svg", "text");
      for (const [name, value] of Object.entries({ x: x + width / 2, y: y + height / 2, class: "asks" })) mark.setAttribute(name, value);
      mark.textContent = "?";
      figure.firstElementChild.append(mark);
    }
  };
  /** Local derivatives are known from the forward pass on; a quiz that asks for them has them hidden until then. */
  const hideLater = () => {
    if (!known) return;
    const open = (story) => !on || at >= due.get(story) || (asked && asked.frame === due.get(story) && asked.kind !== "local");
    for (const part of parts.values()) {
      if (!part.dataset.edge) continue;
      const story = `e${part.dataset.edge.split("-").slice(1).join("-")}`, asks = known.questions[due.get(story)]?.some(({ kind }) => kind === "local");
      part.classList.toggle("unasked", Boolean(asks) && !open(story));
    }
    for (const math of document.querySelectorAll('[data-x^="l"]')) math.parentElement.classList.toggle("unasked", !open(`e${math.dataset.x.slice(1)}`));
  };
  const clean = () => {
    for (const part of figure.querySelectorAll(".secret")) part.classList.remove("secret");
    for (const mark of figure.querySelectorAll(".asks")) mark.remove();
  };
  /** The picture of the frame that is asked for, without what it brings. */
  const paint = () => {
    const { frame, kind } = asked, before = new Set(data.shown[at]), wanted = new Set(data.shown[frame]), olds = new Map();
    clean();
    show(kind === "local" ? before : wanted);
    for (const id of before) olds.set(owner(parts.get(id)), parts.get(id));
    const groups = (part) => [...(part?.querySelectorAll(":scope > g[class^=y]") ?? [])], fresh = [];
    for (const id of wanted) if (!before.has(id)) {
      const was = groups(olds.get(owner(parts.get(id)))).map(label);
      fresh.push(...groups(parts.get(id)).filter((group) => !was.includes(label(group))));
    }
    const edge = (story) => [...parts.values()].find((part) => part.dataset.edge?.endsWith(`-${story.slice(1)}`) && !part.hasAttribute("display"));
    hideLater();
    const later = known ? `.${known.later}` : "none";
    hide(kind === "local" ? [edge(asked.edge)?.querySelector(later)].filter(Boolean) : fresh.filter((group) => !group.matches(`.unasked ${later}`)));
    for (const area of figure.querySelectorAll(".area")) area.classList.toggle("wanted", area.dataset.story === data.works[frame]);
    for (const phase of ["backward", "update", "tangent"]) body.classList.toggle(phase, data.phases[frame] === phase);
    for (const mark of document.querySelectorAll("h1 .at")) mark.classList.remove("at");
    for (const mark of document.querySelectorAll(`h1 .t${data.marks[frame]}`)) mark.classList.add("at");
  };

  // -- asking --------------------------------------------------------------------------------

  /** What is asked is put; what was typed of the answer is kept where only the numbers have changed. */
  const put = (begun = "") => {
    const typed = asked.right !== undefined && typeof numbers !== "undefined";
    form.querySelector(".asked").innerHTML = say(`quiz.${asked.kind}`, { x: asked.symbol });
    form.querySelector("form").hidden = false;
    for (const part of form.querySelectorAll(".typed")) part.hidden = !typed;
    field.value = begun;
    wrong.innerHTML = choices.innerHTML = verdict.innerHTML = verdict.className = "";
    form.querySelector('[data-quiz="choices"]').hidden = !typed || wrongs().length < 2;
  };
  const ask = (question) => {
    asked = question;
    body.classList.add("asking");
    put();
    paint();
    live.textContent = read(form.querySelector(".asked"));
    dispatchEvent(new Event("resize"));
    if (!body.classList.contains("talk") && !matchMedia("(pointer:coarse)").matches && !field.closest("[hidden]")) field.focus({ preventScroll: true });
  };
  /** The question is gone, and the picture is that of the step before it. */
  const leave = () => {
    asked = null;
    show(new Set(data.shown[at]));
    body.classList.remove("asking");
    clean();
    for (const area of figure.querySelectorAll(".wanted")) area.classList.remove("wanted");
  };
  /** An answer, none where it is only shown → what is said of it, and the step. */
  const answer = (value) => {
    const [right, words] = value === undefined ? [false, ""] : judged(value), { frame, kind, right: place } = asked;
    score.asked += value !== undefined;
    score.right += right;
    const local = kind === "local" ? `<b>${asked.symbol} = ${written(number(place))}</b>` : "";
    if (field.contains(document.activeElement) || form.contains(document.activeElement)) document.activeElement.blur();
    if (local) {
      const hold = asked;
      asked = { ...hold, kind: "answered" };
      form.querySelector("form").hidden = true;
      clean();
      hideLater();
    } else {
      act(frame);
    }
    verdict.className = value === undefined ? "" : right ? "good" : "bad";
    verdict.innerHTML = `${words} ${local} ${tally()}`; // the number comes last: "= 0.42 This is not right" would say that it is wrong
    live.textContent = [read(verdict), local ? "" : live.textContent].filter(Boolean).join(" ");
  };
  const tally = () => (on && score.asked && at === items.length - 1 ? say("quiz.score", { right: String(score.right), asked: String(score.asked) }) : "");
  const act = (frame) => document.dispatchEvent(new CustomEvent("act", { detail: frame }));
  /** Forward: ask, then show, then ask the next; backward leaves a question. */
  listen(document, "turn", (event) => {
    if (!on) return;
    if (event.detail < 0) {
      if (!asked) return;
      event.preventDefault();
      return act(at);
    }
    if (asked && asked.kind !== "answered") return event.preventDefault(), answer();
    if (!asked) waiting = at + 1 < items.length ? questions(at + 1) : [];
    const next = waiting.shift();
    if (!next) return;
    event.preventDefault();
    ask(next);
  });
  listen(document, "step", ({ detail }) => {
    at = detail;
    if (asked) leave();
    verdict.className = "";
    verdict.innerHTML = tally();
    hideLater();
  });
  listen(document, "live", ({ detail }) => { page = detail; });
  listen(document, "numbers", () => { if (asked && asked.kind !== "answered") put(field.value), hideLater(); });

  const begin = (wanted) => {
    kept.quiz = on = wanted;
    score = { asked: 0, right: 0 };
    body.classList.toggle("quizzing", on);
    button.setAttribute("aria-pressed", on);
    if (asked) act(at);
    verdict.className = "";
    verdict.innerHTML = on ? say("quiz.begins") : "";
    hideLater();
    live.textContent = words.say(on ? "quiz.begins" : "quiz.ends");
  };
  listen(form, "submit", (event) => {
    event.preventDefault();
    const { value, wrong: why, ...fillings } = reading(data.live?.typed ?? known.typed).number(field.value);
    if (!why) return answer(value);
    const filled = Object.fromEntries(Object.entries({ ...fillings, text: field.value.slice(0, 40), name: asked.symbol }).map(([name, text]) => [name, name === "name" ? text : tidy(String(text))]));
    wrong.innerHTML = say(`live.${why}`, filled);
    field.setAttribute("aria-invalid", "true");
  });
  listen(form, "input", () => { wrong.innerHTML = ""; field.removeAttribute("aria-invalid"); });
  listen(form, "keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== field) return;
    const arrow = /^(Arrow|Home|End)/.test(event.key);
    if (event.key === "Enter" && !field.value.trim()) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("act", { detail: "next" }));
    } else if (event.key.length === 1 || (arrow && field.value)) event.stopPropagation();
  });
  listen(form, "click", ({ target }) => {
    const what = target.closest("[data-quiz]")?.dataset.quiz, option = target.closest("[data-option]");
    if (option) return answer(+option.dataset.option);
    if (what === "show") answer();
    if (what !== "choices") return;
    const options = [number(asked.right), ...wrongs().slice(0, 3).map(([value]) => value)].sort((a, b) => a - b);
    choices.innerHTML = options.map((value) => `<button type="button" data-option="${value}">${written(value)}</button>`).join("");
    for (const part of form.querySelectorAll(".typed")) part.hidden = true;
    choices.firstElementChild.focus();
  });
  listen(button, "click", () => begin(!on));
  listen(window, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("input, select, button, summary, a, .area, #panel")) return;
    if (event.key === "q") begin(!on);
    else if (event.key === "Enter" && on) document.dispatchEvent(new CustomEvent("act", { detail: "next" }));
  });
  ended(() => {
    if (asked) leave();
    clean();
  });
  if (carry?.quiz ?? known) begin(true);
};

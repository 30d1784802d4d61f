/** What the pages of runs share: the scales of plots and marks in them, and the buttons and keys that go through a run. */
const plotting = (() => {
  "use strict";
  const set = (element, values) => { for (const [name, value] of Object.entries(values)) element.setAttribute(name, value); };
  const inside = (value, [from, to]) => Math.max(Math.min(from, to), Math.min(Math.max(from, to), value));

  /** One axis, whose attributes say which values stand at which pixels. */
  const scale = ({ dataset }, name, first, second) => {
    const log = dataset[`${name}log`] === "1", read = log ? Math.log10 : (value) => value;
    const [low, high] = [read(+dataset[`${name}0`]), read(+dataset[`${name}1`])], ends = [+dataset[first], +dataset[second]];
    const pixel = (value) => ends[0] + ((read(value) - low) / (high - low)) * (ends[1] - ends[0]);
    const at = (part) => { const value = low + part * (high - low); return log ? 10 ** value : value; };
    const part = (value) => (read(value) - low) / (high - low);
    return { pixel, at, part, ends, kept: (value) => inside(pixel(value) || ends[0], ends) };
  };

  /** A panel of a plot: its scales, and what draws in it. */
  const panel = (axes) => {
    const svg = axes.closest("svg"), x = scale(axes, "x", "left", "right"), y = scale(axes, "y", "bottom", "top");
    const draw = (name, kind) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      element.setAttribute("class", kind);
      axes.append(element);
      return element;
    };
    /** Moves a line to a place on the axis across. */
    const line = (mark, value) => {
      const place = x.kept(value);
      set(mark, { x1: place, x2: place, y1: y.ends[0], y2: y.ends[1] });
    };
    const dot = (mark, across, up, r = 6) => set(mark, { cx: x.kept(across), cy: y.kept(up), r });
    const pointed = ({ clientX, clientY }) => {
      const { x: px, y: py } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [px, py];
    };
    return { axes, svg, x, y, draw, line, dot, pointed };
  };

  /** How many things, and how far each is from a place (squared) → the nearest. */
  const nearest = (count, far) => {
    let best = 0, least = Infinity;
    for (let n = 0; n < count; n++) {
      const distance = far(n);
      if (distance < least) [best, least] = [n, distance];
    }
    return best;
  };

  const write = (number) => String(Number(number.toPrecision(4)));
  /** Text with places, and what stands there → the text. */
  const filled = (words, fillings) => words.replace(/\{(\w+)\}/g, (_, name) => fillings[name]);
  /** An element, languages with their tags, and what makes the text in each → the texts in it. */
  const tell = (element, languages, text) => {
    element.replaceChildren(...languages.map(([lang, tag], n) => {
      const span = document.createElement("span");
      span.className = lang;
      span.lang = tag;
      span.textContent = text(n, lang);
      return span;
    }));
  };

  /** Languages of the page and the tag of one → the page speaks that one. */
  const speak = (languages, lang) => {
    for (const _ of languages) if (document.documentElement.lang !== lang) document.dispatchEvent(new CustomEvent("act", { detail: "language" }));
  };

  /** Buttons and keys of a section: `step` goes on or back by one; to play is `begin` once and `goOn` until it is false. */
  const controls = (section, { step, begin, goOn }) => {
    let timer = 0;
    const pause = () => { clearInterval(timer); timer = 0; section.classList.remove("plays"); };
    const play = () => {
      if (timer) return pause();
      section.classList.add("plays");
      begin();
      timer = setInterval(() => { if (!goOn()) pause(); }, 200);
    };
    const actions = { before: () => { pause(); step(-1); }, after: () => { pause(); step(1); }, play };
    section.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-run]");
      if (button) actions[button.dataset.run]();
    });
    const keys = { ",": "before", ".": "after", r: "play" };
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches?.("input[type=text], select")) return;
      const act = actions[keys[event.key]];
      if (!act) return;
      event.preventDefault();
      act();
    });
    return pause;
  };
  return { set, panel, nearest, write, filled, tell, speak, controls };
})();

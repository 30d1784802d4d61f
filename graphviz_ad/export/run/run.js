"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent), run = data.extension.run;
  const section = document.querySelector(".run"), slider = section.querySelector("#update");
  const axis = section.querySelector("#axis"), where = section.querySelector("#where");
  const last = run.updates.length - 1, svgNamespace = "http://www.w3.org/2000/svg";
  const languages = data.languages.map(([lang]) => lang), tags = new Map(data.languages);
  let at = 0, timer = 0;

  // -- plots ---------------------------------------------------------------------------------

  /** The axes of a plot, whose attributes say which values stand at which pixels. */
  const plots = [...section.querySelectorAll("[data-plot]")].map((place) => {
    const axes = place.querySelector("[data-x0]"), { dataset } = axes;
    const scale = (name, first, second) => {
      const read = dataset[`${name}log`] === "1" ? Math.log10 : (value) => value, ends = [+dataset[first], +dataset[second]];
      const [low, high] = [read(+dataset[`${name}0`]), read(+dataset[`${name}1`])];
      return { pixel: (value) => ends[0] + ((read(value) - low) / (high - low)) * (ends[1] - ends[0]), ends };
    };
    const x = scale("x", "left", "right"), y = scale("y", "bottom", "top"), isPath = place.dataset.plot === "path";
    const draw = (name, kind) => {
      const element = document.createElementNS(svgNamespace, name);
      element.setAttribute("class", kind);
      axes.append(element);
      return element;
    };
    const mark = isPath ? draw("circle", "here") : draw("line", "cursor");
    return { place, svg: place.querySelector("svg"), x, y, isPath, mark };
  });
  const spent = ({ place }, n) => run.at[place.dataset.plot][n];
  const point = (n) => run.point.map((entry) => run.states[n][entry]);
  const set = (element, values) => { for (const [name, value] of Object.entries(values)) element.setAttribute(name, value); };
  const inside = (value, [from, to]) => Math.max(Math.min(from, to), Math.min(Math.max(from, to), value));
  const move = (plot) => {
    if (plot.isPath) {
      const [x, y] = point(at);
      set(plot.mark, { cx: inside(plot.x.pixel(x), plot.x.ends), cy: inside(plot.y.pixel(y), plot.y.ends), r: 6 });
    } else {
      const x = inside(plot.x.pixel(spent(plot, at)) || plot.x.ends[0], plot.x.ends);
      set(plot.mark, { x1: x, x2: x, y1: plot.y.ends[0], y2: plot.y.ends[1] });
    }
  };
  /** The update nearest to a place that was clicked. */
  const nearest = (plot, event) => {
    const { x: px, y: py } = new DOMPoint(event.clientX, event.clientY).matrixTransform(plot.svg.getScreenCTM().inverse());
    let best = 0, least = Infinity;
    for (let n = 0; n <= last; n++) {
      const [dx, dy] = plot.isPath ? [plot.x.pixel(point(n)[0]) - px, plot.y.pixel(point(n)[1]) - py] : [plot.x.pixel(spent(plot, n)) - px, 0];
      const far = dx * dx + dy * dy;
      if (far < least) [best, least] = [n, far];
    }
    return best;
  };

  // -- the update that is shown --------------------------------------------------------------

  /** Node → the numbers of its input in update n. */
  const given = (n) => run.inputs.map(([node, source, place, size]) => {
    const [kind, column] = source.split(/:(.*)/s), batch = run.batches[n];
    if (kind === "state") return [node, size ? run.states[n].slice(place, place + size) : run.states[n][place]];
    const rows = run.columns[column];
    return [node, place < 0 ? batch.map((row) => rows[row]).flat() : rows[batch[place]]];
  });
  const text = (number) => String(Number(number.toPrecision(4)));
  const tell = () => {
    const fillings = { update: run.updates[at], of: run.of, epoch: text(run.at.epochs[at]), loss: text(run.loss[at]), name: run.loss_name };
    where.innerHTML = languages.map((lang, n) => {
      const words = data.words["run.where"][n].replace(/\{(\w+)\}/g, (_, name) => fillings[name]);
      const element = document.createElement("span");
      element.className = lang;
      element.lang = tags.get(lang);
      element.textContent = words;
      return element.outerHTML;
    }).join("");
    slider.setAttribute("aria-valuetext", String(run.updates[at]));
  };
  const show = (n) => {
    at = Math.max(0, Math.min(last, n));
    slider.value = at;
    plots.forEach(move);
    tell();
    document.dispatchEvent(new CustomEvent("inputs", { detail: given(at) }));
  };

  // -- controls ------------------------------------------------------------------------------

  const pause = () => { clearInterval(timer); timer = 0; section.classList.remove("plays"); };
  const play = () => {
    if (timer) return pause();
    section.classList.add("plays");
    if (at === last) show(0);
    const stride = Math.max(1, Math.ceil((last + 1) / 150)); // a run takes half a minute at most
    timer = setInterval(() => { show(at + stride); if (at === last) pause(); }, 200);
  };
  const actions = { before: () => { pause(); show(at - 1); }, after: () => { pause(); show(at + 1); }, play };
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-run]");
    if (button) return actions[button.dataset.run]();
    const plot = plots.find(({ place }) => place.contains(event.target));
    if (plot) { pause(); show(nearest(plot, event)); }
  });
  slider.addEventListener("input", () => { pause(); show(+slider.value); });
  axis.addEventListener("change", () => {
    for (const { place, isPath } of plots) if (!isPath) place.hidden = place.dataset.plot !== axis.value;
  });
  const keys = { ",": "before", ".": "after", r: "play" };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches?.("input[type=text], select")) return;
    const act = actions[keys[event.key]];
    if (!act) return;
    event.preventDefault();
    act();
  });
  section.addEventListener("keydown", (event) => { if (event.target === slider && /^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation(); });
  section.hidden = false;
  show(0);
})();

"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent), run = data.extension.run;
  const section = document.querySelector(".run"), slider = section.querySelector("#update");
  const axis = section.querySelector("#axis"), where = section.querySelector("#where");
  const { panel, nearest, write, filled, tell, speak, controls } = plotting;
  /** Whether update n has the smaller batch at the end of an epoch, whose graph is another, in a frame. */
  const isRest = (n) => run.rest !== null && run.batches[n].length < run.batches[0].length;
  const last = run.updates.length - 1;
  let at = 0;

  // -- plots ---------------------------------------------------------------------------------

  const plots = [...section.querySelectorAll("[data-plot]")].map((place) => {
    const drawing = panel(place.querySelector("[data-x0]")), { plot } = place.dataset;
    const isPath = plot === "path", isBoundary = plot === "boundary";
    const mark = isPath ? drawing.draw("circle", "here") : drawing.draw(...isBoundary ? ["path", "answer"] : ["line", "cursor"]);
    return { ...drawing, place, isPath, isBoundary, mark };
  });
  const spent = ({ place }, n) => run.at[place.dataset.plot][n];
  const point = (n) => run.point.map((entry) => run.states[n][entry]);
  /** What the model answers after the moment that is nearest to update n, as the path of an SVG. */
  const answer = ({ x, y }, n) => {
    const moments = run.boundary, { lines } = moments[nearest(moments.length, (m) => Math.abs(moments[m].after + 1 - run.updates[n]))];
    const place = (line, k) => `${x.kept(line[k])} ${y.kept(line[k + 1])}`;
    return lines.map((line) => `M${Array.from({ length: line.length / 2 }, (_, k) => place(line, 2 * k)).join("L")}`).join("");
  };
  const move = (plot) => {
    if (plot.isBoundary) plot.mark.setAttribute("d", answer(plot, at));
    else if (plot.isPath) plot.dot(plot.mark, ...point(at));
    else plot.line(plot.mark, spent(plot, at));
  };
  /** The update nearest to a place that was clicked. */
  const clicked = (plot, event) => {
    const [px, py] = plot.pointed(event);
    return nearest(last + 1, (n) => {
      if (!plot.isPath) return (plot.x.pixel(spent(plot, n)) - px) ** 2;
      const [x, y] = point(n);
      return (plot.x.pixel(x) - px) ** 2 + (plot.y.pixel(y) - py) ** 2;
    });
  };

  // -- the update that is shown --------------------------------------------------------------

  /** Node → the numbers of its input in update n. */
  const given = (n) => (isRest(n) ? run.rest : run).inputs.map(([node, source, place, size]) => {
    const [kind, column] = source.split(/:(.*)/s), batch = run.batches[n];
    if (kind === "state") return [node, size ? run.states[n].slice(place, place + size) : run.states[n][place]];
    const rows = run.columns[column];
    return [node, place < 0 ? batch.map((row) => rows[row]).flat() : rows[batch[place]]];
  });
  const say = () => {
    const fillings = {
      update: run.updates[at], of: run.of, epoch: write(run.at.epochs[at]), loss: write(run.loss[at]), name: run.loss_name,
      examples: run.batches[at].length, usual: run.batches[0].length,
    };
    const key = isRest(at) ? "run.rest" : Object.keys(run.columns).length ? "run.where" : "run.alone";
    tell(where, data.languages, (n) => filled(data.words[key][n], fillings));
    slider.setAttribute("aria-valuetext", String(run.updates[at]));
  };
  const show = (n) => {
    at = Math.max(0, Math.min(last, n));
    slider.value = at;
    plots.forEach(move);
    say();
    if (frame && frame.hidden === isRest(at)) {
      main.classList.toggle("rests", isRest(at));
      frame.hidden = !isRest(at);
      dispatchEvent(new Event("resize")); // for what was not seen before
    }
    if (isRest(at)) showRest();
    else document.dispatchEvent(new CustomEvent("inputs", { detail: given(at) }));
  };

  // -- the graph of a smaller batch ----------------------------------------------------------

  const root = document.documentElement, main = section.parentElement, frame = main.querySelector(":scope>iframe");
  const send = (message) => frame.contentWindow.postMessage({ "graphviz-ad": message }, "*");
  const fill = () => { if (isRest(at)) send({ inputs: given(at), lang: root.lang, size: getComputedStyle(root).fontSize }); };
  const showRest = () => {
    if (frame.srcdoc) return fill();
    frame.addEventListener("load", fill);
    frame.srcdoc = run.rest.page;
  };

  // -- controls ------------------------------------------------------------------------------

  const stride = Math.max(1, Math.ceil((last + 1) / 150)); // a run takes half a minute at most
  const pause = controls(section, {
    step: (by) => show(at + by),
    begin: () => { if (at === last) show(0); },
    goOn: () => { // a graph that comes and goes would not be read
      let next = at + stride;
      while (next < last && isRest(next)) next++;
      show(next);
      return at < last;
    },
  });
  section.addEventListener("click", (event) => {
    const plot = plots.find(({ place, isBoundary }) => !isBoundary && place.contains(event.target));
    if (plot) { pause(); show(clicked(plot, event)); }
  });
  slider.addEventListener("input", () => { pause(); show(+slider.value); });
  axis.addEventListener("change", () => {
    for (const { place, isPath, isBoundary } of plots) if (!isPath && !isBoundary) place.hidden = place.dataset.plot !== axis.value;
  });
  section.addEventListener("keydown", (event) => { if (event.target === slider && /^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation(); });
  addEventListener("message", ({ source, data: message }) => {
    const { key, lang } = message?.["graphviz-ad"] ?? {};
    if (!frame || source !== frame.contentWindow) return;
    if (key) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (lang) speak(data.languages, lang);
  });
  addEventListener("keydown", (event) => { // what goes on by a step is for the graph that is shown
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (!isRest(at) || section.contains(target) || altKey || ctrlKey || metaKey || shiftKey || /^([,.r]|Tab|Enter)$/.test(key)) return;
    event.preventDefault();
    event.stopPropagation();
    send({ key });
  }, { capture: true });
  section.hidden = false;
  show(0);
})();

"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent), { runs } = data;
  const { panel, nearest, write, filled, tell, controls, set } = plotting;
  const all = (selector) => [...document.querySelectorAll(selector)], query = (selector) => document.querySelector(selector);
  const words = exchange(data), { say } = words;
  const main = query("main"), slider = query("#spent"), axis = query("#axis"), where = query("#where");
  const places = +slider.max, radios = all("[name=run]");
  let chosen = 0, spent = 0;

  // -- where the runs are --------------------------------------------------------------------

  const end = (name) => Math.max(...runs.map((run) => run.at[name].at(-1)));
  /** The last mark of a run at which no more was spent than now. */
  const mark = ({ at }) => {
    const values = at[axis.value], limit = spent * (1 + 1e-9);
    let low = 0, high = values.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (values[middle] <= limit) low = middle; else high = middle - 1;
    }
    return low;
  };

  // -- plots ---------------------------------------------------------------------------------

  /** Marks in a panel, and what moves them: curves have a line and a dot for each run, paths a dot, batches a line. */
  const plots = all("[data-plot] [data-x0]").map((axes) => {
    const drawing = panel(axes), place = axes.closest("[data-plot]"), kind = place.dataset.plot;
    const dots = (numbers) => numbers.map((number) => [number, drawing.draw("circle", `stand fill-${number}`)]);
    if (kind in runs[0].at) {
      const line = drawing.draw("line", "cursor"), marks = dots([...runs.keys()]), what = axes.dataset.excess === "1" ? "excess" : "loss";
      const height = (run, n) => run[what][n] ?? NaN;
      const move = () => {
        if (kind !== axis.value) return;
        drawing.line(line, spent);
        for (const [number, dot] of marks) put(drawing, dot, number, runs[number].at[kind][mark(runs[number])], height(runs[number], mark(runs[number])));
      };
      return { ...drawing, place, move, points: (number) => runs[number].at[kind].map((value, n) => [value, height(runs[number], n)]), of: [...runs.keys()] };
    }
    if (kind === "path") {
      const number = +place.dataset.of, [[, dot]] = dots([number]);
      return { ...drawing, place, move: () => put(drawing, dot, number, ...runs[number].path[mark(runs[number])]), points: () => runs[number].path, of: [number] };
    }
    if (axes.dataset.axis !== "batch") return { ...drawing, place, move: () => {}, of: [] };
    const line = drawing.draw("line", "cursor");
    return { ...drawing, place, move: () => drawing.line(line, runs[chosen].batch), of: [] };
  });
  const put = (drawing, dot, number, across, up) => {
    dot.toggleAttribute("display", false);
    if (!Number.isFinite(across) || !Number.isFinite(up) || across === null) set(dot, { display: "none" });
    else drawing.dot(dot, across, up, number === chosen ? 6.5 : 5);
    dot.classList.toggle("chosen", number === chosen);
  };
  /** The panel of the curves that is seen, in the language of the page. */
  const curves = () => plots.find(({ place, svg }) => place.dataset.plot === axis.value && svg.closest(`.${words.now()}`));

  // -- what is shown -------------------------------------------------------------------------

  const number = (value) => value === null ? "–" : write(value);
  const show = () => {
    const stands = runs.map(mark);
    for (const plot of plots) plot.move();
    slider.value = placed();
    const sentences = (n) => runs.map((run, place) => filled(say(stands[place] === run.updates.length - 1 && run.at[axis.value].at(-1) < spent ? "ended" : "stood", n), {
      run: run.label[n], name: data.name, loss: number(run.loss[stands[place]]),
    }));
    tell(where, data.languages, (n) => [filled(say(`at.${axis.value}`, n), { n: write(spent) }), ...sentences(n)].join(" · "));
    slider.setAttribute("aria-valuetext", write(spent));
    radios.forEach((radio, place) => {
      const row = radio.closest("tr"), run = runs[place];
      radio.checked = place === chosen;
      row.querySelector("[data-here=update]").textContent = run.updates[stands[place]];
      row.querySelector("[data-here=loss]").textContent = number(run.loss[stands[place]]);
    });
    for (const part of all(".update")) part.hidden = +part.dataset.of !== chosen;
  };
  const go = (run, n) => {
    chosen = run;
    spent = runs[run].at[axis.value][Math.max(0, Math.min(runs[run].updates.length - 1, n))];
    show();
  };
  /** The slider goes as far as the axis is drawn, from nothing spent (on a logarithmic axis its left end) to the end. */
  const ends = () => { const { x } = curves(); return [x, Math.max(0, x.part(0)), x.part(end(axis.value))]; };
  const slide = (place) => {
    const [x, from, to] = ends();
    spent = place <= 0 ? 0 : place >= places ? end(axis.value) : x.at(from + (to - from) * place / places);
    show();
  };
  const placed = () => {
    const [x, from, to] = ends();
    return spent > 0 ? Math.max(1, Math.round((x.part(spent) - from) / (to - from) * places)) : 0;
  };
  const clicked = (plot, event) => {
    const [px, py] = plot.pointed(event);
    const points = plot.of.flatMap((run) => plot.points(run).map(([x, y], n) => [run, n, plot.x.pixel(x), plot.y.pixel(y)]));
    const [run, n] = points[nearest(points.length, (place) => (points[place][2] - px) ** 2 + (points[place][3] - py) ** 2)];
    go(run, n);
  };

  // -- controls ------------------------------------------------------------------------------

  const pause = controls(main, {
    step: (by) => go(chosen, mark(runs[chosen]) + by),
    begin: () => { if (+slider.value >= places) slide(0); },
    goOn: () => { slide(+slider.value + 2); return +slider.value < places; },
  });
  main.addEventListener("click", ({ target }) => {
    if (target.closest("[data-do=language]")) speak(words.next());
  });
  main.addEventListener("click", (event) => {
    const svg = event.target.closest("svg"), plot = svg && plots.find((each) => each.svg === svg && each.of.length);
    if (plot) { pause(); clicked(plot, event); }
  });
  slider.addEventListener("input", () => { pause(); slide(+slider.value); });
  radios.forEach((radio, place) => radio.addEventListener("change", () => { chosen = place; show(); }));
  axis.addEventListener("change", () => {
    const before = all(".losses [data-plot]").find(({ hidden }) => !hidden).dataset.plot, run = runs[chosen];
    // the chosen run stays where it is: at its last mark with no more spent than was
    const values = run.at[before], n = values.findLastIndex((value) => value <= spent * (1 + 1e-9));
    for (const place of all(".losses [data-plot]")) place.hidden = place.dataset.plot !== axis.value;
    pause();
    go(chosen, n);
  });
  for (const { style, viewBox } of all(".graph svg")) { // never less than half its size, in which its type can just be read
    style.minWidth = `${viewBox.baseVal.width / 2}px`;
    style.minHeight = `${viewBox.baseVal.height / 2}px`;
  }
  query(".bar").hidden = false;
  const speak = (lang) => {
    words.speak(lang);
    show();
  };
  /** The language that the address asks for, as #lang=ja. */
  const addressed = () => {
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    speak(words.languages.includes(asked) ? asked : words.now());
  };
  addEventListener("hashchange", addressed);
  addressed();
})();

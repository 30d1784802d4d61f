/** A page → its zoom: the size of the graph, moving it, and a small map of it while some of it is out of sight. */
const zooming = ({ data, on, ended, kept }) => {
  const figure = document.querySelector("figure"), svg = figure.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal, maxZoom = 8, step = 1.25;
  /** Of a graph in its place: 1 is as large as fits, or as can be read. */
  let zoom = 1, scale = 1;
  /** In a talk its size at this step before it is zoomed, and whether all of it is asked for. */
  let near = 0, isFar = false;
  /** Whether the map stands at the left, as something is at work at the right, and not there. */
  let isLeft = false;

  const phone = matchMedia("(max-width: 700px)"), least = 560, isTalk = () => !phone.matches && document.body.classList.contains("talk");
  /** All of the graph where its type of 13 has 8 pixels then; else it has 11, or, on a phone, the graph is about as wide as the screen, or as it is by itself. */
  const scales = () => {
    const across = figure.clientWidth / width, down = figure.clientHeight / height;
    if (!phone.matches) {
      const whole = Math.min(Math.max(least, figure.clientWidth) / width, down);
      return { whole, usual: whole < 8 / 13 ? 11 / 13 : whole };
    }
    const whole = Math.min(1, across, down);
    return { whole, usual: whole > 0.75 ? whole : across > 0.5 ? Math.max(0.65, Math.min(1, across)) : 1 };
  };
  /** Sets the size; the point of the graph at x, y of the window, else its middle, stays where it is. */
  const resize = (x, y, again) => {
    const { whole, ...sizes } = scales(), usual = isTalk() ? Math.max(whole, near) : sizes.usual;
    const place = figure.getBoundingClientRect(), before = svg.getBoundingClientRect();
    x ??= place.left + place.width / 2;
    y ??= place.top + place.height / 2;
    const [across, down] = before.width ? [(x - before.left) / before.width, (y - before.top) / before.height] : [0.5, 0.5];
    zoom = Math.min(maxZoom, Math.max(whole / usual, zoom));
    scale = usual * zoom;
    svg.classList.toggle("large", phone.matches || isTalk() || scale > whole * 1.001);
    svg.style.setProperty("--wide", `${width * scale}px`);
    svg.style.setProperty("--high", `${height * scale}px`);
    figure.classList.add("sized");
    const after = svg.getBoundingClientRect();
    figure.scrollLeft += after.left + across * after.width - x;
    figure.scrollTop += after.top + down * after.height - y;
    if (phone.matches && !again && figure.scrollWidth > figure.clientWidth) return resize(x, y, true); // beside a scroll bar
    drawMap();
  };
  // -- a talk --------------------------------------------------------------------------------

  /** Of the height of the window: 14 points of the 540 that a slide has, which type of 13 is large at least. */
  const hall = 14 / 540 / 13;
  /** What is at work in a step, as it has looks that the next takes back: the stories of nodes, and of edges with their ends. */
  const atWork = (at) => {
    const [before, after] = [at - 1, at + 1].map((other) => new Set(data.shown[other]));
    const brief = data.shown[at].filter((id) => before.size && after.size && !before.has(id) && !after.has(id));
    const parts = brief.map((id) => document.getElementById(`s${id}`)), [reader, place] = data.works[at].slice(1).split("-");
    if (place) parts.push(figure.querySelector(`[data-edge$="-${reader}-${place}"]`)); // it may be at work for several steps
    return new Set(parts.flatMap(({ dataset: { id, edge } }) => {
      const [from, to, slot] = edge?.split("-") ?? [];
      return id ? [`n${id}`] : [`n${from}`, `n${to}`, `e${to}-${slot}`];
    }));
  };
  /** Step → where it is at work, in the units of the graph; all of the graph where nothing is. */
  const sightOf = (at) => {
    const boxes = isFar ? [] : [...atWork(at)].map((story) => figure.querySelector(`[data-story="${story}"]`)?.getBBox()).filter(Boolean);
    if (!boxes.length) return { left: 0, top: 0, right: width, bottom: height };
    const ends = (start, size, most) => [
      Math.max(0, Math.min(...boxes.map((box) => box[start])) - 24), Math.min(most, Math.max(...boxes.map((box) => box[start] + box[size])) + 24),
    ];
    const [left, right] = ends("x", "width", width), [top, bottom] = ends("y", "height", height);
    return { left, top, right, bottom };
  };
  /** What is at work comes into sight, in a talk as large as the last row needs it; the graph moves only where it is not. */
  const look = (at) => {
    const wide = figure.clientWidth, high = figure.clientHeight, { whole } = scales();
    if (!isTalk() && scale < whole * 1.001) return;
    const { left, top, right, bottom } = sightOf(at), fits = Math.min(wide / (right - left), high / (bottom - top));
    const wanted = Math.max(whole, Math.min(fits, hall * innerHeight));
    const center = () => {
      figure.scrollLeft = ((left + right) * scale - wide) / 2;
      figure.scrollTop = ((top + bottom) * scale - high) / 2;
    };
    /** Place in the graph → in the figure, as it is scrolled. */
    const seen = (at, size, room, scroll) => at * scale + (room > size * scale ? (room - size * scale) / 2 : -scroll);
    const across = (x) => seen(x, width, wide, figure.scrollLeft), down = (y) => seen(y, height, high, figure.scrollTop);
    const isSeen = across(left) > -1 && across(right) < wide + 1 && down(top) > -1 && down(bottom) < high + 1;
    if (!isTalk()) {
      if (!isSeen && scale < fits) center();
    } else if (!isSeen || Math.abs(scale / wanted / zoom - 1) > 0.2) {
      const before = svg.getBoundingClientRect();
      for (const motion of svg.getAnimations()) motion.cancel();
      near = wanted;
      resize();
      center();
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) glide(before);
    }
    isLeft = across(right) > 0.85 * wide && across(left) > 0.15 * wide && down(top) < 0.2 * high;
    drawMap();
  };
  /** The graph goes from where it was to where it is. */
  const glide = (before) => {
    const after = svg.getBoundingClientRect();
    const transform = `translate(${before.left - after.left}px,${before.top - after.top}px) scale(${before.width / after.width})`;
    svg.animate([{ transform }, { transform: "none" }], { duration: 450, easing: "ease" }).onfinish = drawMap;
  };
  on(document, "step", ({ detail }) => look(detail));
  /** The step whose number a quiz asks for, else that which is shown. */
  const now = () => kept.step + (figure.querySelector(".wanted") ? 1 : 0);

  /** The size as it is now, with what is at work in sight. */
  const follow = () => {
    resize();
    look(now());
    document.dispatchEvent(new CustomEvent("act", { detail: "follow" }));
  };
  const actions = {
    larger: () => { zoom *= step; follow(); },
    smaller: () => { zoom /= step; follow(); },
    fit: () => { zoom = 1; isFar = isTalk() && !isFar; follow(); },
  };

  // -- the map -------------------------------------------------------------------------------

  const make = (name, parent) => parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
  const put = (element, values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  };
  const map = make("svg", document.querySelector("main")), sight = make("rect", map);
  put(map, { class: "map", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  sight.setAttribute("class", "sight");
  const drawNodes = () => {
    for (const node of figure.querySelectorAll('.area[data-story^="n"] > rect')) {
      const place = ["x", "y", "width", "height"].map((name) => [name, node.getAttribute(name)]); // measuring each takes a layout
      put(make("rect", map), { ...Object.fromEntries(place), class: "node" });
    }
    map.append(sight);
  };

  const drawMap = () => {
    const place = figure.getBoundingClientRect(), all = svg.getBoundingClientRect();
    if (!all.width) return; // on paper
    for (const [side, more] of [["above", place.top - all.top], ["below", all.bottom - place.bottom]])
      figure.classList.toggle(side, more > 4);
    const isHigh = all.height > place.height + 2 && !phone.matches; // there its rim says so
    const cut = all.width > place.width + 2 || isHigh;
    map.classList.toggle("on", cut);
    if (!cut) return;
    if (map.lastChild === map.firstChild) drawNodes();
    const scale = width / all.width;
    put(sight, {
      x: (place.left - all.left) * scale, y: (place.top - all.top) * scale,
      width: place.width * scale, height: place.height * scale,
    });
    const share = phone.matches ? 6 : 4, wide = Math.min(170, place.width / share), ratio = height / width;
    map.style.width = `${Math.min(wide, place.height / share / ratio)}px`;
    map.style.top = `${place.top + scrollY + 4}px`;
    map.style.left = isLeft ? `${place.left + scrollX + 4}px` : "auto";
    map.style.right = isLeft ? "auto" : `${document.documentElement.clientWidth - place.right - scrollX + 4}px`;
  };
  on(map, "click", (event) => {
    const place = map.getBoundingClientRect(), all = svg.getBoundingClientRect();
    figure.scrollLeft = ((event.clientX - place.left) / place.width) * all.width - figure.clientWidth / 2;
    figure.scrollTop = ((event.clientY - place.top) / place.height) * all.height - figure.clientHeight / 2;
  });

  // -- wheel, mouse, keys --------------------------------------------------------------------

  on(figure, "scroll", drawMap, { passive: true });
  on(figure, "wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom *= step ** (-event.deltaY / 100);
    resize(event.clientX, event.clientY);
  }, { passive: false });
  let held = null;
  on(figure, "pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && svg.classList.contains("large"))
      held = { x: event.clientX, y: event.clientY, moved: false };
  });
  on(window, "pointermove", (event) => {
    if (!held) return;
    const right = event.clientX - held.x, down = event.clientY - held.y;
    if (!held.moved && Math.hypot(right, down) < 4) return;
    figure.classList.add("held");
    figure.scrollBy(-right, -down);
    held = { x: event.clientX, y: event.clientY, moved: true };
  });
  on(window, "pointerup", () => {
    if (held?.moved) // what is let go of is not what was clicked
      addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
    setTimeout(() => figure.classList.remove("held"));
    held = null;
  });
  on(document, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("input, select")) return;
    const act = actions[{ "+": "larger", "=": "larger", "-": "smaller", 0: "fit" }[event.key]];
    if (!act) return;
    event.preventDefault();
    act();
  });
  on(document, "click", (event) => actions[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  on(document, "room", () => { resize(); look(now()); });
  const sizes = new ResizeObserver(drawMap);
  sizes.observe(figure);
  ended(() => {
    sizes.disconnect();
    map.remove();
  });
};

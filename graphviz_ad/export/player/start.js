/* What a page carries: its own picture, the same from top to bottom for narrow windows, and those with other parts open
   or closed. One is shown at a time; with another all that depends on it begins anew, at the step that corresponds. */
(() => {
  const own = JSON.parse(document.getElementById("data").textContent), { views } = own, words = exchange(own);
  const all = (selector) => [...document.querySelectorAll(selector)], figure = document.querySelector("figure");
  /** The parts of the page that differ, and how its own are before a script has changed them. */
  const parts = ["h1", "figure > svg", ".steps", ".live, .nolive", "#panel > section", ".from", ".end table"];
  if (typeof DecompressionStream === "undefined") { // of an old browser, which cannot unpack the others
    for (const key of Object.keys(views)) if (key) delete views[key];
    views[""] = { width: views[""].width };
  }
  const isAlone = Object.keys(views).length < 2 && !views[""].upright;
  const first = isAlone ? null : parts.map((selector) => all(selector).map((part) => part.outerHTML).join(""));
  /** Outlines of letters, which stand in the page's own picture, or else packed beside it: other pictures say which. */
  const letters = new Map(isAlone ? [] : all("figure defs path[id]").map((path) => [path.id, path.getAttribute("d")]));
  let page = null, stop = null, wanted = "";

  const inflate = async (blob) => {
    const bytes = Uint8Array.from(atob(blob.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text());
  };
  /** Whether a window is so narrow that the picture of a view is better read from top to bottom. */
  const isUpright = (level) => {
    const { upright, width } = views[level], isNarrow = innerWidth <= 500 || (innerWidth < innerHeight && parent === window);
    return Boolean(upright) && isNarrow && innerWidth < 0.8 * width;
  };
  const asked = () => {
    const level = new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B")).get("level") ?? "";
    return Object.hasOwn(views, level) ? level : "";
  };

  const fill = (html) => parts.forEach((selector, n) => {
    const [place, ...others] = all(selector);
    for (const other of others) other.remove();
    if (place) place.outerHTML = html[n];
  });
  /** A view with its data → all scripts begin; `carry` is what is kept of the one before. */
  const begin = (level, upright, data, carry) => {
    const ending = new AbortController(), { signal } = ending;
    const on = (target, kind, act, options) => target.addEventListener(kind, act, { ...options, signal });
    const ended = (act) => signal.addEventListener("abort", act);
    stop = () => ending.abort();
    page = { data, words, level, views, upright, carry, on, ended, kept: { step: 0, values: {}, quiz: false } };
    zooming(page);
    playing(page);
    asking(page);
    printing(page);
    if (data.live) living(page, formulas[level]);
  };
  const known = new Map(), once = (key, blob) => known.get(key) ?? known.set(key, inflate(blob)).get(key);
  const drawn = (svg, others) => svg.replace(/ d="@(\w+)/g, (_, key) => ` d="${letters.get(key) ?? others[key]}`);
  const open = async (level, upright, carry) => {
    wanted = `${level} ${upright}`;
    const { view, upright: turned } = views[level], mine = wanted;
    const others = own.outlines && await once("outlines", own.outlines);
    const other = level ? await once(level, view) : { html: first, data: own };
    const picture = upright ? await once(`${level} upright`, turned) : null;
    if (mine !== wanted) return null; // something else was asked for meanwhile
    const hadForm = document.querySelector(".live")?.open, wasStarted = stop;
    stop?.();
    if (wasStarted || level) fill(other.html.with(1, drawn(picture?.svg ?? other.html[1], others)));
    else figure.firstElementChild.outerHTML = drawn(picture.svg, others);
    outlined();
    if (level && !(level in formulas) && other.script) {
      const script = document.createElement("script");
      script.textContent = other.script; // the policy of the page knows it
      document.head.append(script);
    }
    const data = { ...own, ...other.data, ...picture?.data };
    if (picture && data.live) data.live = { ...data.live, ...picture.live };
    begin(level, upright, data, carry);
    if (wasStarted && document.querySelector(".live")) document.querySelector(".live").open = hadForm;
    return page;
  };

  /** The page as it is → what another view of it goes on with: at the first step after which as much is known. */
  const carried = (level = page.level) => {
    const { kept } = page, [from, to] = [page.level, level].map((key) => views[key].steps);
    if (level === page.level) return { ...kept };
    const far = to.map((step) => (step < from[kept.step] ? Infinity : step)), least = Math.min(...far);
    return { ...kept, step: least < Infinity ? far.indexOf(least) : to.length - 1 };
  };
  /** A part of the page's picture opens or closes: what stays goes to its new place, and the focus with it. */
  document.addEventListener("level", async ({ detail: { view, name, focus } }) => {
    const before = places(page, views), inFigure = figure.contains(document.activeElement);
    if (!await open(view, isUpright(view), carried(view))) return;
    moveFrom(before, page, views);
    const story = figure.querySelector(`[data-story="n${views[view].nodes.indexOf(before.nodes[focus.slice(1)])}"]`);
    const next = figure.querySelector(`.fold[data-part="${CSS.escape(name)}"]`) ?? story;
    if (inFigure) next?.focus({ preventScroll: true });
    document.querySelector("#live").textContent = page.data.spoken[words.now()][page.kept.step];
  });
  const turn = async () => {
    const held = document.activeElement, { story, part } = held.dataset;
    if (!page || own.extension || held.matches("[type=text]")) return; // a keyboard on the screen makes a window lower
    const upright = isUpright(page.level);
    if (upright === page.upright || !await open(page.level, upright, carried())) return;
    if (story ?? part) figure.querySelector(story ? `[data-story="${story}"]` : `[data-part="${CSS.escape(part)}"]`).focus();
  };
  if (!isAlone) addEventListener("resize", turn);
  addEventListener("hashchange", (event) => {
    const level = asked();
    if (!page || level === page.level) return;
    event.stopImmediatePropagation();
    open(level, isUpright(level), null);
  });
  const level = asked(), upright = isUpright(level);
  if (level || upright) open(level, upright, null).then(extend);
  else {
    begin("", false, own, null);
    extend();
  }
})();

/** Formulas in their room: as large as it lets them be, and the panel as wide as they are. */
const room = (panel) => {
  const root = document.documentElement, query = (selector) => document.querySelector(selector);

  /** Width of a scroll bar, 0 where it takes no room. */
  const bar = () => {
    const probe = document.body.appendChild(document.createElement("div"));
    Object.assign(probe.style, { position: "absolute", visibility: "hidden", overflow: "scroll" });
    const wide = probe.offsetWidth - probe.clientWidth;
    probe.remove();
    return wide;
  };
  /** In a talk room is kept for the words of every step, so that the graph stays as it is, but not for the few that are much higher. */
  const keepRoom = (items) => {
    const heights = items.map((item) => [...item.children].reduce((sum, part) => sum + part.offsetHeight, 0));
    const usual = [...heights].sort((a, b) => a - b)[Math.floor(0.9 * heights.length)];
    items.forEach((item, n) => item.classList.toggle("high", heights[n] > 1.4 * usual));
  };
  /** Formulas as wide as there is room beside a scroll bar, which their new size may bring. */
  const fit = () => {
    const lines = [query("h1"), query(".steps")], beside = innerWidth > root.clientWidth ? 0 : bar();
    const isTalk = document.body.classList.contains("talk"), items = [...document.querySelectorAll(".steps > li:not(.question)")];
    for (const item of items) item.classList.remove("high");
    for (const line of lines) line.style.marginRight = beside && `${beside}px`; // nothing else is laid out anew
    shrink([query("h1"), ...document.querySelectorAll(".equation")], isTalk ? 0.8 : 0.6);
    for (const line of lines) line.style.marginRight = "";
    if (isTalk) keepRoom(items);
    widen();
  };
  /** The panel, while it is open, as wide as its formulas, of whose width browsers forget the space round signs. */
  const widen = () => {
    if (panel.hidden) return;
    panel.style.width = "";
    const lines = [...panel.querySelectorAll(":scope > section:not([hidden]) :is(dd, li, .total)")];
    const more = Math.max(0, ...lines.map((line) => line.scrollWidth - line.clientWidth));
    panel.style.width = `${Math.ceil(panel.getBoundingClientRect().width) + more}px`;
    shrink(lines);
  };
  return { fit, widen };
};

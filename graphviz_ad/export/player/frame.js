/* In a frame of another page: as high as it needs to be, and light or dark as that page is. */
(() => {
  if (parent === window) return;
  const root = document.documentElement, main = document.querySelector("main"), figure = document.querySelector("figure");
  const largest = 1.35;
  const dark = [...document.styleSheets[0].cssRules].find((rule) => rule.media?.mediaText.includes("prefers-color-scheme"));
  const usual = dark?.media.mediaText;
  let last = 0, frame = null;
  try { frame = parent.document && frameElement; } catch { /* a page of another site */ }
  root.classList.add("framed");

  /** The height of all but the graph, and that of the graph as wide as there is room, is told to the page around. */
  const fit = () => {
    const { width, height } = figure.firstElementChild.viewBox.baseVal;
    const rest = main.getBoundingClientRect().height - figure.clientHeight;
    const needed = Math.ceil(rest + Math.max(224, height * Math.min(largest, figure.clientWidth / width)));
    if (Math.abs(needed - last) < 2) return;
    last = needed;
    if (frame?.classList.contains("graphviz-ad")) frame.style.height = `${needed}px`;
    parent.postMessage({ "graphviz-ad": { height: needed } }, "*");
  };
  const sizes = new ResizeObserver(fit);
  for (const part of [main, figure]) sizes.observe(part);

  /** Dark, light, or as the system has it (null). */
  const paint = (isDark) => {
    if (!dark) return;
    dark.media.mediaText = isDark === null ? usual : isDark ? "screen" : "not all";
    root.style.colorScheme = isDark === null ? "" : isDark ? "dark" : "light";
  };
  /** Whether what lies behind the frame is dark; null where nothing there has a colour. */
  const behind = () => {
    for (let element = frame; element; element = element.parentElement) {
      const [red, green, blue, opaque = 1] = parent.getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
      if (opaque > 0.5 && red !== undefined) return 0.3 * red + 0.59 * green + 0.11 * blue < 128;
    }
    return null;
  };
  if (frame) {
    const look = () => paint(behind());
    const watch = new MutationObserver(() => { look(); setTimeout(look, 500); }); // a page may fade to its other colours
    for (const element of [parent.document.documentElement, parent.document.body]) watch.observe(element, { attributes: true });
    parent.matchMedia("(prefers-color-scheme:dark)").addEventListener("change", look);
    look();
  }
  addEventListener("message", ({ source, data }) => {
    const asked = data?.["graphviz-ad"];
    if (source === parent && typeof asked?.dark === "boolean") paint(asked.dark);
  });
})();

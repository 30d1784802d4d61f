/** A page, its areas and parts, and what makes formulas fit → the panel: stories of nodes and edges, and paths. */
const storyteller = ({ data, words, on, ended }, areas, parts, widen) => {
  const query = (selector) => document.querySelector(selector), panel = query("#panel"), live = query("#live");
  const choice = query("#paths"), pathButtons = query(".ways");
  /** What the panel shows: a section, and what gets the focus when it closes; of paths the input, and which is shown, 0 for all. */
  let content = null;

  /** The words of an element that are known by now. */
  const read = (element) => {
    const text = element.querySelector(`.${words.now()}`).cloneNode(true);
    for (const part of text.querySelectorAll("[data-unknown]")) part.remove();
    return text.textContent;
  };
  const heading = (section) => read(section.querySelector("h2"));
  const storyOf = (area) => query(`#story-${area.dataset.story}`);
  const rename = () => { if (content) panel.setAttribute("aria-label", heading(content.section)); };

  const open = (section, back) => {
    close();
    content = { section, back, input: null, path: 0 };
    for (const other of panel.querySelectorAll("section")) other.hidden = other !== section;
    document.dispatchEvent(new CustomEvent("story", { detail: section }));
    rename();
    panel.hidden = false;
    panel.scrollTop = 0;
    widen();
  };
  const close = () => {
    if (!content) return;
    const { back } = content, inside = panel.contains(document.activeElement);
    content = null;
    mark();
    pathButtons.hidden = panel.hidden = true;
    choice && (choice.value = "");
    for (const area of areas) area.classList.remove("asked");
    if (inside) back.focus();
  };
  const ask = (area) => {
    open(storyOf(area), area);
    area.classList.add("asked");
    panel.focus({ preventScroll: true });
  };

  /** Input → the panel with its paths, of which all are shown at first. */
  const showPaths = (input, back) => {
    open(query(`#paths-${input}`), back);
    content.input = input;
    choice.value = input;
    pathButtons.hidden = data.paths[input].length < 3;
    showPath(0);
  };
  /** From the panel to the paths of an input. */
  const trace = (input) => {
    showPaths(input, content.back);
    panel.focus({ preventScroll: true });
  };
  /** Number of a path, 0 for all → only that one in the panel and in the graph. */
  const showPath = (path) => {
    const count = data.paths[content.input].length - 1, items = [...content.section.querySelectorAll("li")];
    content.path = path = (path + count + 1) % (count + 1);
    items.forEach((item, n) => item.toggleAttribute("aria-current", n + 1 === path));
    panel.classList.toggle("single", path > 0);
    mark();
    const item = items[path - 1];
    item?.scrollIntoView({ block: "nearest" });
    live.textContent = item ? `${path}/${count}: ${item.querySelector(".way").textContent}` : heading(content.section);
  };
  /** Fades what is not on the paths. */
  const mark = () => {
    const shown = content?.input ? new Set(data.paths[content.input][content.path]) : null;
    for (const part of parts.values())
      part.classList.toggle("off", shown !== null && !shown.has(story(part)));
    for (const area of areas) area.classList.toggle("on", shown !== null && shown.has(area.dataset.story));
  };
  const story = ({ dataset: { id, edge } }) => (id ? `n${id}` : `e${edge.split("-").slice(1).join("-")}`);

  if (choice) on(choice, "change", () => { if (choice.value) showPaths(choice.value, choice); else close(); });
  ended(close);
  const actions = {
    close, before: () => showPath(content.path - 1), after: () => showPath(content.path + 1), every: () => showPath(0),
  };
  /** Whether an element stands in the panel while it shows paths. */
  const hasPaths = (element) => Boolean(content?.input) && panel.contains(element);
  return { actions, ask, trace, rename, hasPaths, title: (area) => heading(storyOf(area)) };
};

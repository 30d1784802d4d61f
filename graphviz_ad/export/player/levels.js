/** A page → its parts that open and close: a + at each node that stands for a part, an outline and a − round an open one. */
const levelling = ({ words, views, level, upright, on }) => {
  const { opens = {}, closes = [] } = views[level], figure = document.querySelector("figure"), svg = figure.querySelector("svg");
  const areas = new Map([...svg.querySelectorAll(".area")].map((area) => [area.dataset.story, area]));
  const make = (parent, name, values, before = null) => {
    const element = parent.insertBefore(document.createElementNS("http://www.w3.org/2000/svg", name), before);
    for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
    return element;
  };
  /** Story of a node → its place, also while it is not displayed. */
  const box = (story) => {
    const rect = areas.get(story).querySelector("rect");
    return ["x", "y", "width", "height"].map((name) => +rect.getAttribute(name));
  };
  /** A sign at the right of a node, below its edge; where edges go down, at its corner. */
  const sign = (parent, story, path) => {
    const [x, y, width, height] = box(story), [right, down] = upright ? [-2, -1] : [3, -6];
    const place = make(parent, "g", { class: "sign", transform: `translate(${x + width + right} ${y + height + down})` });
    make(place, "circle", { class: "reach", r: 12 });
    make(place, "circle", { r: 6 });
    make(place, "path", { d: path });
  };
  const go = (view, name, focus) => document.dispatchEvent(new CustomEvent("level", { detail: { view, name, focus } }));
  const says = (word, name) => words.say(word).replace("{part}", () => name);

  const closed = Object.entries(opens).map(([story, [, name]]) => {
    const area = areas.get(story);
    area.setAttribute("aria-expanded", "false");
    sign(area, story, "M-3.5 0H3.5M0-3.5V3.5");
    return { title: make(area, "title", {}), name };
  });
  /** Round the nodes of an open part and along its edges, below all else. */
  const outline = (stories) => {
    const inner = new Set(stories), hull = make(svg, "g", { class: "hull" }, svg.querySelector("defs").nextSibling);
    for (const story of stories) {
      const [x, y, width, height] = box(story), rim = 14;
      make(hull, "rect", { x: x - rim, y: y - rim, width: width + 2 * rim, height: height + 2 * rim, rx: 16 });
    }
    for (const edge of svg.querySelectorAll("[data-edge]")) {
      const [source, node, slot] = edge.dataset.edge.split("-");
      if (!inner.has(`n${source}`) || !inner.has(`n${node}`)) continue;
      inner.add(`e${node}-${slot}`);
      if (areas.has(`e${node}-${slot}`)) hull.append(areas.get(`e${node}-${slot}`).firstElementChild.cloneNode());
    }
    for (const line of hull.querySelectorAll("path")) line.removeAttribute("stroke-width");
  };
  const open = closes.map(([view, name, stories]) => {
    const button = make(svg, "g", { class: "fold", role: "button", tabindex: 0, "aria-expanded": "true", "data-part": name });
    outline(stories);
    sign(button, stories.at(-1), "M-3.5 0H3.5");
    const shut = () => go(view, name, stories.at(-1));
    on(button, "click", shut);
    on(button, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      shut();
    });
    return { button, title: make(button, "title", {}), name };
  });
  /** All names in the language of the page. */
  const rename = () => {
    for (const { title, name } of closed) title.textContent = says("open", name);
    for (const { button, title, name } of open) {
      title.textContent = says("shut", name);
      button.setAttribute("aria-label", says("shut", name));
    }
  };
  rename();
  return {
    rename,
    /** Area → "open" and what, "" where nothing opens. */
    says: ({ dataset: { story } }) => (story in opens ? says("open", opens[story][1]) : ""),
    /** Opens what an area stands for, and says whether it stands for anything. */
    open: ({ dataset: { story } }) => story in opens && (go(...opens[story], story), true),
  };
};

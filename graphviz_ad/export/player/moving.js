/** Pictures of two levels: the nodes of the one go from where they were in the other, those of a part from its node. */
const places = ({ level }, views) => {
  const at = new Map(), { nodes } = views[level];
  for (const node of document.querySelectorAll('figure .area[data-story^="n"] > rect')) {
    const { left, top, width, height } = node.getBoundingClientRect();
    at.set(nodes[node.parentElement.dataset.story.slice(1)], [left + width / 2, top + height / 2]);
  }
  return { at, nodes };
};
const moveFrom = (before, page, views) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const after = places(page, views), svg = document.querySelector("figure > svg"), time = { duration: 450, easing: "ease-in-out" };
  const scale = svg.getScreenCTM().a, { closes, nodes } = views[page.level];
  /** Nodes of an open part → the node that it was. */
  const out = new Map(closes.flatMap(([, , stories]) => stories.map((story) => [nodes[story.slice(1)], nodes[stories.at(-1).slice(1)]])));
  for (const part of svg.querySelectorAll("[data-id]")) {
    const node = nodes[part.dataset.id], [x, y] = after.at.get(node), from = before.at.get(node) ?? before.at.get(out.get(node));
    if (!from) continue;
    const away = `${(from[0] - x) / scale}px ${(from[1] - y) / scale}px`, isNew = !before.at.has(node);
    part.animate([{ translate: away, opacity: isNew ? 0 : 1 }, { translate: "0 0", opacity: 1 }], time);
  }
  for (const part of svg.querySelectorAll("[data-edge], .hull, .sign"))
    part.animate([{ opacity: 0 }, { opacity: 0, offset: 0.6 }, { opacity: "" }], time);
};

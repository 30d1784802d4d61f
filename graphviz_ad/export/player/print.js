/** A page → on paper: every step as a picture above its words. */
const printing = ({ data, on }) => {
  const svg = document.querySelector("figure > svg");
  const items = [...document.querySelectorAll(".steps > li:not(.question)")];
  /** The picture with the parts of a frame alone; what they use stands in the one of the page. */
  const picture = (shown) => {
    const keep = new Set(shown), copy = svg.cloneNode();
    copy.setAttribute("class", "printed");
    copy.removeAttribute("style");
    for (const part of svg.children) {
      if (part.matches("defs, .area, .asks, .sign, .hull, .fold") || (/^s\d+$/.test(part.id) && !keep.has(+part.id.slice(1)))) continue;
      const own = copy.appendChild(part.cloneNode(true));
      for (const name of ["id", "display"]) own.removeAttribute(name);
      own.classList.remove("unasked", "off");
      for (const label of own.querySelectorAll(".secret")) label.classList.remove("secret");
    }
    return copy;
  };
  on(window, "beforeprint", () => items.forEach((item, frame) => item.prepend(picture(data.shown[frame]))));
  on(window, "afterprint", () => { for (const copy of document.querySelectorAll(".printed")) copy.remove(); });
  /** Where there is no MathML an equation is its text, which is that of the author's numbers. */
  const forget = () => { for (const equation of document.querySelectorAll("[data-plain]")) equation.removeAttribute("data-plain"); };
  if (CSS.supports("math-style", "compact")) forget();
  on(document, "values", ({ detail }) => { if (detail.some(Boolean)) forget(); });
};

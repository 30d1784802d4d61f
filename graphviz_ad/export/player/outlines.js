// Letters of a text → one outline, before the page is shown: a browser copies each letter to each place where its text
// is used, and gives a style to every copy.
const outlined = () => {
  const glyph = (piece) => piece.localName === "use" && /^#[gk]\d+$/.test(piece.getAttribute("href"));
  const bar = (piece) => piece.localName === "path" && piece.attributes.length === 1;
  const at = (piece, side) => piece.getAttribute(side) ?? 0;
  const outline = (piece) => glyph(piece)
    ? document.getElementById(piece.getAttribute("href").slice(1)).getAttribute("d").replace(/^M0 0/, `M${at(piece, "x")} ${at(piece, "y")}`)
    : piece.getAttribute("d");
  const letters = document.querySelectorAll("figure svg use[href^='#g'], figure svg use[href^='#k']");
  for (const text of new Set([...letters].map((use) => use.parentNode))) {
    const pieces = [...text.children];
    if (!pieces.every((piece) => glyph(piece) || bar(piece))) continue;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", pieces.map(outline).join(""));
    text.replaceChildren(path);
  }
};
outlined();

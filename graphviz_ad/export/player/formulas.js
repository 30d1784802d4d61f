"use strict";

/** Lines of formulas: where too wide they become smaller, several equations to `least`, or go on below, or else can be scrolled. */
const shrink = (lines, least = 0.6) => {
  for (const line of lines) whole(line);
  const ratios = smaller(lines);
  smaller(lines.filter((line, n) => ratios[n] < (line.querySelector(gap) ? least : 0.6) && line.localName !== "h1" && broken(line)));
  for (const line of lines)
    if (line.scrollWidth > line.clientWidth) line.tabIndex = 0; else line.removeAttribute("tabindex");
};

/** Lines → how wide they may be, as parts of how wide they are; the type of those too wide becomes smaller, to 0.6. */
const smaller = (lines) => {
  for (const line of lines) line.style.fontSize = "";
  const sizes = lines.map((line) => parseFloat(getComputedStyle(line).fontSize));
  const ratios = lines.map((line) => line.clientWidth / line.scrollWidth);
  lines.forEach((line, n) => {
    if (ratios[n] < 1) line.style.fontSize = `${Math.max(0.6, 0.98 * ratios[n]) * sizes[n]}px`;
  });
  return ratios;
};

/** What stands between several equations. */
const gap = ':scope > math > mrow > mspace[width="1em"]';

/** Breaks an equation before its signs of equality, several after each; says whether it could be done. */
const broken = (line) => {
  const math = line.querySelector(":scope > math"), row = math?.firstElementChild, children = [...row?.children ?? []];
  const gaps = [...line.querySelectorAll(gap)], several = gaps.length > 0, parts = [[]];
  for (const child of children) {
    if (!several && child.localName === "mo" && /^[=≈]$/.test(child.textContent)) parts.push([]);
    if (gaps.includes(child)) parts.push([]); else parts.at(-1).push(child.cloneNode(true));
  }
  if (parts.length < 2) return false;
  const copies = document.createElement("span");
  copies.className = "parts";
  for (const part of parts) {
    const copy = math.cloneNode();
    for (const name of ["data-x", "display"]) copy.removeAttribute(name);
    copy.setAttribute("displaystyle", "true");
    copy.append(row.cloneNode());
    copy.firstElementChild.append(...part);
    copies.append(copy, " ");
  }
  line.append(copies);
  math.setAttribute("hidden", "");
  return true;
};

/** An equation in parts → in one piece again. */
const whole = (line) => {
  line.querySelector(":scope > .parts")?.remove();
  line.querySelector(":scope > math[hidden]")?.removeAttribute("hidden");
};

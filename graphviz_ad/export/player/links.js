/** A page → what reads its address, writes it and copies it: step, open parts, inputs other than the author's, language. */
const links = ({ data, words, on, carry, kept, level, views }) => {
  const notice = document.querySelector("#notice"), hasLevels = Object.keys(views).length > 1;
  const rows = [...document.querySelectorAll("[data-input]")];
  const nameOf = (row) => row.getAttribute("aria-label") ?? row.querySelector("[type=text]").getAttribute("aria-label");
  /** Names of inputs as they stand in an address, where two words are taken, or three. */
  const taken = hasLevels ? /^\.*(step|lang|level)$/ : /^\.*(step|lang)$/;
  const names = rows.map(nameOf).map((name) => (taken.test(name) ? `.${name}` : name));
  /** The entries of each input that is not as the author has it, null for the others. */
  let values = rows.map((row) => carry?.values[nameOf(row)] ?? null), wanted = "", damaged = "";
  let asked = carry && { all: values };

  const given = ({ value, classes }, text) => {
    const { number, list } = reading(data.live.typed), fits = (x) => Number.isFinite(x) && (!classes || (Number.isInteger(x) && x >= 0 && x < classes));
    const entries = Array.isArray(value) ? list(text).flat(Infinity) : [number(text).value];
    if (entries.length !== [value].flat().length || !entries.every(fits)) throw new RangeError(text);
    return entries;
  };
  /** The address → the number of its step or null, its language or undefined, the entries of inputs; null where a part is damaged. */
  const parsed = () => {
    const asks = new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B")), all = rows.map(() => null);
    let step = null, lang;
    if (!location.hash.includes("=")) return { step, lang, all };
    try {
      for (const [key, text] of asks) {
        damaged = `${key}=${text}`;
        if (key === "step" && /^\d{1,9}$/.test(text)) step = +text;
        else if (key === "lang" && words.languages.includes(text)) lang = text;
        else if (key === "level" && hasLevels && Object.hasOwn(views, text)) continue; // it is shown already
        else all[names.indexOf(key)] = given(data.live.inputs[names.indexOf(key)], text);
      }
    } catch { return null; }
    return { step, lang, all };
  };
  const read = () => (asked = parsed());
  const nested = (entries, row) => {
    const wide = row.querySelector(".grid")?.firstElementChild.children.length ?? 0;
    if (!wide) return String(entries[0]);
    const lines = entries.length / wide, line = (n) => `[${entries.slice(n * wide, n * wide + wide)}]`;
    return wide === 1 ? `[${entries}]` : lines === 1 ? line(0) : `[${Array.from({ length: lines }, (_, n) => line(n))}]`;
  };
  const write = (step, lang) => {
    const inputs = values.map((entries, n) => (entries ? `&${encodeURIComponent(names[n])}=${nested(entries, rows[n])}` : ""));
    wanted = `#step=${step}${level ? `&level=${encodeURIComponent(level)}` : ""}${inputs.join("")}${lang ? `&lang=${lang}` : ""}`;
    if (location.hash !== wanted) try { history.replaceState(null, "", wanted); } catch { /* a page without an address */ }
  };
  /** What is said above the graph, a key of the words, of which `{part}` is the damaged part of the address. */
  const tell = (key) => {
    notice.dataset.t = key;
    notice.dataset.part = damaged.length > 40 ? `${damaged.slice(0, 40)}…` : damaged;
    notice.textContent = words.say(key).replace("{part}", () => notice.dataset.part);
    notice.hidden = false;
  };
  /** The address goes to the clipboard, or else is shown to be copied. */
  const copy = async () => {
    const link = location.href.split("#")[0] + wanted;
    try {
      await navigator.clipboard.writeText(link);
      tell("link.copied");
    } catch { prompt("", link); }
  };
  /** Inputs as the address has them, once the page can compute; all others are the author's. */
  const send = () => {
    if (asked?.all.some(Boolean) || values.some(Boolean)) document.dispatchEvent(new CustomEvent("given", { detail: asked?.all ?? rows.map(() => null) }));
  };
  const keep = () => { kept.values = Object.fromEntries(rows.map((row, n) => [nameOf(row), values[n]])); };
  keep();
  on(document, "values", ({ detail }) => {
    values = detail;
    keep();
  });
  on(document, "live", send);
  on(document, "step", () => { notice.hidden = true; });
  return { read, write, copy, send, tell };
};

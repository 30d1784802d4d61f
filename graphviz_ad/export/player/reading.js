"use strict";

/** The pattern of a number and the tables of signs, all of the language → what reads numbers as `language/assignments.py` does. */
const reading = ({ pattern, styled, unseen, signs: [others, plains] }) => {
  const parts = `(${pattern})(?:[ \\t]*/[ \\t]*(${pattern}))?`, whole = new RegExp(`^${parts}$`), each = new RegExp(`${parts}(?![\\w./+-])`, "g");
  const blank = "(?:[^\\S\\ufeff]|[\\x1c-\\x1f\\x85])+", ends = new RegExp(`^${blank}|${blank}$`, "g");
  const alphabets = new RegExp(styled, "gu"), hidden = new RegExp(unseen, "gu");
  /** What nobody sees is dropped; full-width signs, mathematical alphabets and both kinds of minus become plain ones. */
  const plain = (typed) => typed.replace(hidden, "").replace(alphabets, (letter) => letter.normalize("NFKC")).normalize("NFC")
    .replace(/[^\0-\x7f]/g, (sign) => plains[others.indexOf(sign)] ?? sign).replace(ends, "");
  const quotient = (above, below = "1") => Number(above) / Number(below);
  /** Text → its value; or what is wrong with it, a key of the words, and what fills it. */
  const number = (typed) => {
    const text = plain(typed);
    if (!text) return { wrong: "empty" };
    const [match, above, below] = whole.exec(text) ?? [];
    if (match) {
      const value = quotient(above, below);
      if (below && Number(below) === 0) return { wrong: "zero" };
      if (value === 0 && /^[^eE]*[1-9]/.test(above)) return { wrong: "tiny" };
      return Number.isFinite(value) ? { value } : { wrong: "huge" };
    }
    const [comma, before, behind] = /^([+-]?[0-9]+),([0-9]+)$/.exec(text) ?? [];
    if (comma) {
      const digits = `${before}.${behind}`;
      return /^[+-]?[1-9][0-9]{0,2},[0-9]{3}$/.test(text) ? { wrong: "thousand", digits, whole: before + behind } : { wrong: "comma", digits };
    }
    const [pi, sign, times] = /^([+-]?)([0-9]*\.?[0-9]*)[ \t]*\*?(?:pi|π)$/.exec(text) ?? [];
    if (pi && times !== ".") return { wrong: "digits", digits: sign + (times || 1) * Math.PI };
    return { wrong: text.split(/[\s,[\]]+/).filter((part) => whole.test(part)).length > 1 || text[0] === "[" ? "several" : "refused" };
  };
  /** Text of a list → its entries, nested where it is. Throws where it is none. */
  const list = (typed) => JSON.parse(plain(typed).replace(each, (_, above, below) => quotient(above, below)));
  return { number, list };
};

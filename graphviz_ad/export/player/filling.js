/** A page and the formula of its numbers → what fills templates with them: ends of texts, as text, as MathML, as labels. */
const filling = ({ data }, { reads, asks }) => {
  const { live } = data, { ends, slots } = live;
  const whole = (text) => text.replace(/[\u{f0000}-\u{fffff}]/gu, (letter) => whole(live.often[letter.codePointAt(0) - 0xf0000]));
  const texts = live.texts.map(whole);
  /** Languages with Chinese characters, in which names with these need no mark of their language. */
  const han = new Set(data.languages.filter(([, , has]) => has).map(([lang]) => lang));
  const { parts, ratio, text: written } = numbers(live.digits, live.style);

  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const named = { nan: "<mi>nan</mi>", inf: "<mi>∞</mi>" };

  /** Number → plain text, in brackets where its place asks for them. */
  const plain = (number, brackets) => {
    const text = written(number);
    return (brackets & 1 && text[0] === "-") || (brackets & 8 && text.includes("/")) ? `(${text})` : text;
  };
  const minus = (text) => (text[0] === "-" ? ['<mo form="prefix">−</mo>', text.slice(1)] : ["", text]);
  const row = (markup) => `<mrow>${markup}</mrow>`;

  /** Number → MathML, in brackets where its place asks for them, and held together where it has to be one element. */
  const math = (number, brackets) => {
    const [mantissa, power] = parts(number), [sign, size] = minus(mantissa), fraction = ratio(number);
    let out = sign + (named[size] ?? `<mn>${size}</mn>`);
    const [above, below] = (fraction ?? []).map((part) => `<mn>${Math.abs(part)}</mn>`);
    if (fraction && brackets & 16) return `${sign}${above}<mo>/</mo>${below}`;
    if (fraction) out = sign ? row(`${sign}<mfrac>${above}${below}</mfrac>`) : `<mfrac>${above}${below}</mfrac>`;
    else if (power !== null) {
      const [below, exponent] = minus(String(power));
      const raised = `<mn>${exponent}</mn>`, ten = `<msup><mn>10</mn>${below ? row(below + raised) : raised}</msup>`;
      out = size === "1" ? sign + ten : `${out}<mo lspace="0" rspace="0">×</mo>${ten}`;
    }
    const bracketed = sign ? brackets & 1 : (power !== null || fraction) && brackets & 2;
    const [before, behind] = fraction ? ['<mo stretchy="true" fence="true" form="prefix">(</mo>', '<mo stretchy="true" fence="true" form="postfix">)</mo>'] : ['<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'];
    if (bracketed) return row(before + out + behind);
    return brackets & 4 && !fraction && (sign || (power !== null && size !== "1")) ? row(out) : out;
  };

  const fill = (place, write) => texts[place].replace(/[\ue100-\uf8ff]/g, (letter) => {
    const [read, brackets] = slots[letter.charCodeAt(0) - 0xe100];
    return write(+reads[read](), brackets);
  });
  /** Place of an end or of a fork → the end to which the numbers lead. */
  const end = (place) => {
    let places = ends[place];
    while (places[0] < 0) places = ends[asks[-1 - places[0]]() ? places[1] : places[2]];
    return places;
  };
  /** Parts and signs by turns → one text, in which nothing stands twice in a row. */
  const chain = (places, write) => {
    let last = fill(places[0], write), out = last;
    for (let n = 1; n < places.length; n += 2) {
      const part = fill(places[n + 1], write);
      if (part !== last) out += texts[places[n]] + (last = part);
    }
    return out;
  };
  const sentence = (places) => places.map((place) => fill(place, math)).join("");
  const spokenText = (places) => places.map((place) => fill(live.plain[place] ?? place, plain)).join("");
  const marked = (text, lang) =>
    han.has(lang) ? escape(text) : escape(text).replace(/[\u3000-\u9fff\uf900-\uffef]+/g, `<span lang="${data.han}">$&</span>`);
  /** The number in which the equation of a frame ends; none where it is an array. */
  const ending = (frame) => {
    const places = end(live.math[live.items[frame]] ?? 0), letters = texts[places.at(-1)].match(/[\ue100-\uf8ff]/g) ?? [];
    return letters.length === 1 ? slots[letters[0].charCodeAt(0) - 0xe100].slice(0, 1) : undefined;
  };
  return { parts, ratio, written, plain, math, fill, end, chain, sentence, spokenText, marked, row, ending, ends };
};

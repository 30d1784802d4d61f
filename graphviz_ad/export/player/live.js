"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent), live = data.live;
  const whole = (text) => text.replace(/[\u{f0000}-\u{fffff}]/gu, (letter) => whole(live.often[letter.codePointAt(0) - 0xf0000]));
  const texts = live.texts.map(whole);
  const { ends, slots, digits, labels } = live, languages = data.languages.map(([lang]) => lang), tags = new Map(data.languages);
  /** Languages with Chinese characters, in which names with these need no mark of their language. */
  const han = new Set(data.languages.filter(([, , has]) => has).map(([lang]) => lang));
  const { v, reads, asks, run, curves } = formula(arithmetic(digits, live.style));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const { parts, ratio, text: written } = numbers(digits, live.style), { number: read } = reading(live.typed);
  const form = document.querySelector(".inputs"), status = form.querySelector("output");
  const items = all(".steps > li:not(.question)");

  // -- texts ---------------------------------------------------------------------------------

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

  // -- labels of the picture ------------------------------------------------------------------

  /** Outlines of glyphs, of which a label is one path: that is quicker to paint than uses of each. */
  const outlines = new Map();
  const outline = (shape) => {
    if (!outlines.has(shape)) outlines.set(shape, document.getElementById(`k${shape}`).getAttribute("d").slice(4));
    return outlines.get(shape);
  };
  /** Number → the pieces it is set from. */
  const pieces = (face, number) => {
    if (ratio(number)) return [...written(number)];
    const [mantissa, power] = parts(number), size = mantissa.replace("-", "");
    const names = mantissa[0] === "-" ? ["-"] : [];
    if (size === "nan" || size === "inf") names.push(size);
    else if (power === null || size !== "1") names.push(...size);
    if (power !== null) names.push(...(size === "1" ? [] : ["t"]), "T", ...[...String(power)].map((digit) => `s${digit}`), "k");
    return names;
  };
  /** Whether the sum of numbers is too long to be written out. */
  const isLong = (places, longest) => {
    const texts = places.map((place) => (place < 0 ? "…" : plain(+reads[place](), 0)));
    return places.length > 2 && texts.map((text, at) => (at && text[0] === "-" ? text.slice(1) : text)).join(" + ").length > longest;
  };
  /** A label with its number, no wider than its room, held at its left, in its middle or at its right; its width. */
  const set = (label, shift) => {
    const face = live.faces[label.face];
    /* What a gradient is known as stands before it. */
    let [known, x, from] = label.known ?? ["", 0, Infinity], to = -Infinity, out = "";
    const put = ([advance, placed], line = 0) => {
      for (const [shape, dx, y, x0, x1] of placed) {
        out += `M${(x + dx).toFixed(2)} ${+(y + line).toFixed(2)}${outline(shape)}`;
        from = Math.min(from, x + dx + x0);
        to = Math.max(to, x + dx + x1);
      }
      x += advance;
    };
    /** The entries of a matrix: each in the middle of its column, which is as wide as its widest. */
    const matrix = ({ cells, frame }) => {
      const { left, right, lines, gap } = face.frames[frame];
      put(left);
      cells[0].forEach((_, column) => {
        const entries = cells.map((row) => (row[column] < 0 ? ["dvD"[-1 - row[column]]] : pieces(face, +reads[row[column]]())));
        const widths = entries.map((entry) => entry.reduce((sum, name) => sum + face[name][0], 0)), wide = Math.max(...widths);
        const start = x + (column ? gap : 0);
        entries.forEach((entry, row) => {
          x = start + (wide - widths[row]) / 2;
          for (const name of entry) put(face[name], lines[row]);
        });
        x = start + wide;
      });
      put(right);
    };
    /** Numbers with signs between them; -1 is what is elided, as are those in the middle of a sum that is too long. */
    const terms = (places) => (isLong(places, label.longest) ? [places[0], -1, places.at(-1)] : places).forEach((place, at) => {
      const number = place < 0 ? 0 : +reads[place](), minus = at > 0 && number < 0;
      if (at) put(minus ? face.m : face.p);
      for (const name of place < 0 ? ["d"] : pieces(face, minus ? -number : number)) put(face[name]);
    });
    if (label.sum) put(face.S);
    if (label.equals) put(face.e);
    if (label.near !== undefined && end(label.near)[0]) put(face.a);
    if (label.sign !== undefined) put(end(label.sign)[0] ? face.a : face.e);
    if (label.cells) matrix(label);
    else if (label.terms) terms(label.terms);
    else for (const name of pieces(face, +reads[label.read]())) put(face[name]);
    if (label.rest) put(face.r);
    const base = label.size ?? 1, width = base * (to - from);
    const scale = base * Math.max(0.6, Math.min(1, (label.room - shift) / width));
    const own = from + label.side * (to - from);
    const at = label.at + (label.side < 1 ? shift : 0) - scale * own;
    return [`<g transform="translate(${at.toFixed(2)} 0) scale(${scale.toFixed(3)})">${known}<path d="${out}"/></g>`, scale * (to - from)];
  };
  const variant = (label) => label.variants[end(label.end)[0]];
  /** A number, none where the symbol before it says it already. */
  const numbered = (label) => {
    const symbol = labels[label.slope];
    if (label.slope) {
      const chained = end(live.spoken[label.slope]);
      if (chained.length > 3 && fill(chained[2], plain) === fill(chained[4], plain)) return ["", 0];
    }
    return set(label, symbol?.variants ? variant(symbol)[1] - symbol.own : 0);
  };
  /** A label: a number, or a name or symbol (`first`, unless it has variants), which makes room for the number with it. */
  const drawn = (label, first) => {
    if (!label.own) return numbered(label)[0];
    const [body, width] = label.variants ? variant(label) : [first, label.own];
    if (!label.with) return body;
    const behind = numbered(labels[label.with])[1];
    const x = label.right - width - (behind && behind + label.gap);
    return `<g transform="translate(${x.toFixed(2)} 0)">${body}</g>`;
  };

  // -- the page ------------------------------------------------------------------------------

  /** What can change: elements and the HTML they get; what they had at first is kept, to be put back. */
  const cells = [];
  const cell = (elements, make) => cells.push({ elements, make, first: elements.map((element) => element.innerHTML), now: null });
  for (const [key, place] of Object.entries(live.math)) {
    const elements = all(`math[data-x="${key}"]`);
    const make = () => row(chain(end(place), math));
    for (const element of elements) element.innerHTML ||= make();
    if (elements.length) cell(elements, make);
  }
  const heading = (key, n) => document.querySelector(`#story-${key} h2 .${languages[n]}`);
  /** Places of the parts of a sentence, each for all languages → its pieces in one of them. */
  const pieced = (places, n) => places.flatMap((place) => ends[end(place)[n]]);
  for (const [key, places] of Object.entries(live.sentences))
    languages.forEach((lang, n) => {
      const element = heading(key, n);
      if (element) cell([element], () => marked(spokenText(pieced(places, n)) + slope(key), lang));
    });
  const slope = (story) => (story[0] === "e" ? chain(end(live.spoken[`l${story.slice(1)}`]), plain) : "");
  const spoken = {};
  items.forEach((item, n) => {
    const key = live.items[n], places = live.sentences[`t${key.slice(1)}`];
    for (const lang of languages) spoken[lang] ??= [];
    languages.forEach((lang, m) => {
      const element = item.querySelector(`.sentence .${lang}`), counter = item.querySelector(`.counter .${lang}`);
      const words = () => (places ? spokenText(pieced(places, m)) : element.textContent);
      if (places) cell([element], () => sentence(pieced(places, m)));
      spoken[lang][n] = () => {
        const line = live.spoken[key] === undefined ? "" : chain(end(live.spoken[key]), plain);
        return [counter.textContent, line, words()].filter(Boolean).join(". ");
      };
    });
  });
  for (const [key, label] of Object.entries(labels)) {
    const element = document.getElementById(`q-${key}`);
    const first = element?.innerHTML;
    if (element) cell([element], () => drawn(label, first));
  }

  const shown = ({ elements: [element] }) => {
    const item = element.closest(".steps > li");
    return item ? item.classList.contains("on") : !element.closest("section[hidden], details:not([open])");
  };
  /** What is read aloud of every step → `player.js`, which reads it. */
  const plot = live.plots ? plots(live.plots, curves, v, data.languages, data.words["live.plot"], written) : () => {};
  const publish = () => {
    plot();
    const detail = Object.fromEntries(languages.map((lang) => [lang, spoken[lang].map((make) => make())]));
    document.dispatchEvent(new CustomEvent("numbers", { detail }));
  };
  let later = 0;
  /** The page as the numbers have it, without numbers as its author had it: what is seen at once, then the rest. */
  const refresh = (changed) => {
    run();
    clearTimeout(later);
    const update = (entry) => {
      const now = changed ? entry.make() : null;
      if (now === entry.now) return;
      entry.now = now;
      entry.elements.forEach((element, n) => { element.innerHTML = now ?? entry.first[n]; });
    };
    cells.filter(shown).forEach(update);
    later = setTimeout(() => {
      cells.forEach(update);
      publish();
    }, 80);
  };

  // -- the inputs ----------------------------------------------------------------------------

  /** Slider and fields of each input; the slider of an array is that of the entry `at`, whose field had the focus. */
  const rows = [...form.querySelectorAll("[data-input]")].map((row, n) => ({
    ...live.inputs[n], at: 0, slider: row.querySelector("[type=range]"), fields: [...row.querySelectorAll("[type=text]")],
  }));
  /** Words with what fills them → the same in all languages, of which the page shows one. */
  const say = (key, fillings = {}) => languages.map((lang, n) => {
    const text = data.words[`live.${key}`][n].replace(/\{(\w+)\}/g, (_, name) => fillings[name]);
    return `<span class="${lang}" lang="${tags.get(lang)}">${marked(text, lang)}</span>`;
  }).join("");
  /** Fields in which something is wrong, and what; it is said of `field`, or else of the one where it was seen last. */
  const wrong = new Map();
  const complain = (field) => { status.innerHTML = wrong.get(field) ?? [...wrong.values()].at(-1) ?? ""; };
  const value = ({ node }, at) => (Array.isArray(v[node]) ? v[node][at] : v[node]);
  const put = ({ node }, at, number) => {
    if (Array.isArray(v[node])) v[node][at] = number;
    else v[node] = number;
  };
  const show = (row, at) => {
    const { slider, fields } = row, number = value(row, at);
    if (at === row.at) {
      slider.value = number;
      slider.setAttribute("aria-valuetext", plain(number, 0));
      slider.setAttribute("aria-label", fields[at].getAttribute("aria-label"));
    }
    fields.forEach((field, n) => field.classList.toggle("now", fields.length > 1 && n === row.at));
    fields[at].value = Object.is(number, -0) ? "-0" : String(number);
    fields[at].closest(".grid")?.style.setProperty("--long", Math.max(...fields.map((field) => field.value.length)));
    wrong.delete(fields[at]);
    for (const name of ["aria-invalid", "aria-describedby"]) fields[at].removeAttribute(name);
  };
  let waiting = 0, moved = false;
  const changed = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const kept = (row) => row.fields.every((_, at) => Object.is([row.value].flat()[at], value(row, at))), same = rows.every(kept);
      form.querySelector("[type=reset]").disabled = same;
      refresh(moved || !same);
      document.dispatchEvent(new CustomEvent("values", { detail: rows.map((row) => (kept(row) ? null : row.fields.map((_, at) => value(row, at)))) }));
    });
  };
  const give = (row, at, number) => {
    put(row, at, number);
    show(row, at);
    complain();
    changed();
  };
  const fits = ({ classes }, given) => !classes || (Number.isInteger(given) && given >= 0 && given < classes);
  /** What was typed → the number of its field; what is wrong with it is said, and the number stays. */
  const take = (row, at) => {
    const field = row.fields[at], { value: given, wrong: why, ...fillings } = read(field.value);
    if (!why && fits(row, given)) return give(row, at, given);
    const text = field.value.length > 40 ? `${field.value.slice(0, 40)}…` : field.value;
    const all = { ...fillings, text, name: field.getAttribute("aria-label"), most: row.classes - 1 };
    wrong.delete(field);
    wrong.set(field, say(row.classes ? "class" : why, all));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", status.id);
    complain(field);
  };
  /** Up and down go from row to row of an array, where left and right are for the text of a field. */
  const moveRow = (event, fields, at) => {
    const lines = [...fields[0].closest(".grid").children], width = lines[0].children.length;
    const by = { ArrowUp: -width, ArrowDown: width }[event.key];
    if (!by || !fields[at + by]) return;
    event.preventDefault();
    fields[at + by].focus();
    fields[at + by].select();
  };
  rows.forEach((row) => {
    const { slider, fields } = row;
    slider.addEventListener("input", () => give(row, row.at, +slider.value));
    fields.forEach((field, at) => {
      field.addEventListener("change", () => take(row, at));
      if (fields.length > 1) field.addEventListener("keydown", (event) => moveRow(event, fields, at));
      field.addEventListener("focus", () => {
        row.at = at;
        if (wrong.has(field)) complain(field);
        else show(row, at);
      });
      show(row, at);
    });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.ctrlKey || event.altKey || event.metaKey) return;
    event.stopPropagation(); // the keys of a slider and of a field are theirs, not the player's
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  /** Entries of each input; null stands for those of the author. */
  const fillIn = (all) => {
    rows.forEach((row, n) => row.fields.forEach((_, at) => {
      put(row, at, (all[n] ?? [row.value].flat())[at]);
      show(row, at);
    }));
    complain();
    changed();
  };
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fillIn([]);
    status.innerHTML = say("restored");
  });
  document.addEventListener("given", ({ detail }) => fillIn(detail));
  // other numbers from a part of the page besides: those of the author from now on
  document.addEventListener("inputs", ({ detail }) => {
    for (const [node, number] of detail) v[node] = number;
    moved = true;
    for (const row of rows) {
      row.value = Array.isArray(v[row.node]) ? [...v[row.node]] : v[row.node];
      row.fields.forEach((_, at) => show(row, at));
    }
    complain();
    changed();
  });
  const box = form.parentElement;
  box.hidden = false;
  const tall = rows.some(({ fields }) => fields.length > 1) ? 860 : 680;
  box.open = rows.length <= 6 && innerWidth >= 1000 && innerHeight >= tall; // else the graph needs the room
  const { clientWidth, clientHeight, firstElementChild: svg } = document.querySelector("figure");
  const { width, height } = svg.viewBox.baseVal;
  if (clientHeight / height < 0.9 * Math.min(1, clientWidth / width)) box.open = false; // it would be smaller for it
  /** The number in which the equation of a frame ends; none where it is an array. */
  const ending = (frame) => {
    const places = end(live.math[live.items[frame]] ?? 0), letters = texts[places.at(-1)].match(/[\ue100-\uf8ff]/g) ?? [];
    return letters.length === 1 ? slots[letters[0].charCodeAt(0) - 0xe100].slice(0, 1) : undefined;
  };
  document.dispatchEvent(new CustomEvent("live", { detail: { reads, end: ending } }));
  publish();
})();

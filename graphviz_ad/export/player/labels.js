/** Data of live numbers, what reads these and what fills templates → what draws a label of the picture. */
const labelling = (live, reads, { parts, ratio, written, plain, fill, end }) => {
  const { labels } = live;

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
    /** Numbers with a dot between them, a negative one behind it in brackets. */
    const factors = (places) => places.forEach((place, at) => {
      const names = pieces(face, +reads[place]());
      for (const name of at && names[0] === "-" ? ["c", "(", ...names, ")"] : at ? ["c", ...names] : names) put(face[name]);
    });
    if (label.sum) put(face.S);
    if (label.equals) put(face.e);
    if (label.sign !== undefined) put(end(label.sign)[0] ? face.a : face.e);
    if (label.cells) matrix(label);
    else if (label.terms) terms(label.terms);
    else if (label.factors) factors(label.factors);
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
  return drawn;
};

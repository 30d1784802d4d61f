/* Of a node that is a function of one number: the function around its argument, with the tangent and its slope. */
const plots = (list, functions, v, languages, words, text) => {
  const wide = 240, high = 150, samples = 96;
  const path = (points) => points.map(([x, y], n) => `${n && points[n - 1][1] === points[n - 1][1] ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  /** Function, its derivative and the argument → the plot as SVG, and the slope. */
  const drawn = ([f, derivative], at) => {
    const value = f(at), slope = derivative(at, value), reach = Math.max(3, 1.3 * Math.abs(at));
    const xs = Array.from({ length: samples + 1 }, (_, n) => at - reach + (2 * reach * n) / samples), ys = xs.map(f);
    const sorted = ys.filter(Number.isFinite).sort((a, b) => a - b), share = Math.floor(sorted.length / 20);
    const low = Math.min(value, sorted[share]), top = Math.max(value, sorted.at(-1 - share)), rim = 0.12 * (top - low) || 1;
    const left = (x) => ((x - at + reach) / (2 * reach)) * wide;
    const down = (y) => Math.max(-999, Math.min(999, high - ((y - low + rim) / (top - low + 2 * rim)) * high));
    const line = (name, ...points) => `<path class="${name}" d="${path(points.map(([x, y]) => [left(x), down(y)]))}"/>`;
    const curve = path(xs.map((x, n) => [left(x), Number.isFinite(ys[n]) ? down(ys[n]) : NaN]).filter(([, y]) => !Number.isNaN(y)));
    const ends = [at - reach, at + reach], axes = `<path class="axis" d="M0 ${down(0).toFixed(1)}H${wide}M${left(0).toFixed(1)} 0V${high}"/>`;
    const tangent = line("tangent", ...ends.map((x) => [x, value + slope * (x - at)]));
    return [`${axes}<path class="curve" d="${curve}"/>${tangent}${line("drop", [at, 0], [at, value])}<circle cx="${left(at)}" cy="${down(value)}" r="4"/>`, slope];
  };
  const caption = (fillings) => languages.map(([lang, tag], n) =>
    `<span class="${lang}" lang="${tag}">${words[n].replace(/\{(\w+)\}/g, (_, name) => fillings[name].replace(/^-/, "−").replace(/e(.*)$/, "×10<sup>$1</sup>"))}</span>`).join("");
  const elements = list.map(({ node, known }) => {
    const plot = document.createElement("div");
    plot.className = "curve";
    plot.dataset.from = known;
    plot.innerHTML = `<svg viewBox="0 0 ${wide} ${high}" aria-hidden="true"></svg><p data-x="l${node}-0"></p>`;
    document.querySelector(`#story-n${node}`).append(plot);
    return plot;
  });
  return () => elements.forEach((plot, n) => {
    const at = v[list[n].argument], [picture, slope] = Number.isFinite(at) && Number.isFinite(functions[n][0](at)) ? drawn(functions[n], at) : ["", NaN];
    plot.firstElementChild.innerHTML = picture;
    plot.lastElementChild.innerHTML = caption({ x: list[n].name, value: text(at), slope: text(slope) });
    plot.classList.toggle("none", !picture);
  });
};

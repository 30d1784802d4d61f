/** A page and its formula → the page with the numbers that its inputs have: texts, equations, labels of the picture. */
const living = (page, formula) => {
  const { data, words, on, ended } = page, { live } = data, { languages } = words;
  const { v, reads, asks, run, curves } = formula(arithmetic(live.digits, live.style)), filled = filling(page, { reads, asks });
  const { plain, math, end, chain, sentence, spokenText, marked, row, ends } = filled;
  const drawn = labelling(live, reads, filled);
  const all = (selector) => [...document.querySelectorAll(selector)], items = all(".steps > li:not(.question)");

  /** What can change: elements and the HTML they get; what they had before the first change is kept, to be put back. */
  const cells = [];
  const cell = (element, make) => cells.push({ element, make, first: null, now: null });
  const formulaOf = (element) => row(chain(end(live.math[element.dataset.x]), math));
  for (const element of all("main > :not(aside) math[data-x]")) if (element.dataset.x in live.math) cell(element, () => formulaOf(element));
  /** Formulas of a story, which are most of a page, are written where it opens. */
  const tell = (section) => {
    for (const element of section?.querySelectorAll("math[data-x]") ?? []) element.innerHTML = formulaOf(element);
  };
  on(document, "story", ({ detail }) => tell(detail));
  const heading = (key, n) => document.querySelector(`#story-${key} h2 .${languages[n]}`);
  /** Places of the parts of a sentence, each for all languages → its pieces in one of them. */
  const pieced = (places, n) => places.flatMap((place) => ends[end(place)[n]]);
  for (const [key, places] of Object.entries(live.sentences))
    languages.forEach((lang, n) => {
      const element = heading(key, n);
      if (element) cell(element, () => marked(spokenText(pieced(places, n)) + slope(key), lang));
    });
  const slope = (story) => (story[0] === "e" ? chain(end(live.spoken[`l${story.slice(1)}`]), plain) : "");
  /** By language what is read aloud of every step, for `player.js`. */
  const spoken = {};
  items.forEach((item, n) => {
    const key = live.items[n], places = live.sentences[`t${key.slice(1)}`];
    for (const lang of languages) spoken[lang] ??= [];
    languages.forEach((lang, m) => {
      const element = item.querySelector(`.sentence .${lang}`), counter = item.querySelector(`.counter .${lang}`);
      const words = () => (places ? spokenText(pieced(places, m)) : element.textContent);
      if (places) cell(element, () => sentence(pieced(places, m)));
      const say = () => {
        const line = live.spoken[key] === undefined ? "" : chain(end(live.spoken[key]), plain);
        return [counter.textContent, line, words()].filter(Boolean).join(". ");
      };
      Object.defineProperty(spoken[lang], n, { get: say }); // of most steps it is never read
    });
  });
  for (const [key, label] of Object.entries(live.labels)) {
    const element = document.getElementById(`q-${key}`);
    if (element) cell(element, (first) => drawn(label, first));
  }

  const shown = ({ element }) => {
    const item = element.closest(".steps > li");
    return item ? item.classList.contains("on") : !element.closest("section[hidden], details:not([open])");
  };
  const plot = live.plots ? plots(live.plots, curves, v, data.languages, data.words["live.plot"], filled.written) : () => {};
  const publish = () => {
    plot();
    document.dispatchEvent(new CustomEvent("numbers", { detail: spoken }));
  };
  let later = 0;
  /** The page as the numbers have it, without numbers as its author had it: what is seen at once, then the rest. */
  const refresh = (changed) => {
    run();
    clearTimeout(later);
    const update = (entry) => {
      if (changed) entry.first ??= entry.element.innerHTML;
      const now = changed ? entry.make(entry.first) : null;
      if (now === entry.now) return;
      entry.now = now;
      entry.element.innerHTML = now ?? entry.first;
    };
    cells.filter(shown).forEach(update);
    tell(document.querySelector("#panel:not([hidden]) > section:not([hidden])"));
    later = setTimeout(() => {
      cells.forEach(update);
      publish();
    }, 80);
  };
  ended(() => clearTimeout(later));

  inputForm(page, v, filled, refresh);
  document.dispatchEvent(new CustomEvent("live", { detail: { reads, end: filled.ending } }));
  publish();
};

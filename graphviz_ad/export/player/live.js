/** A page and its formula → the page with the numbers that its inputs have: texts, equations, labels of the picture. */
const living = (page, formula) => {
  const { data, words, ended } = page, { live } = data, { languages } = words;
  const { v, reads, asks, run, curves } = formula(arithmetic(live.digits, live.style)), filled = filling(page, { reads, asks });
  const { plain, math, end, chain, sentence, spokenText, marked, row, ends } = filled;
  const drawn = labelling(live, reads, filled);
  const all = (selector) => [...document.querySelectorAll(selector)], items = all(".steps > li:not(.question)");

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
  for (const [key, label] of Object.entries(live.labels)) {
    const element = document.getElementById(`q-${key}`);
    const first = element?.innerHTML;
    if (element) cell([element], () => drawn(label, first));
  }

  const shown = ({ elements: [element] }) => {
    const item = element.closest(".steps > li");
    return item ? item.classList.contains("on") : !element.closest("section[hidden], details:not([open])");
  };
  /** What is read aloud of every step → `player.js`, which reads it. */
  const plot = live.plots ? plots(live.plots, curves, v, data.languages, data.words["live.plot"], filled.written) : () => {};
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
  ended(() => clearTimeout(later));

  inputForm(page, v, filled, refresh);
  document.dispatchEvent(new CustomEvent("live", { detail: { reads, end: filled.ending } }));
  publish();
};

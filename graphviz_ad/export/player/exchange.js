/** Data of a page → its words, of which it shows those of one language: `say` a word, `speak` another language. */
const exchange = (data) => {
  const root = document.documentElement, languages = data.languages.map(([lang]) => lang), tags = new Map(data.languages);
  const all = (selector) => [...document.querySelectorAll(selector)], own = languages.find((lang) => tags.get(lang) === root.lang);
  let now = own;
  const say = (key, n = languages.indexOf(now)) => data.words[key][n];
  const speak = (lang) => {
    now = lang;
    if (root.lang !== tags.get(lang)) root.lang = tags.get(lang); // even the same one makes a browser style everything anew
    for (const element of all("[data-t]")) element.textContent = say(element.dataset.t).replace("{part}", () => element.dataset.part);
    for (const element of all("[data-a]"))
      for (const [attribute, key] of element.dataset.a.split(" ").map((pair) => pair.split(":")))
        element.setAttribute(attribute, say(key));
  };
  return { languages, tags, own, say, speak, now: () => now, next: () => languages[(languages.indexOf(now) + 1) % languages.length] };
};

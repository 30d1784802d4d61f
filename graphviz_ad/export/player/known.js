/** Stories, paths and tables tell no number before the step that computes it: languages, and the word for a value in each → what shows it. */
const knowledge = (languages, value) => {
  /** Title of a story → its number, the value of a node or the derivative over an edge, is known as in the story. */
  const wrapTitle = (section) => {
    const from = section.querySelector("dd")?.dataset.from;
    if (!from) return;
    languages.forEach((lang, n) => {
      const text = section.querySelector(`h2 .${lang}`).lastChild;
      const cut = text?.data?.indexOf(section.id.startsWith("story-n") ? `, ${value[n]} ` : ": ") ?? -1;
      if (cut < 0) return; // there is none, or it is wrapped already
      const number = document.createElement("span");
      number.dataset.from = from;
      text.after(number);
      number.append(text.splitText(cut));
    });
  };
  return {
    wrapTitles: () => document.querySelectorAll("#panel > section[id^=story]").forEach(wrapTitle),
    /** Number of steps done → the stories whose titles tell more or less than before. */
    reveal: (done) => {
      const changed = new Set();
      for (const part of document.querySelectorAll("[data-from]")) {
        const unknown = +part.dataset.from > done;
        if (part.hasAttribute("data-unknown") === unknown) continue;
        part.toggleAttribute("data-unknown", unknown);
        const title = part.closest("h2");
        if (title) changed.add(title.parentElement.id.slice("story-".length));
      }
      return changed;
    },
  };
};

/* Stories, paths and tables tell no number before the step that computes it. */
(() => {
  const { words, languages } = JSON.parse(document.getElementById("data").textContent);
  const all = (selector) => [...document.querySelectorAll(selector)];

  /** Title of a story → its number, the value of a node or the derivative over an edge, is known as in the story. */
  const wrap = (section) => {
    const from = section.querySelector("dd")?.dataset.from;
    if (!from) return;
    languages.forEach(([lang], n) => {
      const text = section.querySelector(`h2 .${lang}`).lastChild;
      const cut = text?.data?.indexOf(section.id.startsWith("story-n") ? `, ${words.value[n]} ` : ": ") ?? -1;
      if (cut < 0) return; // there is none, or it is wrapped already
      const number = document.createElement("span");
      number.dataset.from = from;
      text.after(number);
      number.append(text.splitText(cut));
    });
  };
  document.addEventListener("step", ({ detail: done }) => {
    all("#panel > section[id^=story]").forEach(wrap);
    for (const part of all("[data-from]")) part.toggleAttribute("data-unknown", +part.dataset.from > done);
  });
})();

// A figure that is too small on its page opens on its own when it is clicked.
document.querySelectorAll("img.graphviz-ad").forEach((picture) => {
  picture.addEventListener("click", () => window.open(picture.src, "_blank"));
});
// What scrolls sideways can be reached with the keyboard.
document.querySelectorAll(".table-wrapper, figure, .graphviz-ad-steps, div.math, pre").forEach((box) => {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
  }
});
// The two columns beside the text are told apart by names that stand in them.
for (const [column, name] of [[".sidebar-drawer", ".sidebar-brand-text"], [".toc-drawer", ".toc-title"]]) {
  const words = document.querySelector(name)?.textContent.trim();
  if (words) {
    document.querySelector(column)?.setAttribute("aria-label", words);
  }
}
// The page of search has no heading of its own.
if (!document.querySelector("h1")) {
  const heading = document.createElement("h1");
  heading.textContent = document.title.split(" - ")[0];
  document.querySelector("article")?.prepend(heading);
}

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

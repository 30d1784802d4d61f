// A figure that is too small on its page opens on its own when it is clicked.
document.querySelectorAll("img.graphviz-ad").forEach((picture) => {
  picture.addEventListener("click", () => window.open(picture.src, "_blank"));
});

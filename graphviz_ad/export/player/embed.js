/** Page of a player, and its title → a frame with it behind the script element in which this runs. */
((srcdoc, title) => {
  const script = document.currentScript, frame = document.createElement("iframe"), address = script.src.split("#")[1];
  Object.assign(frame, { className: "graphviz-ad", title, srcdoc, loading: "lazy", allow: "fullscreen" });
  frame.style = "display:block;width:100%;height:36rem;border:0"; // until the page in it is there, which sets the height
  if (address) frame.addEventListener("load", () => { frame.contentWindow.location.hash = address; }, { once: true });
  script.after(frame);
});

"use strict";
/* The update of a smaller batch, a page in a frame of the run's page, which sends numbers, language, size of type and keys. */
(() => {
  const { languages } = JSON.parse(document.getElementById("data").textContent), root = document.documentElement;
  const send = (message) => parent.postMessage({ "graphviz-ad": message }, "*");
  addEventListener("message", ({ source, data: message }) => {
    const { inputs, lang, size, key } = message?.["graphviz-ad"] ?? {};
    if (source !== parent) return;
    if (size) root.style.fontSize = size;
    if (inputs) document.dispatchEvent(new CustomEvent("inputs", { detail: inputs }));
    if (lang) plotting.speak(languages, lang);
    if (key) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
  document.addEventListener("keydown", ({ key, isTrusted, target }) => {
    if (isTrusted && /^[,.r]$/.test(key) && !target.matches?.("input[type=text], select")) send({ key });
  });
  new MutationObserver(() => send({ lang: root.lang })).observe(root, { attributeFilter: ["lang"] });
})();

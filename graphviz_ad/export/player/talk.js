/* A talk: the keys of a presenter's remote, the screen with picture and words alone, the black screen, swipes. */
(() => {
  const root = document.documentElement, body = document.body, rest = 2500, far = 50;
  const act = (what) => document.dispatchEvent(new CustomEvent("act", { detail: what }));
  let idle = 0, lock = null, hasTalked = false, digits = "";

  /** Picture and words alone, on the whole screen where the browser lets it. */
  const talk = async (on) => {
    hasTalked = true;
    body.classList.toggle("talk", on);
    dispatchEvent(new Event("resize"));
    wake();
    if (on && !document.fullscreenElement) await root.requestFullscreen?.().catch(() => {});
    if (!on && document.fullscreenElement) await document.exitFullscreen();
    if (on) lock = await navigator.wakeLock?.request("screen").catch(() => null);
    else lock?.release();
  };
  const isOn = () => body.classList.contains("talk");
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && isOn()) talk(false);
    dispatchEvent(new Event("resize"));
  });
  const wake = () => {
    clearTimeout(idle);
    body.classList.remove("idle");
    if (isOn()) idle = setTimeout(() => body.classList.add("idle"), rest);
  };
  addEventListener("pointermove", wake);

  const keys = {
    PageDown: () => act("next"), PageUp: () => act("previous"),
    f: () => talk(!isOn()), F5: () => talk(!isOn()), s: () => body.classList.toggle("numbered"),
    b: () => body.classList.add("black"),
    ".": () => body.classList.add("black"), // of a remote; beside a talk parts of a page have the key
  };
  addEventListener("keydown", (event) => {
    const begun = digits;
    digits = "";
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (body.classList.contains("black")) { // any key brings the picture back, and does nothing else
      body.classList.remove("black");
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isNumber = /^\d$/.test(event.key) && (begun || event.key !== "0"); // which zooms
    const inField = event.target.closest?.("input, select"), inPanel = event.target.closest?.("#panel");
    if (!inField && !body.classList.contains("quizzing") && (isNumber || (begun && event.key === "Enter"))) { // a number and Enter: that step
      if (isNumber) digits = begun + event.key;
      else act({ number: +begun });
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "Escape" && isOn() && !document.querySelector("#panel:not([hidden])")) return void talk(false);
    if (!keys[event.key] || (inField && event.key.length === 1) || (inPanel && event.key.startsWith("Page"))) return;
    if (event.key === "." && !isOn()) return;
    if (event.key === "F5" && !hasTalked) return; // which loads a page again that is no talk
    event.preventDefault();
    keys[event.key]();
  }, { capture: true });
  document.addEventListener("click", (event) => {
    digits = "";
    if (event.target.closest('[data-do="full"]')) talk(!isOn());
    body.classList.remove("black");
  });

  /** A finger that goes along the words, or over a picture that is seen whole, goes to another step. */
  const figure = document.querySelector("figure");
  let start = null;
  document.addEventListener("touchstart", ({ touches, target }) => {
    const moves = figure.contains(target) && figure.scrollWidth > figure.clientWidth + 2;
    const equation = target.closest?.(".equation"), scrolls = equation && equation.scrollWidth > equation.clientWidth;
    const there = target.closest?.("figure, .steps") && !moves && !scrolls;
    start = there && touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  }, { passive: true });
  document.addEventListener("touchend", ({ changedTouches }) => {
    if (!start) return;
    const right = changedTouches[0].clientX - start.x, down = changedTouches[0].clientY - start.y;
    if (Math.abs(right) > far && Math.abs(right) > 2 * Math.abs(down)) act(right < 0 ? "next" : "previous");
    start = null;
  }, { passive: true });
})();

"use strict";
// When a sheet is done: what it says of the level, and the way to the next one, which has other numbers.

// Whether all answers are right, whether a solution was seen before, and the key of this sheet → what is shown.
function paintMastery(done, gaveUp, sheet) {
  const next = query("#next");
  if (next) next.hidden = !done && !gaveUp;
  const passed = query("#passed");
  if (!data.level) return;
  const key = `graphviz-ad/level-${data.level}`, known = stored(key, { solved: [], seen: [] });
  const solved = new Set(known.solved), seen = new Set(known.seen);
  if (gaveUp) seen.add(sheet);  // it counts no more, though one may start again
  if (done && !seen.has(sheet)) solved.add(sheet);
  if (solved.size > known.solved.length || seen.size > known.seen.length) store(key, { solved: [...solved], seen: [...seen] });
  const counts = { level: data.level, n: solved.size, of: data.sheets };
  passed.textContent = done && solved.has(sheet) ? say(solved.size < data.sheets ? "solved" : "passed", counts) : "";
}

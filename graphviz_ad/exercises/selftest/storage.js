"use strict";
// What a page keeps in the browser, by its key.

function store(key, state) {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // a page in a frame may have no storage: it works, and forgets
  }
}
// Key and the state of a page that was never filled in → the state it was left in.
function stored(key, fresh) {
  try {
    return { ...fresh, ...JSON.parse(localStorage.getItem(key)) };
  } catch {
    return fresh;
  }
}

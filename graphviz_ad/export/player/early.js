// Before the rest of the page is there: what depends on scripts is laid out for them from the beginning, and a browser
// reads the font of formulas, which it does where one is first measured, in time for the others.
document.documentElement.classList.add("js");
document.querySelector("h1").offsetWidth;

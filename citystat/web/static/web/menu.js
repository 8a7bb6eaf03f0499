// Groups of the staff menu open and close without this; here Escape closes one, and so does going elsewhere.
"use strict";

for (const group of document.querySelectorAll(".cs-nav__group")) {
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !group.open) return;
    group.open = false;
    group.querySelector("summary").focus();
  });
  // On a phone the groups stand in the list and cover nothing: there they stay open.
  group.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !group.contains(event.relatedTarget) && matchMedia("(min-width: 64em)").matches) group.open = false;
  });
}
document.addEventListener("click", (event) => {
  for (const group of document.querySelectorAll(".cs-nav__group[open]")) if (!group.contains(event.target)) group.open = false;
});

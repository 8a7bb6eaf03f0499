// Asks for the rows again every few seconds while the page is looked at; keeps the keyboard's place.
"use strict";
(() => {
  const box = document.getElementById("live");
  const stopped = document.getElementById("live-stopped");
  if (!box) return;
  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(box.dataset.url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const text = await answer.text();
      const held = box.contains(document.activeElement) ? document.activeElement.closest("[data-number]") : null;
      const number = held && held.dataset.number;
      const left = box.querySelector(".cs-table-scroll").scrollLeft;
      const came = new DOMParser().parseFromString(text, "text/html");
      box.replaceChildren(...came.body.childNodes);
      box.querySelector(".cs-table-scroll").scrollLeft = left;
      if (number) box.querySelector(`[data-number="${number}"] a`)?.focus();
      stopped.hidden = true;
    } catch {
      stopped.hidden = false;
    }
  }
  setInterval(refresh, Number(box.dataset.seconds) * 1000);
  document.addEventListener("visibilitychange", refresh);
})();

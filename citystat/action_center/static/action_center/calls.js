// While the caller speaks, what is typed is looked for without a key pressed. F2 goes to what was found, and back.
"use strict";
(() => {
  const form = document.getElementById("call");
  const found = document.getElementById("found");
  if (!form || !found) return;
  document.getElementById("keys").hidden = false;
  const heard = new Set(["description", "topic", "address", "service"]);
  let waits = 0;
  let asked = 0;
  let left = null;

  async function listen(parts) {
    const turn = ++asked;
    const data = new FormData(form);
    data.set("do", "hear");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const came = new DOMParser().parseFromString(await answer.text(), "text/html");
      // An older answer, or a part the keyboard stands in, is left alone.
      if (turn === asked) for (const name of parts) put(name, came.getElementById(name));
    } catch {
      // Without network the page works by its buttons.
    }
  }

  function put(name, part) {
    const there = document.getElementById(name);
    if (there && part && !there.contains(document.activeElement)) there.replaceWith(part);
  }

  form.addEventListener("input", (event) => {
    if (!heard.has(event.target.name)) return;
    const parts = event.target.name === "service" ? ["fitting", "questions", "heard"] : ["fitting", "heard"];
    clearTimeout(waits);
    waits = setTimeout(() => listen(parts), 400);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "F2" || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (found.contains(document.activeElement)) {
      if (left && left.isConnected) left.focus();
      return;
    }
    left = document.activeElement;
    const first = ["#duplicates + ul button", "#articles + ul summary", "#asked + ul button", "#earlier + ul button", "button, a"]
      .map((place) => found.querySelector(place)).find(Boolean);
    if (first) first.focus();
  });
})();

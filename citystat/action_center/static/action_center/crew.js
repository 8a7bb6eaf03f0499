// Keeps a finished form with its photos on the phone while there is no network, and sends it once there is one.
// The form's done_key makes a report count once, however often it is sent. Without this file the form is an ordinary form.
"use strict";
(() => {
  const STORE = "reports";
  const line = document.getElementById("waiting");
  if (!line || !window.indexedDB || !window.fetch) return;

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("citystat-crew", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  async function inStore(mode, act) {
    const base = await opened;
    return new Promise((resolve, reject) => {
      const work = base.transaction(STORE, mode);
      const asked = act(work.objectStore(STORE));
      work.oncomplete = () => resolve(asked.result);
      work.onerror = () => reject(work.error);
    });
  }
  const all = () => inStore("readonly", (store) => store.getAll());
  const keep = (report) => inStore("readwrite", (store) => store.put(report));
  const drop = (key) => inStore("readwrite", (store) => store.delete(key));

  function cookie(name) {
    const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  // Returns {sent}, {refused: sentence} or {later: sentence}; throws nothing.
  async function send(report) {
    const body = new FormData();
    for (const [name, value] of report.fields) if (name !== "csrfmiddlewaretoken") body.append(name, value);
    let answer;
    try {
      answer = await fetch(report.url, {
        method: "POST", body, credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
      });
    } catch {
      return { later: line.dataset.kept };
    }
    const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
    if (answer.redirected || !isJson || answer.status === 403) return { later: line.dataset.signIn };
    if (answer.status >= 500) return { later: line.dataset.kept };
    const said = await answer.json();
    return answer.ok ? { sent: said } : { refused: said.error };
  }

  function show(reports, sentence) {
    line.hidden = reports.length === 0 && !sentence;
    line.replaceChildren();
    if (reports.length) {
      const many = document.createElement("p");
      many.textContent = reports.length === 1 ? line.dataset.one : line.dataset.many.replace("{count}", reports.length);
      line.append(many);
    }
    if (sentence) {
      const more = document.createElement("p");
      more.textContent = sentence;
      line.append(more);
    }
    for (const report of reports) {
      const row = document.createElement("p");
      row.textContent = report.refused ? `${report.title}. ${line.dataset.refused} ${report.refused} ` : report.title;
      if (report.refused) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "usa-button usa-button--outline";
        button.textContent = line.dataset.drop;
        button.addEventListener("click", async () => { await drop(report.key); show(await all(), ""); });
        row.append(button);
      }
      line.append(row);
    }
  }

  let isSending = false;
  async function sendWaiting() {
    if (isSending) return;
    isSending = true;
    try {
      let sentence = "";
      let sent = 0;
      for (const report of await all()) {
        if (report.refused) continue;
        const came = await send(report);
        if (came.sent) { await drop(report.key); sent += 1; }
        if (came.refused) await keep({ ...report, refused: came.refused });
        if (came.later) { sentence = came.later; break; }
      }
      const left = await all();
      show(left, sentence || (sent && !left.length ? line.dataset.sent : ""));
      if (sent && document.querySelector(".ac-stops")) location.reload();
    } finally {
      isSending = false;
    }
  }

  const form = document.querySelector("form[data-keeps-offline]");
  if (form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      if (!form.elements.done_at.value) form.elements.done_at.value = new Date().toISOString();
      const report = { key: form.elements.done_key.value, url: form.action, title: form.dataset.title, fields: [...new FormData(form)] };
      // Kept first: a phone that dies while it sends has lost nothing.
      await keep(report);
      const came = await send(report);
      if (came.sent) { await drop(report.key); location.assign(came.sent.next); return; }
      if (came.later) { show(await all(), came.later); line.scrollIntoView(); return; }
      await drop(report.key);
      const box = form.querySelector("[data-error]");
      box.hidden = false;
      box.querySelector("p").textContent = came.refused;
      box.scrollIntoView();
      form.elements.done_at.value = "";
      button.disabled = false;
    });
    // A photo carries its place: asked for when one is taken, and only then.
    form.elements.photos.addEventListener("change", () => {
      if (!navigator.geolocation) return;
      navigator.geolocation.getCurrentPosition((place) => {
        form.elements.longitude.value = place.coords.longitude.toFixed(6);
        form.elements.latitude.value = place.coords.latitude.toFixed(6);
      }, () => {}, { timeout: 8000, maximumAge: 60000 });
    });
  }
  window.addEventListener("online", sendWaiting);
  setInterval(sendWaiting, 30000);
  sendWaiting();
})();

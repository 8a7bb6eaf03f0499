// Keeps a finished form, with its photos where it has some, on the phone while there is no network, and sends it once there is one.
// The form's key makes a report count once, however often it is sent. Without this file the form is an ordinary form.
// A report is sent for the person who made it only; who signs out is told what was not sent before it is thrown away.
"use strict";
(() => {
  const STORE = "reports";
  const SAID = "citystat-crew-said";
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
  const { who } = line.dataset;
  const all = async () => (await inStore("readonly", (store) => store.getAll())).filter((one) => !one.who || one.who === who);
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

  // The page of the stop a report is about; whatever was found there, done or nobody there, it is told once.
  const stopOf = (report) => report.stop || report.url.replace(/done\/$/, "");

  // On the list a stop whose report waits says so; the forms of a stop whose report waits are not filled in again.
  function mark(reports) {
    for (const report of reports) {
      if (report.refused) continue;
      const stop = [...document.querySelectorAll("a.ac-stop:not(.ac-stop--done)")].find((one) => one.href === stopOf(report));
      if (stop) {
        const words = document.createElement("span");
        words.className = "ac-place";
        words.textContent = report.words || line.dataset.waits;
        stop.append(words);
        stop.classList.add("ac-stop--done");
      }
      if (stopOf(report) === here) for (const one of [...forms, start]) if (one) (one.closest("details") || one).hidden = true;
    }
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
    mark(reports);
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

  const here = location.href.split(/[?#]/)[0];
  const forms = [...document.querySelectorAll("form[data-keeps-offline]")];
  const start = document.querySelector("form[data-starts]");
  // What the city answered to the report just sent, on the page that follows.
  const answered = sessionStorage.getItem(SAID) || "";
  sessionStorage.removeItem(SAID);
  if (answered) show([], answered);
  let isSending = false;
  async function sendWaiting() {
    if (isSending) return;
    isSending = true;
    try {
      let sentence = "";
      let sent = 0;
      const waiting = await all();
      // Said before anything is tried: where the network is bad, trying takes long.
      mark(waiting);
      for (const report of waiting) {
        if (report.refused) continue;
        const came = await send(report);
        if (came.sent) { await drop(report.key); sent += 1; }
        if (came.refused) await keep({ ...report, refused: came.refused });
        if (came.later) { sentence = came.later; break; }
      }
      const left = await all();
      show(left, sentence || (sent && !left.length ? line.dataset.sent : answered));
      if (sent && document.querySelector(".ac-stops")) location.reload();
    } finally {
      isSending = false;
    }
  }

  for (const form of forms) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      if (!form.elements.done_at.value) form.elements.done_at.value = new Date().toISOString();
      const report = {
        key: form.dataset.key || form.elements.done_key.value, url: form.action, stop: here, title: form.dataset.title,
        words: form.dataset.waits, who, fields: [...new FormData(form)],
      };
      // Kept first: a phone that dies while it sends has lost nothing.
      await keep(report);
      const came = await send(report);
      if (came.sent) { await drop(report.key); sessionStorage.setItem(SAID, came.sent.said); location.assign(came.sent.next); return; }
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
    if (form.elements.photos) form.elements.photos.addEventListener("change", () => {
      if (!navigator.geolocation) return;
      navigator.geolocation.getCurrentPosition((place) => {
        form.elements.longitude.value = place.coords.longitude.toFixed(6);
        form.elements.latitude.value = place.coords.latitude.toFixed(6);
      }, () => {}, { timeout: 8000, maximumAge: 60000 });
    });
  }
  // Starting is only told while there is a network; finishing does not need it.
  if (start) {
    start.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      all().then((reports) => { show(reports, line.dataset.noStart); line.scrollIntoView(); });
    });
  }
  const leaving = document.querySelector("[data-signs-out] form");
  if (leaving) {
    let isTold = false;
    leaving.addEventListener("submit", async (event) => {
      event.preventDefault();
      await sendWaiting();
      const left = await all();
      if (left.length && !isTold) { isTold = true; show(left, line.dataset.leaving); line.scrollIntoView(); return; }
      for (const report of left) await drop(report.key);
      if (window.caches) for (const name of await caches.keys()) await caches.delete(name);
      leaving.submit();
    });
  }
  window.addEventListener("online", sendWaiting);
  setInterval(sendWaiting, 30000);
  sendWaiting();
})();

// Keeps today's list and its work orders on the phone, for one person and one day, so that they open without network.
// Without this file, or where the browser has no service worker, the pages are ordinary pages.
"use strict";
(() => {
  const PREFIX = "citystat-crew-";
  const line = document.getElementById("waiting");
  if (!line || !line.dataset.who || !navigator.serviceWorker || !window.caches) return;
  const own = `${PREFIX}${line.dataset.who}`;

  function sayItIsKept() {
    const note = document.getElementById("kept");
    const at = new Date(note.dataset.at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    note.textContent = note.dataset.words.replace("{time}", at);
    note.hidden = false;
  }

  // Addresses of the styles, programs and pictures of a page, and of what its styles fetched.
  function partsOf(text, page) {
    const shown = new DOMParser().parseFromString(text, "text/html");
    const named = [...shown.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], main img")];
    const given = named.map((one) => new URL(one.getAttribute("href") || one.getAttribute("src"), page).href);
    return given.filter((one) => one.startsWith(location.origin));
  }
  function fetchedByStyles() {
    const all = performance.getEntriesByType("resource").filter((one) => one.initiatorType === "css");
    return all.map((one) => one.name).filter((one) => one.startsWith(location.origin));
  }

  async function keep(cache, url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return false;
    await cache.put(url, answer);
    return true;
  }

  async function keepToday() {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== own) await caches.delete(name);
    const cache = await caches.open(own);
    const pages = [location.href.split(/[?#]/)[0], ...[...document.querySelectorAll("a.ac-stop:not(.ac-stop--done)")].map((one) => one.href)];
    const wanted = new Set([...pages, ...fetchedByStyles()]);
    for (const page of pages) {
      if (!await keep(cache, page)) return;
      for (const part of partsOf(await (await cache.match(page, { ignoreVary: true })).text(), page)) wanted.add(part);
    }
    for (const part of wanted) if (!await cache.match(part, { ignoreVary: true })) await keep(cache, part);
    for (const held of await cache.keys()) if (!wanted.has(held.url)) await cache.delete(held);
    line.dataset.pages = String(pages.length);
  }

  if (line.dataset.from === "phone") { sayItIsKept(); return; }
  navigator.serviceWorker.register(line.dataset.worker).catch(() => {});
  // No network in the middle of keeping leaves what was kept before.
  if (document.querySelector("[data-today]")) keepToday().catch(() => {});
})();

// Opens today's list and its work orders from the phone while there is no network; crew_pages.js keeps them there.
// It stores nothing itself. With network the city's own answer is always the one shown.
"use strict";
const PREFIX = "citystat-crew-";
const LIST = "/crew/";
const PATIENCE_MS = 5000;
const KEPT_MS = 24 * 60 * 60 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}

async function kept(url) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const found = await (await caches.open(name)).match(url, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

// A page of yesterday is no list of today, and a phone that was put away shows nothing for ever.
async function keptPage(url) {
  const found = await kept(url);
  if (!found) return undefined;
  if (Date.now() - Date.parse(found.headers.get("date")) < KEPT_MS) return found;
  await forget();
  return undefined;
}

async function fromPhone(request) {
  const found = await keptPage(request.url);
  if (!found) return (await keptPage(LIST)) ? Response.redirect(LIST) : undefined;
  const headers = new Headers();
  for (const name of ["content-type", "content-language", "content-security-policy", "referrer-policy", "x-content-type-options"]) {
    if (found.headers.has(name)) headers.set(name, found.headers.get(name));
  }
  return new Response((await found.text()).replace('data-from="network"', 'data-from="phone"'), { headers });
}

// The city's answer; where it fails or takes too long what is kept, if anything is.
async function first(request, instead) {
  const asked = fetch(request);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  try {
    const answer = await Promise.race([asked, late]);
    if (answer) return answer;
  } catch {
    return (await instead(request)) || Response.error();
  }
  const found = await instead(request);
  if (!found) return asked;
  asked.catch(() => {});
  return found;
}

async function page(request) {
  const answer = await first(request, fromPhone);
  // Sent to the sign-in page, or refused: what is kept here is no longer for whoever holds the phone.
  if (answer.type === "opaqueredirect" || answer.status === 403) await forget();
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.destination) event.respondWith(first(request, (one) => kept(one.url)));
});

// The pin, the phone's own place, and questions that are asked only after another answer. The form works without them.

const longitude = document.getElementById("id_longitude");
const latitude = document.getElementById("id_latitude");

// Notices of the place, beside it as soon as it is said. The form then knows that they were shown, unless they are counted already.
const known = document.getElementById("place-notices");
const numbers = (within) => [...within.querySelectorAll("[data-notice]")].map((one) => one.dataset.notice);
const onTop = numbers(document).filter((one) => !numbers(known).includes(one));
let lastLook = 0;

async function lookAround() {
  const look = ++lastLook;
  const asked = new FormData(known.closest("form"));
  const body = new URLSearchParams({ shown: onTop.join(",") });
  for (const name of ["csrfmiddlewaretoken", "longitude", "latitude", "address", "placed"]) body.set(name, asked.get(name) ?? "");
  const answer = await fetch(known.dataset.address, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || look !== lastLook) return;
  known.innerHTML = await answer.text();
  const seen = document.getElementById("id_seen");
  if (!document.getElementById("id_counted").value) {
    seen.value = [...new Set([...seen.value.split(",").filter(Boolean), ...numbers(known)])].join(",");
  }
}

async function outlines(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : { type: "FeatureCollection", features: [] };
}

function middle(feature) {
  const rings = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates[0]] : feature.geometry.coordinates.map((part) => part[0]);
  const ring = rings.reduce((longest, one) => (one.length > longest.length ? one : longest));
  const [xs, ys] = [ring.map((point) => point[0]), ring.map((point) => point[1])];
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

function drawNames(map, library, places) {
  for (const feature of places.features) {
    const name = document.createElement("span");
    name.className = "in-map__name";
    name.textContent = feature.properties.name;
    new library.Marker({ element: name }).setLngLat(middle(feature)).addTo(map);
  }
}

function pinElement() {
  const space = "http://www.w3.org/2000/svg";
  const pin = document.createElementNS(space, "svg");
  pin.setAttribute("viewBox", "0 0 28 36");
  pin.setAttribute("class", "in-pin");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", "M14 1C7 1 2 6 2 13c0 9 12 22 12 22s12-13 12-22C26 6 21 1 14 1zm0 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z");
  pin.append(shape);
  const holder = document.createElement("div");
  holder.append(pin);
  return holder;
}

async function showMap(place) {
  const library = await import(place.dataset.library);
  const box = place.dataset.bounds.split(",").map(Number);
  const state = document.getElementById("pin-state");
  const remove = document.getElementById("unpin");
  const map = new library.Map({
    container: "map",
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#edeae3" } }] },
    bounds: [[box[0], box[1]], [box[2], box[3]]],
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: true,
    locale: JSON.parse(place.dataset.locale),
    dragRotate: false,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  const marker = new library.Marker({ element: pinElement(), anchor: "bottom", draggable: true });
  const say = (text) => { state.textContent = text; };
  function put(point) {
    longitude.value = point.lng.toFixed(6);
    latitude.value = point.lat.toFixed(6);
    marker.setLngLat(point).addTo(map);
    remove.hidden = false;
    place.dataset.pinned = "true";
    say(place.dataset.set);
    lookAround();
  }
  marker.on("dragend", () => put(marker.getLngLat()));
  map.on("click", (event) => put(event.lngLat));
  document.getElementById("center").addEventListener("click", () => put(map.getCenter()));
  remove.addEventListener("click", () => {
    longitude.value = latitude.value = "";
    marker.remove();
    remove.hidden = true;
    delete place.dataset.pinned;
    say(place.dataset.unset);
    lookAround();
  });
  document.getElementById("locate").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    (found) => {
      const here = new library.LngLat(found.coords.longitude, found.coords.latitude);
      map.jumpTo({ center: here, zoom: 15 });
      put(here);
    },
    () => say(place.dataset.refused),
    { enableHighAccuracy: true, timeout: 15000 },
  ));
  const whole = map.getZoom();
  map.on("zoom", () => map.getContainer().classList.toggle("in-map--close", map.getZoom() > whole + 0.9));
  say(place.dataset.unset);
  if (longitude.value && latitude.value) {
    const before = new library.LngLat(Number(longitude.value), Number(latitude.value));
    map.jumpTo({ center: before, zoom: 14 });
    put(before);
  }
  map.on("load", async () => {
    const places = await outlines(place.dataset.outline);
    map.addSource("places", { type: "geojson", data: places });
    map.addLayer({ id: "places", type: "fill", source: "places", paint: { "fill-color": "#ffffff" } });
    map.addLayer({ id: "borders", type: "line", source: "places", paint: { "line-color": "#8d8b86", "line-width": 1 } });
    drawNames(map, library, places);
    place.dataset.ready = "true";
  });
}

function answersTo(form, code) {
  return [...form.elements].filter((field) => field.name === `q_${code}` && (field.checked || !["radio", "checkbox"].includes(field.type)))
    .map((field) => field.value);
}

function askWhatFits(form) {
  for (const group of form.querySelectorAll("[data-when]")) {
    group.hidden = !answersTo(form, group.dataset.when).includes(group.dataset.equals);
  }
}

const place = document.getElementById("place");
if (place) {
  place.hidden = false;
  showMap(place).catch(() => { place.hidden = true; });
}
const form = document.querySelector(".in-form");
form.addEventListener("change", () => askWhatFits(form));
document.getElementById("look").remove();
document.getElementById("id_address").addEventListener("change", lookAround);
askWhatFits(form);

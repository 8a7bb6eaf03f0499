// The map and the drawn date range. The page works without them.

const COLORS = ["#cfe2f2", "#9cc4e4", "#2a6fae", "#123f6d"];

function circleColor() {
  return ["case", ["==", ["get", "count"], 1], ["case", ["==", ["get", "status"], "open"], "#b84a00", "#2a6fae"],
    ["step", ["get", "count"], COLORS[0], 50, COLORS[1], 500, COLORS[2], 5000, COLORS[3]]];
}

function circleRadius() {
  return ["case", ["==", ["get", "count"], 1], 5, ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 5, 1, 9, 2, 14, 3, 19, 4, 25, 5, 32]];
}

function short(count) {
  return count >= 10000 ? `${Math.round(count / 1000)}k` : count >= 1000 ? `${(count / 1000).toFixed(1)}k` : String(count);
}

function drawLabels(map, library, features, markers) {
  while (markers.length) markers.pop().remove();
  for (const feature of features) {
    if (feature.properties.count < 2) continue;
    const label = document.createElement("span");
    label.className = feature.properties.count < 500 ? "ex-map__label ex-map__label--light" : "ex-map__label";
    label.textContent = short(feature.properties.count);
    markers.push(new library.Marker({ element: label }).setLngLat(feature.geometry.coordinates).addTo(map));
  }
}

async function showMap(holder) {
  const library = await import(holder.dataset.library);
  const bounds = holder.dataset.bounds.split(",").map(Number);
  holder.textContent = "";
  const map = new library.Map({
    container: holder,
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f7f5f1" } }] },
    bounds: bounds.length === 4 ? [[bounds[0], bounds[1]], [bounds[2], bounds[3]]] : undefined,
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    cooperativeGestures: true,
    locale: JSON.parse(holder.dataset.locale),
    dragRotate: false,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  const markers = [];
  let asked = 0;
  async function refresh() {
    const box = map.getBounds();
    const number = ++asked;
    const corners = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((value) => value.toFixed(5)).join(",");
    const answer = await fetch(`${holder.dataset.cells}&box=${corners}&zoom=${map.getZoom().toFixed(2)}`);
    if (!answer.ok || number !== asked) return;
    const cells = await answer.json();
    map.getSource("requests").setData(cells);
    drawLabels(map, library, cells.features, markers);
    holder.dataset.shown = String(cells.total);
  }
  map.on("load", async () => {
    if (holder.dataset.outline) {
      map.addSource("places", { type: "geojson", data: new URL(holder.dataset.outline, location.href).href });
      map.addLayer({ id: "places", type: "fill", source: "places", paint: { "fill-color": "#ffffff" } });
      map.addLayer({ id: "borders", type: "line", source: "places", paint: { "line-color": "#8d8b86", "line-width": 1 } });
    }
    map.addSource("requests", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    map.addLayer({ id: "requests", type: "circle", source: "requests",
      paint: { "circle-color": circleColor(), "circle-radius": circleRadius(), "circle-stroke-color": "#ffffff", "circle-stroke-width": 1, "circle-opacity": 0.9 } });
    map.on("moveend", refresh);
    map.on("click", "requests", (event) => {
      const feature = event.features[0];
      if (feature.properties.count > 1) map.easeTo({ center: feature.geometry.coordinates, zoom: map.getZoom() + 2, duration: 0 });
      else describe(library, map, feature);
    });
    await refresh();
  });
}

function describe(library, map, feature) {
  const text = document.createElement("p");
  const facts = feature.properties;
  text.textContent = `${facts.id}: ${facts.service}. ${facts.opened}. ${facts.status}.`;
  new library.Popup({ maxWidth: "16rem" }).setLngLat(feature.geometry.coordinates).setDOMContent(text).addTo(map);
}

function drawDates(timeline) {
  const bars = [...timeline.querySelectorAll(".ex-timeline__bar")];
  const from = document.getElementById("f-from");
  const to = document.getElementById("f-to");
  let start = null;
  let end = null;
  const at = (event) => {
    const box = timeline.querySelector("svg").getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(Math.max(place, 0), bars.length - 1);
  };
  const paint = () => bars.forEach((bar, place) => bar.classList.toggle("ex-timeline__bar--in", place >= Math.min(start, end) && place <= Math.max(start, end)));
  timeline.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.target.closest("svg")) start = end = at(event);
  });
  timeline.addEventListener("pointermove", (event) => {
    if (start === null) return;
    end = at(event);
    if (end !== start) timeline.classList.add("ex-timeline--drawing");
    paint();
  });
  window.addEventListener("pointerup", () => {
    if (start === null) return;
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    const drawn = first !== last;
    start = null;
    if (!drawn) return;
    const day = new Date(`${bars[last].dataset.month}T00:00:00Z`);
    day.setUTCMonth(day.getUTCMonth() + 1, 0);
    from.value = bars[first].dataset.month;
    to.value = day.toISOString().slice(0, 10);
    from.form.requestSubmit();
  });
  timeline.addEventListener("click", (event) => {
    if (timeline.classList.contains("ex-timeline--drawing")) event.preventDefault();
  }, true);
  timeline.addEventListener("dragstart", (event) => event.preventDefault());
}

const map = document.getElementById("map");
if (map) showMap(map).catch(() => { map.dataset.failed = "true"; });
const timeline = document.getElementById("timeline");
if (timeline) drawDates(timeline);

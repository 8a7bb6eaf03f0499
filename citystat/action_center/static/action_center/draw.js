// Draws one polygon on the city's map into a text field as GeoJSON. Without it the field takes the text itself.
const place = document.getElementById("draw");
const field = place && document.getElementById(place.dataset.field);

async function outlines(address) {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : { type: "FeatureCollection", features: [] };
}

function cornersOf(text) {
  try {
    const given = JSON.parse(text);
    const shape = given.type === "FeatureCollection" ? given.features[0].geometry : given.geometry || given;
    return shape.type === "Polygon" && shape.coordinates.length === 1 ? { corners: shape.coordinates[0].slice(0, -1), shape } : { corners: null, shape };
  } catch {
    return { corners: [], shape: null };
  }
}

async function start() {
  const library = await import(place.dataset.library);
  const box = place.dataset.bounds.split(",").map(Number);
  const state = document.getElementById("draw-state");
  let { corners, shape } = cornersOf(field.value);
  const map = new library.Map({
    container: "draw-map",
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#edeae3" } }] },
    bounds: [[box[0], box[1]], [box[2], box[3]]],
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: true,
    locale: JSON.parse(place.dataset.locale),
    dragRotate: false,
  });
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");

  function drawn() {
    const features = [];
    if (corners === null) features.push({ type: "Feature", geometry: shape, properties: {} });
    else {
      if (corners.length > 2) features.push({ type: "Feature", geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] }, properties: {} });
      if (corners.length === 2) features.push({ type: "Feature", geometry: { type: "LineString", coordinates: corners }, properties: {} });
      for (const corner of corners) features.push({ type: "Feature", geometry: { type: "Point", coordinates: corner }, properties: {} });
    }
    return { type: "FeatureCollection", features };
  }

  function show(changed) {
    if (changed) field.value = corners.length > 2 ? JSON.stringify({ type: "Polygon", coordinates: [[...corners, corners[0]]] }) : "";
    const source = map.getSource("area");
    if (source) source.setData(drawn());
    const words = corners === null ? "given" : corners.length === 0 ? "none" : corners.length < 3 ? "some" : "done";
    state.textContent = place.dataset[words].replace("{count}", corners === null ? "" : String(corners.length));
    place.dataset.corners = corners === null ? "" : String(corners.length);
  }

  function add(point) {
    if (corners === null) return;
    corners.push([Number(point.lng.toFixed(6)), Number(point.lat.toFixed(6))]);
    show(true);
  }

  map.on("click", (event) => add(event.lngLat));
  document.getElementById("draw-middle").addEventListener("click", () => add(map.getCenter()));
  document.getElementById("draw-back").addEventListener("click", () => { if (corners && corners.length) { corners.pop(); show(true); } });
  document.getElementById("draw-clear").addEventListener("click", () => { corners = []; shape = null; show(true); });
  field.addEventListener("change", () => { ({ corners, shape } = cornersOf(field.value)); show(false); });
  map.on("load", async () => {
    const places = await outlines(place.dataset.outline);
    map.addSource("places", { type: "geojson", data: places });
    map.addLayer({ id: "places", type: "fill", source: "places", paint: { "fill-color": "#ffffff" } });
    map.addLayer({ id: "borders", type: "line", source: "places", paint: { "line-color": "#8d8b86", "line-width": 1 } });
    map.addSource("area", { type: "geojson", data: drawn() });
    map.addLayer({ id: "area", type: "fill", source: "area", paint: { "fill-color": "#1a4480", "fill-opacity": 0.2 }, filter: ["!=", ["geometry-type"], "Point"] });
    map.addLayer({ id: "edge", type: "line", source: "area", paint: { "line-color": "#1a4480", "line-width": 2.5 }, filter: ["!=", ["geometry-type"], "Point"] });
    map.addLayer({ id: "corners", type: "circle", source: "area", paint: { "circle-color": "#ffffff", "circle-stroke-color": "#1a4480", "circle-stroke-width": 2, "circle-radius": 5 }, filter: ["==", ["geometry-type"], "Point"] });
    place.dataset.ready = "true";
  });
  show(false);
}

if (place && field) {
  place.hidden = false;
  start().catch(() => { place.hidden = true; document.getElementById("draw-text").open = true; });
}

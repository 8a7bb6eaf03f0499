// Requests around the phone. The list works without it.
const button = document.getElementById("near-me");
const state = document.getElementById("near-me-state");
if (navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    (found) => {
      const address = new URL(location.href);
      address.searchParams.delete("before");
      address.searchParams.set("near", `${found.coords.longitude.toFixed(4)},${found.coords.latitude.toFixed(4)}`);
      location.assign(address);
    },
    () => { state.textContent = state.dataset.refused; },
    { timeout: 15000 },
  ));
}

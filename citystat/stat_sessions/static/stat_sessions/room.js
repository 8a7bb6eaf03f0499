// Minutes left of the topic under discussion. Without it the page says from when to when each topic runs.
(() => {
  const marks = [...document.querySelectorAll("[data-ends]")];
  const show = () => {
    const now = Date.now();
    for (const mark of marks) {
      const runs = Date.parse(mark.dataset.begins) <= now && now < Date.parse(mark.dataset.ends);
      const left = Math.ceil((Date.parse(mark.dataset.ends) - now) / 60000);
      mark.textContent = runs ? `${left} ${mark.dataset.words}` : "";
    }
  };
  show();
  setInterval(show, 15000);
})();

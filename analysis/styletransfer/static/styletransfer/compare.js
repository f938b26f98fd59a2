// Lays the restyled picture over the one before; a slider, by pointer or by keys, says where one ends and the other begins.
// Without this both stand side by side.
for (const figure of document.querySelectorAll("[data-compare]")) {
  const [after, label] = [figure.querySelector(".after"), figure.querySelector("[data-compare-label]")];
  const slider = label.querySelector("input");
  const pair = figure.querySelector(".pair");

  const show = () => { after.style.clipPath = `inset(0 0 0 ${slider.value}%)`; };
  const follow = (event) => {
    const box = pair.getBoundingClientRect();
    slider.value = String(Math.round(100 * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))));
    show();
  };

  figure.classList.add("laid");
  label.hidden = false;
  slider.addEventListener("input", show);
  pair.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pair.setPointerCapture(event.pointerId);
    follow(event);
  });
  pair.addEventListener("pointermove", (event) => {
    if (pair.hasPointerCapture(event.pointerId)) follow(event);
  });
  show();
}

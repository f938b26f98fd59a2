// A slider tells its value while it is moved, and asks anew when it is let go. Without this the button does it.
// Listens on the document, as the sliders may come later than this.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-slider]")) return;
  target.form.querySelector(`output[for="${target.id}"]`).value = target.value;
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-slider]")) target.form.requestSubmit();
});

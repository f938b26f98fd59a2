// A slider tells its value while it is moved. Without this the form works all the same.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("input[type=range]")) return;
  const output = target.closest(".slider")?.querySelector("output");
  if (output) output.value = target.value;
});

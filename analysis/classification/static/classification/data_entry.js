// In data entry the form stands beside the suggestions: what an answer wrote is shown in its fields, so that saving the
// form does not empty them again.
document.addEventListener("suggestionAnswered", (event) => {
  for (const [name, value] of Object.entries(event.detail.written)) {
    const field = document.getElementById(`id_${name}`);
    if (field) field.value = value;
  }
});

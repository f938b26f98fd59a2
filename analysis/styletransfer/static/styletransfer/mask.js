// Paints a mask over the picture: white where it is restyled. It is sent as a small PNG; where nothing is painted, nothing is
// sent, and the whole picture is restyled. What was painted stays painted when the page comes back with a refusal. Without
// this, or without a pointer, a part is given by numbers.
const LONGEST = 512;

for (const root of document.querySelectorAll("[data-mask]")) {
  const form = root.closest("form");
  const [canvas, brush] = [root.querySelector("canvas"), root.querySelector("[data-brush]")];
  const value = form.querySelector("[data-mask-value]");
  const mask = document.createElement("canvas");
  const [picture, painted] = [new Image(), new Image()];
  let last = null;
  let isPainted = false;

  const draw = () => {
    const screen = canvas.getContext("2d");
    screen.globalCompositeOperation = "source-over";
    screen.globalAlpha = 1;
    screen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (!isPainted) return;
    screen.globalAlpha = 0.55;
    screen.globalCompositeOperation = "multiply";
    screen.drawImage(mask, 0, 0);
  };

  const fill = (colour) => {
    const paint = mask.getContext("2d");
    paint.globalCompositeOperation = "source-over";
    paint.fillStyle = colour;
    paint.fillRect(0, 0, mask.width, mask.height);
  };

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };

  const stroke = (event) => {
    const paint = mask.getContext("2d");
    const here = place(event);
    paint.strokeStyle = "#ffffff";
    paint.lineCap = "round";
    paint.lineWidth = Number(brush.value) / 100 * Math.max(mask.width, mask.height);
    paint.beginPath();
    paint.moveTo(...(last ?? here));
    paint.lineTo(...here);
    paint.stroke();
    last = here;
    isPainted = true;
    draw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) stroke(event);
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { last = null; });

  root.addEventListener("click", ({ target }) => {
    if (target.dataset.maskAct === "clear") {
      fill("#000000");
      isPainted = false;
    } else if (target.dataset.maskAct === "invert") {
      const paint = mask.getContext("2d");
      paint.globalCompositeOperation = "difference";
      paint.fillStyle = "#ffffff";
      paint.fillRect(0, 0, mask.width, mask.height);
      paint.globalCompositeOperation = "source-over";
      isPainted = true;
    } else return;
    draw();
  });

  form.addEventListener("submit", () => { value.value = isPainted ? mask.toDataURL("image/png") : ""; });

  picture.addEventListener("load", () => {
    const scale = LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight);
    for (const each of [canvas, mask]) {
      each.width = Math.max(1, Math.round(picture.naturalWidth * scale));
      each.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    }
    fill("#000000");
    draw();
    root.hidden = false;
    if (value.value) painted.src = value.value;
  });

  painted.addEventListener("load", () => {
    mask.getContext("2d").drawImage(painted, 0, 0, mask.width, mask.height);
    isPainted = true;
    draw();
  });
  picture.src = root.dataset.src;
}

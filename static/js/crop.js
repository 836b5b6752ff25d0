// A frame over a photo: dragged, moved by the arrow keys, or given by the number fields beside it.
// Cropper.js is fetched only when somebody wants to crop.

const SIDES = ["left", "top", "width", "height"];
const START = { left: 15, top: 15, width: 70, height: 70 };
const STEP = 2; // per cent, for one press of an arrow key

const TEMPLATE = `
<cropper-canvas background>
  <cropper-image alt=""></cropper-image>
  <cropper-shade hidden></cropper-shade>
  <cropper-selection movable resizable outlined tabindex="0">
    <cropper-handle action="move" plain></cropper-handle>
    ${["n", "e", "s", "w", "ne", "nw", "se", "sw"]
      .map((side) => `<cropper-handle action="${side}-resize"></cropper-handle>`)
      .join("")}
  </cropper-selection>
</cropper-canvas>`;

/** Lays a frame over `image`, kept equal to the number fields in `fields`, which hear of each change
    as "part"; gives a function that takes it away again. */
export async function frameOver(image, stage, fields, label) {
  const { default: Cropper } = await import("../vendor/cropperjs/cropper.esm.min.js");
  await image.decode();
  const inputs = Object.fromEntries(
    SIDES.map((side) => [side, fields.querySelector(`[name="${side}"]`)]),
  );
  const box = { width: image.clientWidth, height: image.clientHeight };
  const cropper = new Cropper(image, { container: stage, template: TEMPLATE });
  const canvas = cropper.getCropperCanvas();
  const selection = cropper.getCropperSelection();
  canvas.classList.add("crop-canvas");
  canvas.style.width = `${box.width}px`;
  canvas.style.height = `${box.height}px`;
  selection.setAttribute("role", "group");
  selection.setAttribute("aria-label", label);
  await cropper.getCropperImage().$ready();

  const read = () => Object.fromEntries(SIDES.map((side) => [side, Number(inputs[side].value)]));

  function write(part) {
    for (const side of SIDES) inputs[side].value = String(Math.round(part[side] * 10) / 10);
  }

  function show(part) {
    const shares = [part.left * box.width, part.top * box.height, part.width * box.width, part.height * box.height];
    selection.$change(...shares.map((share) => share / 100));
  }

  let told = JSON.stringify(read());
  function tell() {
    const now = JSON.stringify(read());
    if (now !== told) fields.dispatchEvent(new Event("part"));
    told = now;
  }

  const isTyping = () => Object.values(inputs).includes(document.activeElement);

  function fit(part) {
    const width = Math.min(Math.max(part.width || 2, 2), 100);
    const height = Math.min(Math.max(part.height || 2, 2), 100);
    return {
      width,
      height,
      left: Math.min(Math.max(part.left || 0, 0), 100 - width),
      top: Math.min(Math.max(part.top || 0, 0), 100 - height),
    };
  }

  selection.addEventListener("change", (event) => {
    const { x, y, width, height } = event.detail;
    const part = {
      left: (x / box.width) * 100,
      top: (y / box.height) * 100,
      width: (width / box.width) * 100,
      height: (height / box.height) * 100,
    };
    const inside = fit(part);
    if (SIDES.some((side) => Math.abs(inside[side] - part[side]) > 0.5)) event.preventDefault();
    else if (!isTyping()) write(inside); // What is being typed is not overwritten.
    tell();
  });

  selection.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const part = read();
    const changed = event.shiftKey
      ? { ...part, width: part.width + step[0], height: part.height + step[1] }
      : { ...part, left: part.left + step[0], top: part.top + step[1] };
    const inside = fit(changed);
    write(inside);
    show(inside);
    tell();
  });

  function typed() {
    show(fit(read()));
    tell();
  }

  for (const input of Object.values(inputs)) input.addEventListener("input", typed);
  if (!inputs.width.value) write(START);
  show(fit(read()));

  return () => {
    for (const input of Object.values(inputs)) input.removeEventListener("input", typed);
    cropper.destroy?.();
    canvas.remove();
    image.style.display = "";
  };
}

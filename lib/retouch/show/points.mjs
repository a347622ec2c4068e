// Control points over a picture. When one is let go, the kernel gets `target`, a list of [x, y]
// in pixels, and answers with `picture`, a PNG as a data URL.

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function render({ model, el }) {
  const height = model.get("height");
  const width = model.get("width");
  const source = model.get("source");
  let target = model.get("target").map((p) => [...p]);
  let held = null;
  const image = document.createElement("img");
  image.style.width = `${model.get("zoom") * width}px`;
  image.draggable = false;
  // Points are at pixel centres; the picture's border is half a pixel further out.
  const svg = shape("svg", {
    viewBox: `-0.5 -0.5 ${width} ${height}`,
    role: "group",
    "aria-label": "Control points",
  });
  const lines = source.map(() => shape("line", { "stroke-width": width / 300 }));
  const points = source.map((_, k) =>
    shape("circle", {
      r: width / 60,
      "stroke-width": width / 200,
      tabindex: "0",
      role: "slider",
      "data-point": k,
    }),
  );
  svg.append(...lines, ...points);
  const stage = document.createElement("div");
  stage.className = "retouch-stage";
  stage.append(image, svg);
  const status = document.createElement("div");
  status.className = "retouch-status";
  status.setAttribute("role", "status");
  const reset = document.createElement("button");
  reset.type = "button";
  reset.textContent = "Reset";
  const row = document.createElement("div");
  row.className = "retouch-row";
  row.append(reset, status);
  const root = document.createElement("div");
  root.className = "retouch-editor";
  root.append(stage, row);
  el.append(root);

  function place() {
    target.forEach(([x, y], k) => {
      points[k].setAttribute("cx", x);
      points[k].setAttribute("cy", y);
      const text = `Point ${k + 1}: x ${x.toFixed(0)}, y ${y.toFixed(0)}`;
      points[k].setAttribute("aria-label", text);
      points[k].setAttribute("aria-valuetext", text);
      const ends = { x1: source[k][0], y1: source[k][1], x2: x, y2: y };
      for (const [key, value] of Object.entries(ends)) lines[k].setAttribute(key, value);
    });
  }
  function send() {
    model.set(
      "target",
      target.map((p) => [...p]),
    );
    model.save_changes();
  }
  function move(k, x, y) {
    target[k] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
    place();
  }
  svg.addEventListener("pointerdown", (event) => {
    const k = event.target.dataset?.point;
    if (k === undefined) return;
    held = Number(k);
    svg.setPointerCapture(event.pointerId);
    points[held].focus();
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const box = image.getBoundingClientRect();
    move(
      held,
      ((event.clientX - box.left) / box.width) * width - 0.5,
      ((event.clientY - box.top) / box.height) * height - 0.5,
    );
  });
  svg.addEventListener("pointerup", () => {
    if (held !== null) {
      held = null;
      send();
    }
  });
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    const k = event.target.dataset?.point;
    if (!way || k === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? 8 : 2;
    move(Number(k), target[k][0] + step * way[0], target[k][1] + step * way[1]);
    send();
  });
  reset.addEventListener("click", () => {
    target = source.map((p) => [...p]);
    place();
    send();
  });

  function pictured() {
    image.src = model.get("picture");
    image.alt = model.get("alt");
  }
  function told() {
    status.textContent = model.get("message");
    status.classList.toggle("error", model.get("failed"));
  }
  model.on("change:picture", pictured);
  model.on("change:message", told);
  pictured();
  told();
  place();
  return () => {
    model.off("change:picture", pictured);
    model.off("change:message", told);
  };
}

export default { render };

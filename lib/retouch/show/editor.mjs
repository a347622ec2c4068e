// A drawing of segments and edges that is changed by hand. After each change the kernel gets
// `labels` and `edges`, one byte per pixel, and answers with `picture`, a PNG as a data URL.

import { Drawing, corners } from "./drawing.mjs";

const TOOLS = [
  [
    "move",
    "Move",
    "Drag a segment to another place, with its edges; a click chooses it for painting",
  ],
  ["box", "Box", "Draw a box: what lies wholly inside is picked up together, to be moved"],
  ["remove", "Remove", "Click a segment to take it away; its surroundings close over it"],
  ["paint", "Paint", "Paint with the segment chosen beside"],
  ["edge", "Draw edge", "Draw an edge"],
  ["erase", "Erase", "Erase edges"],
];
const UNDO = 50;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const bytes = (view) =>
  new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

function render({ model, el }) {
  const height = model.get("height");
  const width = model.get("width");
  const palette = model.get("palette");
  const read = () =>
    new Drawing(bytes(model.get("labels")), bytes(model.get("edges")), height, width);
  const first = read();
  let drawing = first.copy();
  const past = [];
  let picked = null;
  let press = null;
  let tool = "move";
  let cursor = null;
  let busy = false;

  const canvas = element("canvas", {
    width,
    height,
    tabindex: "0",
    role: "application",
    "aria-label":
      "The drawing. Arrow keys move a cursor, with Shift faster; Space presses and lets go.",
  });
  canvas.style.width = `${model.get("zoom") * width}px`;
  const context = canvas.getContext("2d");
  const result = element("img", { class: "retouch-result", alt: "" });
  result.style.width = `${model.get("zoom") * width}px`;
  const status = element("div", { class: "retouch-status", role: "status", "aria-live": "polite" });
  const buttons = TOOLS.map(([name, label, title]) => {
    const button = element("button", { type: "button", title, "data-tool": name }, label);
    button.addEventListener("click", () => choose(name));
    return button;
  });
  const labels = element("select", { "aria-label": "Segment to paint with" });
  for (const [value, name] of model.get("names")) labels.append(element("option", { value }, name));
  const brush = element("select", { "aria-label": "Width of the brush in pixels" });
  for (const size of [1, 3, 5, 9, 15])
    brush.append(element("option", { value: size }, `${size} px`));
  brush.value = "5";
  const undo = element("button", { type: "button", "data-tool": "undo" }, "Undo");
  const reset = element("button", { type: "button", "data-tool": "reset" }, "Reset");

  function choose(name) {
    tool = name;
    buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.tool === name)));
    if (name !== "move" && name !== "remove") picked = null;
    status.textContent = TOOLS.find((t) => t[0] === name)[2] + ".";
    paint();
  }

  function paint(shown = drawing, box = null) {
    const image = context.createImageData(width, height);
    shown.labels.forEach((label, i) => {
      const color = shown.edges[i] ? [255, 255, 255] : (palette[label] ?? [0, 0, 0]);
      image.data.set([...color, 255], 4 * i);
      if (picked && picked[i] && (i + Math.floor(i / width)) % 3 === 0)
        image.data.set([0, 0, 0, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
    context.strokeStyle = "#000";
    if (box) context.strokeRect(box[0] + 0.5, box[1] + 0.5, box[2] - box[0], box[3] - box[1]);
    if (cursor) context.strokeRect(cursor[0] - 1.5, cursor[1] - 1.5, 4, 4);
  }

  function send() {
    if (busy) return; // the answer to what is under way will ask again
    busy = true;
    status.textContent = "The network is drawing …";
    model.set("labels", new DataView(drawing.labels.slice().buffer));
    model.set("edges", new DataView(drawing.edges.slice().buffer));
    model.set("asked", model.get("asked") + 1);
    sent = drawing;
    model.save_changes();
  }
  let sent = drawing;

  function commit(next) {
    past.push(drawing);
    if (past.length > UNDO) past.shift();
    drawing = next;
    paint();
    send();
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    return [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
  }

  function down(place) {
    const i = place[1] * width + place[0];
    press = { tool, from: place, last: place, next: drawing.copy() };
    if (tool === "move") {
      labels.value = String(drawing.labels[i]);
      press.mask = picked && picked[i] ? picked : drawing.segment(i);
    }
    if (tool === "remove") {
      press.next.clear(picked && picked[i] ? picked : drawing.segment(i));
      picked = null;
    }
    drag(place);
  }

  // What each tool does while the pointer is down.
  const dragging = {
    move(place) {
      const [dx, dy] = [place[0] - press.from[0], place[1] - press.from[1]];
      if (!dx && !dy && !press.moved) return;
      press.next = drawing.copy();
      press.moved = press.next.move(press.mask, dx, dy);
    },
    box: (place) => (press.box = corners(press.from, place)),
    paint: (place) =>
      press.next.paint(press.last, place, Number(brush.value), Number(labels.value)),
    edge: (place) => press.next.drawEdge(press.last, place),
    erase: (place) => press.next.eraseEdges(press.last, place, Number(brush.value)),
    remove: () => {},
  };

  function drag(place) {
    if (!press) return;
    dragging[press.tool](place);
    press.last = place;
    const kept = picked;
    if (press.moved) picked = null;
    paint(press.next, press.box);
    picked = kept;
  }

  function up() {
    if (!press) return;
    const done = press;
    press = null;
    if (done.tool === "box") {
      const found = drawing.inside(...done.box);
      choose("move");
      picked = found.some((on) => on) ? found : null;
      status.textContent = picked
        ? "Now drag what is dotted, or remove it."
        : "Nothing lies wholly inside that box: draw a larger one.";
      paint();
    } else if (done.tool !== "move" || done.moved) {
      if (done.moved && picked) picked = done.moved;
      commit(done.next);
    } else paint();
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    canvas.focus();
    event.preventDefault();
    cursor = null;
    down(at(event));
  });
  canvas.addEventListener("pointermove", (event) => drag(at(event)));
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", () => {
    press = null;
    paint();
  });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    if (!way && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    cursor ??= [Math.floor(width / 2), Math.floor(height / 2)];
    if (way) {
      const step = event.shiftKey ? 8 : 1;
      cursor = [
        Math.min(width - 1, Math.max(0, cursor[0] + step * way[0])),
        Math.min(height - 1, Math.max(0, cursor[1] + step * way[1])),
      ];
      if (press) drag(cursor);
      else paint();
    } else if (press) up();
    else down(cursor);
  });
  undo.addEventListener("click", () => {
    if (!past.length) {
      status.textContent = "There is nothing to undo.";
      return;
    }
    drawing = past.pop();
    picked = null;
    paint();
    send();
  });
  reset.addEventListener("click", () => {
    picked = null;
    commit(first.copy());
  });

  function answered() {
    busy = false;
    if (sent !== drawing) {
      send();
      return;
    }
    status.textContent = model.get("message");
    status.classList.toggle("error", model.get("failed"));
  }
  function pictured() {
    result.src = model.get("picture");
    result.alt = model.get("alt");
  }
  model.on("change:picture", pictured);
  model.on("change:answered", answered);
  pictured();
  status.textContent = model.get("message");

  const tools = element(
    "div",
    { class: "retouch-row", role: "toolbar", "aria-label": "Tools" },
    ...buttons,
    labels,
    brush,
    undo,
    reset,
  );
  const pictures = element(
    "div",
    { class: "retouch-pictures" },
    element("figure", {}, canvas, element("figcaption", {}, "the drawing: change it")),
    element("figure", {}, result, element("figcaption", {}, "what the network makes of it")),
  );
  el.append(element("div", { class: "retouch-editor" }, tools, pictures, status));
  choose("move");
  return () => {
    model.off("change:picture", pictured);
    model.off("change:answered", answered);
  };
}

export default { render };

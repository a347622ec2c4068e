// A drawing of segments and edges that is changed by hand. After each change the kernel gets
// `labels` and `edges`, one byte per pixel, and answers with `picture`, a PNG as a data URL.

const TOOLS = [
  ["move", "Move", "Drag a segment to another place, with its edges; a click chooses it for painting"],
  ["box", "Box", "Draw a box: what lies wholly inside is picked up together, to be moved"],
  ["remove", "Remove", "Click a segment to take it away; its surroundings close over it"],
  ["paint", "Paint", "Paint with the segment chosen beside"],
  ["edge", "Draw edge", "Draw an edge"],
  ["rub", "Rub out edge", "Rub out edges"],
];
const UNDO = 50;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const bytes = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

class Drawing {
  constructor(labels, edges, height, width) {
    Object.assign(this, { labels, edges, height, width });
  }

  copy() {
    return new Drawing(this.labels.slice(), this.edges.slice(), this.height, this.width);
  }

  neighbours(i) {
    const x = i % this.width, found = [];
    if (x > 0) found.push(i - 1);
    if (x < this.width - 1) found.push(i + 1);
    if (i >= this.width) found.push(i - this.width);
    if (i < this.labels.length - this.width) found.push(i + this.width);
    return found;
  }

  // The connected segment around a pixel, as a mask.
  segment(start) {
    const mask = new Uint8Array(this.labels.length), stack = [start];
    mask[start] = 1;
    while (stack.length) {
      for (const n of this.neighbours(stack.pop())) {
        if (!mask[n] && this.labels[n] === this.labels[start]) { mask[n] = 1; stack.push(n); }
      }
    }
    return mask;
  }

  // All segments that lie wholly inside a box.
  inside(left, top, right, bottom) {
    const chosen = new Uint8Array(this.labels.length), seen = new Uint8Array(this.labels.length);
    const within = (i) => {
      const x = i % this.width, y = (i - x) / this.width;
      return x >= left && x <= right && y >= top && y <= bottom;
    };
    for (let i = 0; i < this.labels.length; i++) {
      if (seen[i] || !within(i)) continue;
      const mask = this.segment(i);
      let whole = true;
      mask.forEach((on, j) => { if (on) { seen[j] = 1; whole = whole && within(j); } });
      if (whole) mask.forEach((on, j) => { if (on) chosen[j] = 1; });
    }
    return chosen;
  }

  // The pixels of a mask and those beside it, where its outline is drawn.
  widened(mask) {
    const wide = mask.slice();
    mask.forEach((on, i) => { if (on) for (const n of this.neighbours(i)) wide[n] = 1; });
    return wide;
  }

  // Take what a mask covers away: every pixel gets the label of the nearest one that stays.
  clear(mask) {
    const wide = this.widened(mask), open = mask.slice();
    wide.forEach((on, i) => { if (on) this.edges[i] = 0; });
    let front = [];
    open.forEach((on, i) => { if (on && this.neighbours(i).some((n) => !open[n])) front.push(i); });
    while (front.length) {
      const values = front.map((i) => this.labels[this.neighbours(i).find((n) => !open[n])]);
      front.forEach((i, k) => { this.labels[i] = values[k]; });
      front.forEach((i) => { open[i] = 0; });
      const next = new Set();
      for (const i of front) for (const n of this.neighbours(i)) if (open[n]) next.add(n);
      front = [...next];
    }
  }

  // Move what a mask covers, with its edges; returns the mask at its new place.
  move(mask, dx, dy) {
    const old = this.copy(), wide = this.widened(mask), moved = new Uint8Array(mask.length);
    this.clear(mask);
    const each = (cover, put) => cover.forEach((on, i) => {
      const x = (i % this.width) + dx, y = Math.floor(i / this.width) + dy;
      if (on && x >= 0 && x < this.width && y >= 0 && y < this.height) put(i, y * this.width + x);
    });
    each(mask, (from, to) => {
      this.labels[to] = old.labels[from]; this.edges[to] = old.edges[from]; moved[to] = 1;
    });
    each(wide, (from, to) => { if (old.edges[from]) this.edges[to] = 1; });
    return moved;
  }

  // A round brush along a line.
  stroke(from, to, size, put) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 2));
    const r = (size - 1) / 2;
    for (let s = 0; s <= steps; s++) {
      const cx = from[0] + ((to[0] - from[0]) * s) / steps, cy = from[1] + ((to[1] - from[1]) * s) / steps;
      for (let y = Math.round(cy - r); y <= Math.round(cy + r); y++) {
        for (let x = Math.round(cx - r); x <= Math.round(cx + r); x++) {
          const near = Math.hypot(x - cx, y - cy) <= r + 0.5;
          if (near && x >= 0 && x < this.width && y >= 0 && y < this.height) put(y * this.width + x);
        }
      }
    }
  }
}

function render({ model, el }) {
  const height = model.get("height"), width = model.get("width"), palette = model.get("palette");
  const read = () => new Drawing(bytes(model.get("labels")), bytes(model.get("edges")), height, width);
  const first = read();
  let drawing = first.copy(), past = [], picked = null, press = null, tool = "move";
  let cursor = null, busy = false;

  const canvas = element("canvas", {
    width, height, tabindex: "0", role: "application",
    "aria-label": "The drawing. Arrow keys move a cursor, with Shift faster; Space presses and lets go.",
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
  for (const size of [1, 3, 5, 9, 15]) brush.append(element("option", { value: size }, `${size} px`));
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
      const color = shown.edges[i] ? [255, 255, 255] : palette[label] ?? [0, 0, 0];
      image.data.set([...color, 255], 4 * i);
      if (picked && picked[i] && (i + Math.floor(i / width)) % 3 === 0) image.data.set([0, 0, 0, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
    context.strokeStyle = "#000";
    if (box) context.strokeRect(box[0] + 0.5, box[1] + 0.5, box[2] - box[0], box[3] - box[1]);
    if (cursor) context.strokeRect(cursor[0] - 1.5, cursor[1] - 1.5, 4, 4);
  }

  function send() {
    if (busy) return;  // the answer to what is under way will ask again
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
    press = { from: place, last: place, next: drawing.copy() };
    if (tool === "move") {
      labels.value = String(drawing.labels[i]);
      press.mask = picked && picked[i] ? picked : drawing.segment(i);
    }
    if (tool === "remove") {
      press.next.clear(picked && picked[i] ? picked : drawing.segment(i));
      press.changed = true;
      picked = null;
    }
    drag(place);
  }

  function drag(place) {
    if (!press) return;
    const [dx, dy] = [place[0] - press.from[0], place[1] - press.from[1]];
    const size = Number(brush.value), next = press.next, label = Number(labels.value);
    if (tool === "move" && (dx || dy || press.moved)) {
      press.next = drawing.copy();
      press.moved = press.next.move(press.mask, dx, dy);
      press.changed = true;
    } else if (tool === "box") {
      press.box = [Math.min(place[0], press.from[0]), Math.min(place[1], press.from[1]),
        Math.max(place[0], press.from[0]), Math.max(place[1], press.from[1])];
    } else if (tool === "paint") {
      next.stroke(press.last, place, size, (i) => { next.labels[i] = label; next.edges[i] = 0; });
      press.changed = true;
    } else if (tool === "edge" || tool === "rub") {
      const width = tool === "edge" ? 1 : size;
      next.stroke(press.last, place, width, (i) => { next.edges[i] = tool === "edge" ? 1 : 0; });
      press.changed = true;
    }
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
    if (tool === "box" && done.box) {
      const found = drawing.inside(...done.box);
      choose("move");
      picked = found.some((on) => on) ? found : null;
      status.textContent = picked ? "Now drag what is dotted, or remove it." :
        "Nothing lies wholly inside that box: draw a larger one.";
      paint();
    } else if (done.changed) {
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
  canvas.addEventListener("pointercancel", () => { press = null; paint(); });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    cursor ??= [Math.floor(width / 2), Math.floor(height / 2)];
    if (way) {
      const step = event.shiftKey ? 8 : 1;
      cursor = [Math.min(width - 1, Math.max(0, cursor[0] + step * way[0])),
        Math.min(height - 1, Math.max(0, cursor[1] + step * way[1]))];
      if (press) drag(cursor); else paint();
    } else if (press) up(); else down(cursor);
  });
  undo.addEventListener("click", () => {
    if (!past.length) { status.textContent = "There is nothing to undo."; return; }
    drawing = past.pop(); picked = null; paint(); send();
  });
  reset.addEventListener("click", () => { picked = null; commit(first.copy()); });

  function answered() {
    busy = false;
    if (sent !== drawing) { send(); return; }
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

  const tools = element("div", { class: "retouch-row", role: "toolbar", "aria-label": "Tools" },
    ...buttons, labels, brush, undo, reset);
  const pictures = element("div", { class: "retouch-pictures" },
    element("figure", {}, canvas, element("figcaption", {}, "the drawing: change it")),
    element("figure", {}, result, element("figcaption", {}, "what the network makes of it")));
  el.append(element("div", { class: "retouch-editor" }, tools, pictures, status));
  choose("move");
  return () => { model.off("change:picture", pictured); model.off("change:answered", answered); };
}

export default { render };

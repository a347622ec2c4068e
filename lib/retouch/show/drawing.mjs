// A drawing of segments and edges, one byte per pixel each, and what can be done to it by hand.
// Nothing here knows the page: `node --test` proves it.

export class Drawing {
  constructor(labels, edges, height, width) {
    Object.assign(this, { labels, edges, height, width });
  }

  copy() {
    return new Drawing(this.labels.slice(), this.edges.slice(), this.height, this.width);
  }

  neighbours(i) {
    const x = i % this.width;
    const found = [];
    if (x > 0) found.push(i - 1);
    if (x < this.width - 1) found.push(i + 1);
    if (i >= this.width) found.push(i - this.width);
    if (i < this.labels.length - this.width) found.push(i + this.width);
    return found;
  }

  // The connected segment around a pixel, as a mask.
  segment(start) {
    const mask = new Uint8Array(this.labels.length);
    const stack = [start];
    mask[start] = 1;
    while (stack.length) {
      for (const n of this.neighbours(stack.pop())) {
        if (!mask[n] && this.labels[n] === this.labels[start]) {
          mask[n] = 1;
          stack.push(n);
        }
      }
    }
    return mask;
  }

  // All segments that lie wholly inside a box.
  inside(left, top, right, bottom) {
    const chosen = new Uint8Array(this.labels.length);
    const seen = new Uint8Array(this.labels.length);
    const within = (i) => {
      const x = i % this.width;
      const y = (i - x) / this.width;
      return x >= left && x <= right && y >= top && y <= bottom;
    };
    for (let i = 0; i < this.labels.length; i++) {
      if (seen[i] || !within(i)) continue;
      const mask = this.segment(i);
      let whole = true;
      mask.forEach((on, j) => {
        if (on) {
          seen[j] = 1;
          whole = whole && within(j);
        }
      });
      if (whole)
        mask.forEach((on, j) => {
          if (on) chosen[j] = 1;
        });
    }
    return chosen;
  }

  // The pixels of a mask and those beside it, where its outline is drawn.
  widened(mask) {
    const wide = mask.slice();
    mask.forEach((on, i) => {
      if (on) for (const n of this.neighbours(i)) wide[n] = 1;
    });
    return wide;
  }

  // Take what a mask covers away: every pixel gets the label of the nearest one that stays.
  clear(mask) {
    const wide = this.widened(mask);
    const open = mask.slice();
    wide.forEach((on, i) => {
      if (on) this.edges[i] = 0;
    });
    let front = [];
    open.forEach((on, i) => {
      if (on && this.neighbours(i).some((n) => !open[n])) front.push(i);
    });
    while (front.length) {
      const values = front.map((i) => this.labels[this.neighbours(i).find((n) => !open[n])]);
      front.forEach((i, k) => {
        this.labels[i] = values[k];
      });
      front.forEach((i) => {
        open[i] = 0;
      });
      const next = new Set();
      for (const i of front) for (const n of this.neighbours(i)) if (open[n]) next.add(n);
      front = [...next];
    }
  }

  // Move what a mask covers, with its edges; returns the mask at its new place.
  move(mask, dx, dy) {
    const old = this.copy();
    const wide = this.widened(mask);
    const moved = new Uint8Array(mask.length);
    this.clear(mask);
    const each = (cover, put) =>
      cover.forEach((on, i) => {
        const x = (i % this.width) + dx;
        const y = Math.floor(i / this.width) + dy;
        if (on && x >= 0 && x < this.width && y >= 0 && y < this.height) put(i, y * this.width + x);
      });
    each(mask, (from, to) => {
      this.labels[to] = old.labels[from];
      this.edges[to] = old.edges[from];
      moved[to] = 1;
    });
    each(wide, (from, to) => {
      if (old.edges[from]) this.edges[to] = 1;
    });
    return moved;
  }

  // The pixels under a round brush that is drawn along a line.
  stroke(from, to, size) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 2));
    const found = new Set();
    for (let s = 0; s <= steps; s++) {
      const x = from[0] + ((to[0] - from[0]) * s) / steps;
      const y = from[1] + ((to[1] - from[1]) * s) / steps;
      for (const i of this.disc(x, y, (size - 1) / 2)) found.add(i);
    }
    return [...found];
  }

  // The pixels whose centres lie in a disc, with half a pixel of tolerance.
  disc(centerX, centerY, radius) {
    const found = [];
    for (let y = Math.round(centerY - radius); y <= Math.round(centerY + radius); y++) {
      for (let x = Math.round(centerX - radius); x <= Math.round(centerX + radius); x++) {
        const near = Math.hypot(x - centerX, y - centerY) <= radius + 0.5;
        const within = x >= 0 && x < this.width && y >= 0 && y < this.height;
        if (near && within) found.push(y * this.width + x);
      }
    }
    return found;
  }

  // Give the pixels under a brush a label; the edges there go.
  paint(from, to, size, label) {
    for (const i of this.stroke(from, to, size)) {
      this.labels[i] = label;
      this.edges[i] = 0;
    }
  }

  drawEdge(from, to) {
    for (const i of this.stroke(from, to, 1)) this.edges[i] = 1;
  }

  eraseEdges(from, to, size) {
    for (const i of this.stroke(from, to, size)) this.edges[i] = 0;
  }
}

// The box between two places, as left, top, right and bottom.
export function corners([x, y], [otherX, otherY]) {
  return [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX), Math.max(y, otherY)];
}

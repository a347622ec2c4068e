// The drawing behind the editor: `node --test tests/lib/show`, which the Python tests call too.
import assert from "node:assert/strict";
import test from "node:test";
import { Drawing, corners } from "../../../lib/retouch/show/drawing.mjs";

// Labels as rows of digits; edges as rows of "." and "#".
function drawn(rows, edges = rows.map((row) => row.replace(/./g, "."))) {
  const labels = Uint8Array.from(rows.join(""), Number);
  const marks = Uint8Array.from(edges.join(""), (mark) => Number(mark === "#"));
  return new Drawing(labels, marks, rows.length, rows[0].length);
}

const rowsOf = (values, { width, height }) =>
  Array.from({ length: height }, (_, y) => [...values.slice(y * width, (y + 1) * width)].join(""));
const labels = (drawing) => rowsOf(drawing.labels, drawing);
const edges = (drawing) =>
  rowsOf(drawing.edges, drawing).map((row) => row.replace(/0/g, ".").replace(/1/g, "#"));
const count = (mask) => mask.reduce((sum, on) => sum + on, 0);

const SQUARE = ["00000", "02200", "02200", "11111"];

test("a copy can be changed without the original", () => {
  const drawing = drawn(SQUARE);
  const copy = drawing.copy();
  copy.paint([0, 0], [0, 0], 1, 7);
  copy.drawEdge([1, 1], [1, 1]);
  assert.deepEqual(labels(drawing), SQUARE);
  assert.equal(count(drawing.edges), 0);
});

test("neighbours stop at the border and never wrap around", () => {
  const drawing = drawn(SQUARE);
  assert.deepEqual(drawing.neighbours(0).sort(), [1, 5]);
  assert.deepEqual(drawing.neighbours(4).sort(), [3, 9]);
  assert.deepEqual(
    drawing.neighbours(19).sort((a, b) => a - b),
    [14, 18],
  );
});

test("a segment is what is connected by sides, not by corners", () => {
  const drawing = drawn(["2200", "2200", "0022"]);
  assert.equal(count(drawing.segment(0)), 4);
  assert.equal(count(drawing.segment(11)), 2);
  // The upper right is cut off from the lower left by the twos that touch at a corner.
  assert.equal(count(drawing.segment(2)), 4);
});

test("a box holds segments that lie wholly inside, several together", () => {
  const drawing = drawn(["000000", "020300", "020300", "111111"]);
  assert.deepEqual(rowsOf(drawing.inside(1, 1, 3, 2), drawing), [
    "000000",
    "010100",
    "010100",
    "000000",
  ]);
  assert.equal(count(drawing.inside(1, 1, 1, 1)), 0); // half of the twos is not all of them
  assert.equal(count(drawing.inside(0, 0, 5, 3)), 24);
});

test("what is cleared gets the nearest labels, and loses its edges", () => {
  const rows = ["00000", "02220", "02220", "11111"];
  const drawing = drawn(rows, ["#....", ".##..", ".##..", "....#"]);
  drawing.clear(drawing.segment(6));
  assert.deepEqual(labels(drawing), ["00000", "00000", "00100", "11111"]); // a tie goes left
  assert.deepEqual(edges(drawing), ["#....", ".....", ".....", "....#"]);
});

test("clearing everything changes no label: nothing is nearest", () => {
  const drawing = drawn(["11", "11"]);
  drawing.clear(drawing.segment(0));
  assert.deepEqual(labels(drawing), ["11", "11"]);
});

test("a segment moves with its edges, and its place closes", () => {
  const drawing = drawn(["0000000", "0200000", "0000000"], ["..#....", "###....", "......."]);
  const moved = drawing.move(drawing.segment(8), 3, 0);
  assert.deepEqual(labels(drawing), ["0000000", "0000200", "0000000"]);
  assert.deepEqual(rowsOf(moved, drawing), ["0000000", "0000100", "0000000"]);
  assert.deepEqual(edges(drawing), ["..#....", "...###.", "......."]);
});

test("what moves over the border is cut off there", () => {
  const drawing = drawn(["0000", "0220", "0000"]);
  const moved = drawing.move(drawing.segment(5), 2, 0);
  assert.deepEqual(labels(drawing), ["0000", "0002", "0000"]);
  assert.equal(count(moved), 1);
});

test("moving by nothing changes nothing", () => {
  const marks = [".....", ".##..", ".##..", "....."];
  const drawing = drawn(SQUARE, marks);
  drawing.move(drawing.segment(6), 0, 0);
  assert.deepEqual(labels(drawing), SQUARE);
  assert.deepEqual(edges(drawing), marks);
});

test("a brush is round, as wide as it says, and stays inside", () => {
  const blank = drawn(Array(7).fill("0000000"));
  blank.paint([3, 3], [3, 3], 5, 1);
  const disc = ["0000000", "0011100", "0111110", "0111110", "0111110", "0011100", "0000000"];
  assert.deepEqual(labels(blank), disc);
  for (const size of [1, 3, 5]) {
    const line = drawn(Array(7).fill("000000000"));
    line.paint([0, 3], [8, 3], size, 1);
    assert.equal(count(line.labels.filter((_, i) => i % 9 === 4)), size);
  }
  assert.ok(blank.stroke([-9, 0], [9, 0], 5).every((i) => i >= 0 && i < 49));
});

test("a line has no gaps", () => {
  const drawing = drawn(Array(6).fill("00000000"));
  drawing.drawEdge([0, 0], [7, 5]);
  const rows = edges(drawing);
  assert.ok(rows.every((row) => row.includes("#")));
  assert.ok([...Array(8).keys()].every((x) => rows.some((row) => row[x] === "#")));
});

test("paint covers edges; erasing takes edges and leaves labels", () => {
  const drawing = drawn(["11111"], ["#####"]);
  drawing.paint([0, 0], [1, 0], 1, 3);
  assert.deepEqual([labels(drawing), edges(drawing)], [["33111"], ["..###"]]);
  drawing.eraseEdges([4, 0], [4, 0], 3);
  assert.deepEqual([labels(drawing), edges(drawing)], [["33111"], ["..#.."]]);
});

test("a box can be drawn from any corner", () => {
  assert.deepEqual(corners([5, 1], [2, 4]), [2, 1, 5, 4]);
  assert.deepEqual(corners([2, 4], [5, 1]), [2, 1, 5, 4]);
});

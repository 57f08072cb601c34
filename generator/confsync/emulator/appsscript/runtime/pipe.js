"use strict";
// The pipe to the outside world: a frame is a length (u32, little endian) and that many bytes of UTF-8.
const fs = require("node:fs");

const { Buffer, Int32Array, Atomics } = globalThis;
const exit = process.reallyExit.bind(process);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const OUT_OF_MEMORY = 70; // an exit code
const LARGEST_FRAME = 128 << 20;
const BUFFER = 1 << 16;
const LARGEST_KEPT = 1 << 22;
let received = Buffer.allocUnsafe(BUFFER);
let available = 0;
let outgoing = Buffer.allocUnsafe(BUFFER);

function retry(transfer) {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}

function fill(wanted) {
  if (wanted > received.length) {
    const larger = Buffer.allocUnsafe(wanted * 2);
    received.copy(larger, 0, 0, available);
    received = larger;
  }
  while (available < wanted) {
    const count = retry(() => fs.readSync(0, received, available, received.length - available, null));
    if (count === 0) exit(0);
    available += count;
  }
}

function receive() {
  fill(4);
  const end = 4 + received.readUInt32LE(0);
  fill(end);
  const text = received.utf8Slice(4, end);
  received.copyWithin(0, end, available);
  available -= end;
  if (available === 0 && received.length > LARGEST_KEPT) received = Buffer.allocUnsafe(BUFFER);
  return text;
}

function send(text) {
  if (text.length * 3 + 4 > outgoing.length) {
    const size = Buffer.byteLength(text) + 4;
    if (size > LARGEST_FRAME) exit(OUT_OF_MEMORY);
    if (size > outgoing.length) outgoing = Buffer.allocUnsafe(size);
  }
  const end = 4 + outgoing.utf8Write(text, 4);
  outgoing.writeUInt32LE(end - 4, 0);
  for (let at = 0; at < end; ) at += retry(() => fs.writeSync(1, outgoing, at, end - at));
  if (outgoing.length > LARGEST_KEPT) outgoing = Buffer.allocUnsafe(BUFFER);
}

// A script near its stack limit must overflow before a frame is half sent or half read, or the two sides would
// be out of step for ever. Whatever still fails after the probe ends the process; another one takes its place.
function probe(depth) {
  return depth === 0 ? 0 : probe(depth - 1) + 1;
}
function exchange(text, answered) {
  probe(300);
  try {
    send(text);
    return answered ? receive() : "";
  } catch {
    return exit(OUT_OF_MEMORY);
  }
}

Object.assign(exports, { receive, send, exchange });

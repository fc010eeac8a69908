// What the page of the voice sends is a WAV that every program reads.

import assert from "node:assert/strict";
import test from "node:test";
import { asWav } from "../../staff/voice/wav.js";

test("a WAV says its form and holds its samples", () => {
  const made = new DataView(asWav(new Float32Array([0, 1, -1, 2]), 24000));
  const text = (at) => String.fromCharCode(...[0, 1, 2, 3].map((n) => made.getUint8(at + n)));
  assert.deepEqual([text(0), text(8), text(36)], ["RIFF", "WAVE", "data"]);
  assert.deepEqual([made.getUint32(4, true), made.byteLength, made.getUint32(40, true)], [44, 52, 8]);
  assert.deepEqual([made.getUint16(22, true), made.getUint32(24, true), made.getUint16(34, true)], [1, 24000, 16]);
  const samples = [0, 1, 2, 3].map((n) => made.getInt16(44 + 2 * n, true));
  assert.deepEqual(samples, [0, 32767, -32767, 32767]);
});

// A folder that somebody chose, as headquarters' API takes it.

import assert from "node:assert/strict";
import test from "node:test";
import { packed } from "../../headquarters/instruction/folder.js";

const file = (path, bytes) => ({
  name: path.split("/").at(-1),
  webkitRelativePath: path,
  arrayBuffer: async () => new Uint8Array(bytes).buffer,
});

test("paths are below the folder, files in base64, and what systems leave there is passed over", async () => {
  const large = Array.from({ length: 100_000 }, (_, n) => n % 256);
  const files = await packed([
    file("catalogue/province.toml", [118, 61]),
    file("catalogue/wall/10.png", large),
    file("catalogue/.DS_Store", [0]),
    file("catalogue/.git/config", [0]),
  ]);
  assert.deepEqual(Object.keys(files), ["province.toml", "wall/10.png"]);
  assert.equal(files["province.toml"], "dj0=");
  assert.equal(files["wall/10.png"], Buffer.from(large).toString("base64"));
});

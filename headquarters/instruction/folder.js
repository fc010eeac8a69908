// A folder that somebody chose, as the API takes it. Touches no page.

/** By path below the folder, each file in base64. What systems leave in folders is passed over.
    @param {File[]} files
    @returns {Promise<Record<string, string>>} */
export async function packed(files) {
  const packing = files.map(async (file) => [below(file), base64(new Uint8Array(await file.arrayBuffer()))]);
  const entries = await Promise.all(packing);
  return Object.fromEntries(entries.filter(([path]) => !path.split("/").some((part) => part.startsWith("."))));
}

/** The path without the folder's own name.
    @param {File} file */
function below(file) {
  const path = file.webkitRelativePath || file.name;
  return path.slice(path.indexOf("/") + 1);
}

const PIECE = 32768;
/** So many bytes are characters at once: a call takes no more arguments. */

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}

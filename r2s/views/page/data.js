// @ts-check
// What the page is about, as R2S put it there.

/** The data in the page, unpacked where they are packed. @returns {Promise<any>} */
async function readData() {
  const element = byElementId("data");
  const words = element.textContent ?? "";
  if (element.dataset.packed !== "gzip") return JSON.parse(words);
  const bytes = Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

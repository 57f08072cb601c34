// Blobs: bytes with a type and a name.
(function (kit) {
  "use strict";
  const IMAGES = ["image/bmp", "image/gif", "image/jpeg", "image/png"];
  const GOOGLE = "application/vnd.google-apps.";

  kit.isBlobSource = (value) => typeof value === "object" && value !== null && "getBlob" in value;
  kit.blobOf = (source) => (kit.blobs.has(source) ? source : source.getBlob());

  // The platform makes PDF of most things, and images of images; no converter is here.
  kit.converted = (blob, wanted) => {
    const [type, asked] = [blob.getContentType(), String(wanted)];
    if (type === asked) return blob.copyBlob();
    if (asked === "application/pdf" || (IMAGES.includes(asked) && IMAGES.includes(type))) {
      throw new Error(`Converting from ${type} to ${asked} is not emulated`);
    }
    throw kit.exception(`Converting from ${type} to ${asked} is not supported.`);
  };

  kit.blobs = kit.known("blobs");
  // `data` is bytes, or text.
  kit.blob = (data, contentType, name) => kit.blobOfLatin1(kit.raw(data), contentType, name);
  kit.blobOfLatin1 = (data, contentType, name) => {
    let [held, type, label] = [data, contentType ?? null, name ?? null];
    const changed = (change) => (...given) => {
      change(...given);
      return object;
    };
    const text = (value) => (value === null || value === undefined ? null : String(value));
    const object = kit.object("Utilities.Blob", {
      getBytes: [[], () => kit.signed(held)],
      getDataAsString: [[], ["string"], (charset) => kit.decoded(held, charset)],
      getContentType: [[], () => type],
      getName: [[], () => label],
      getAs: [["string"], (wanted) => kit.converted(object, wanted)],
      getBlob: [[], () => object],
      getAllBlobs: [[], () => [object]],
      isGoogleType: [[], () => String(type).startsWith(GOOGLE)],
      copyBlob: [[], () => kit.blobOfLatin1(held, type, label)],
      setBytes: [[kit.isBytes], changed((bytes) => (held = kit.latin1(bytes)))],
      setDataFromString: [["string"], ["string", "string"], changed((value, charset) => (held = kit.raw(value, charset)))],
      setContentType: [["string"], changed((value) => (type = text(value)))],
      setContentTypeFromExtension: [[], changed(() => (type = kit.typeOfName(label)))],
      setName: [["string"], changed((value) => (label = text(value)))],
    });
    kit.blobs.set(object, true);
    kit.heldBy.set(object, () => held);
    return object;
  };
  kit.heldBy = kit.known("heldBy"); // blob → what reads its bytes as latin1
  kit.dataOf = (source) => kit.heldBy.get(kit.blobOf(source))();
})

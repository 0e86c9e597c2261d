/** The codecs of cornerstone come without types; each is one factory and its WebAssembly. */
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const factory: import("./webAssemblyCodec.ts").CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const factory: import("./webAssemblyCodec.ts").CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  const factory: import("./webAssemblyCodec.ts").CodecFactory;
  export default factory;
}
declare module "@cornerstonejs/codec-charls/decodewasm?url&inline" {
  /** A data address: base64 within the code, so that nothing has to be fetched. */
  const address: string;
  export default address;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasm?url&inline" {
  const address: string;
  export default address;
}
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url&inline" {
  const address: string;
  export default address;
}

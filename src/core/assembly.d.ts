/** An AssemblyScript entry file, compiled: the bytes of a WebAssembly module. */
declare module "*?assembly" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

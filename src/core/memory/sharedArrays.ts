/**
 * Arrays of numbers that several workers can read without copies: views of shared memory
 * where there is any (Node, a cross-origin isolated page), ordinary arrays elsewhere. Code
 * that gets one must do with either.
 *
 * Shared memory is for numbers only: TextDecoder, Blob, Web Crypto and a list of
 * transferred objects refuse it. The HTML standard hides the constructor from pages that
 * are not isolated, so that its presence tells.
 */

/** Zeros. */
export function sharedFloat32Array(length: number): Float32Array {
  return new Float32Array(memory(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Zeros. */
export function sharedInt8Array(length: number): Int8Array {
  return new Int8Array(memory(length));
}

/** Zeros. */
export function sharedUint8Array(length: number): Uint8Array {
  return new Uint8Array(memory(length));
}

/** The same numbers where workers can share them; the array itself if they are there already. */
export function inSharedMemory(numbers: Float32Array): Float32Array {
  if (!hasSharedMemory() || !(numbers.buffer instanceof ArrayBuffer)) return numbers;
  const shared = sharedFloat32Array(numbers.length);
  shared.set(numbers);
  return shared;
}

export function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer === "function";
}

function memory(bytes: number): ArrayBuffer | SharedArrayBuffer {
  return hasSharedMemory() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

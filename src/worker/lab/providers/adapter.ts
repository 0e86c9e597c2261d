/** Of two graphics processors the faster one: a network is run because someone waits for it. */
export const POWER_PREFERENCE = "high-performance";

/** As `GPUAdapterInfo`; browsers of 2024 and before say of the adapter whether it is a fallback. */
interface SaidOfAdapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: Partial<Pick<GPUAdapterInfo, "vendor" | "architecture" | "isFallbackAdapter">>;
}

/** What of `navigator.gpu` is needed to ask. */
export interface AskedGraphics {
  requestAdapter(options: GPURequestAdapterOptions): Promise<SaidOfAdapter | null>;
}

/**
 * Whether a network is worth trying on what the browser offers as WebGPU. Adapters in software
 * take the processor seconds for what WebAssembly does in milliseconds.
 *
 * @param gpu undefined in browsers without WebGPU.
 */
export async function hasGraphicsProcessor(gpu: AskedGraphics | undefined): Promise<boolean> {
  try {
    const adapter = await gpu?.requestAdapter({ powerPreference: POWER_PREFERENCE });
    return adapter !== null && adapter !== undefined && !isSoftware(adapter);
  } catch {
    return false;
  }
}

/** SwiftShader, of Chromium, and llvmpipe, of Mesa, do not always call themselves a fallback. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|warp|basic render/i;

function isSoftware({ isFallbackAdapter, info }: SaidOfAdapter): boolean {
  if (isFallbackAdapter === true || info?.isFallbackAdapter === true) return true;
  return SOFTWARE.test(`${info?.vendor ?? ""} ${info?.architecture ?? ""}`);
}

/**
 * From now on remembers every graphics device that is opened in this worker.
 *
 * @returns what takes them all away, as a driver does that crashes.
 */
export function rememberDevices(): () => void {
  const losers: (() => void)[] = [];
  rememberWebGl(losers);
  rememberWebGpu(losers);
  return () => {
    for (const lose of losers) lose();
  };
}

function rememberWebGl(losers: (() => void)[]): void {
  const getContext = OffscreenCanvas.prototype.getContext;
  Object.defineProperty(OffscreenCanvas.prototype, "getContext", {
    value(this: OffscreenCanvas, ...settings: Parameters<typeof getContext>) {
      const context = getContext.apply(this, settings);
      if (context instanceof WebGL2RenderingContext) {
        losers.push(() => context.getExtension("WEBGL_lose_context")?.loseContext());
      }
      return context;
    },
  });
}

interface Destroyable {
  destroy(): void;
}

/** Absent where the browser lacks WebGPU. */
interface WebGpuScope {
  readonly GPUAdapter?: { prototype: { requestDevice(settings: object): Promise<Destroyable> } };
}

function rememberWebGpu(losers: (() => void)[]): void {
  const adapter = (globalThis as WebGpuScope).GPUAdapter?.prototype;
  if (adapter === undefined) return;
  const requestDevice = adapter.requestDevice;
  adapter.requestDevice = async function (settings) {
    const device = await requestDevice.call(this, settings);
    losers.push(() => device.destroy());
    return device;
  };
}

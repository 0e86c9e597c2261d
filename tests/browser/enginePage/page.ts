import type { EngineReport, EngineTask } from "./engineWorker.ts";

declare global {
  interface Window {
    /** Checks an engine in a module worker, as the app runs it. */
    checkEngine(task: EngineTask): Promise<EngineReport>;
  }
}

window.checkEngine = (task) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./engineWorker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<EngineReport>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(task);
  });

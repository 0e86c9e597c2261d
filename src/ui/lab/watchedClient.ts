import type { LabClient } from "../../worker/lab/labClient.ts";

export interface WatchedClient extends LabClient {
  /** Milliseconds since the last call ended; 0 while one runs. */
  busySince(): number;
}

/** A client that knows when it was last of use. */
export function watchedClient(client: LabClient): WatchedClient {
  let running = 0;
  let lastEnd = performance.now();
  return {
    async call(name, request, signal, onEvent) {
      running += 1;
      try {
        return await client.call(name, request, signal, onEvent);
      } finally {
        running -= 1;
        lastEnd = performance.now();
      }
    },
    rest: () => client.rest(),
    close: () => client.close(),
    busySince: () => (running > 0 ? 0 : performance.now() - lastEnd),
  };
}

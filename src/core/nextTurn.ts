/** Node's own way; browsers have none, and timers of theirs wait 4 ms once they are nested. */
const { setImmediate: nodeTurn } = globalThis as {
  setImmediate?: (turn: () => void) => unknown;
};

/**
 * Resolves in the next turn of the event loop, after messages that wait: how long arithmetic
 * hears that it is cancelled. It costs some 0.02 ms.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (nodeTurn !== undefined) {
      nodeTurn(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

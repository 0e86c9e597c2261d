import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The page under an address of its own, whose connection can be cut. */
export interface SwitchedSite {
  /** With a slash at the end. */
  readonly address: string;
  /** Paths that were asked for since the last call, by the page and by all its workers. */
  takeAsked(): readonly string[];
  /** True: no request is answered any more, whoever makes it. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

/**
 * Passes requests on to the page's server. A browser that is told to be offline does not tell
 * workers that are started by workers; a server that is not there is not there for any of them.
 *
 * @param target the page's address, with a slash at the end.
 */
export async function switchedSite(target: string): Promise<SwitchedSite> {
  let isCut = false;
  let asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? "");
    const url = new URL(incoming.url ?? "/", target);
    const passed = request(
      url,
      { method: incoming.method, headers: { ...incoming.headers, host: url.host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on("connection", (socket) => {
    if (isCut) socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const { port } = await listening(server);
  return {
    address: `http://localhost:${port}/`,
    takeAsked() {
      const taken = asked;
      asked = [];
      return taken;
    },
    cut(next) {
      isCut = next;
      if (isCut) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server): Promise<AddressInfo> {
  return new Promise((resolve) => {
    server.listen(0, "localhost", () => resolve(server.address() as AddressInfo));
  });
}

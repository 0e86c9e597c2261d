/** As much of IndexedDB as `keptModels` uses, in memory, with the ways in which it fails. */
export interface FakeIndexedDb {
  readonly factory: IDBFactory;
  /** Writing is refused, as with a full disk. */
  isFull: boolean;
  /** Opening is refused, as in some private windows. */
  isBroken: boolean;
  /** Times that it was opened. */
  opened: number;
}

interface Row {
  readonly sha256: string;
}

export function fakeIndexedDb(): FakeIndexedDb {
  const rows = new Map<string, Row>();
  const fake: FakeIndexedDb = {
    factory: { open } as unknown as IDBFactory,
    isFull: false,
    isBroken: false,
    opened: 0,
  };

  function open() {
    fake.opened += 1;
    const request: Record<string, unknown> = {};
    queueMicrotask(() => {
      if (fake.isBroken) {
        request.error = new DOMException("broken", "UnknownError");
        (request.onerror as () => void)();
        return;
      }
      request.result = { transaction, createObjectStore: () => ({}), close: () => undefined };
      (request.onupgradeneeded as () => void)();
      (request.onsuccess as () => void)();
    });
    return request;
  }

  function transaction() {
    const made: Record<string, unknown> = {};
    const ask = (work: () => unknown, writes = false) => {
      const request: Record<string, unknown> = {};
      queueMicrotask(() => {
        if (writes && fake.isFull) {
          made.error = new DOMException("full", "QuotaExceededError");
          (made.onabort as () => void)();
          return;
        }
        request.result = work();
        (made.oncomplete as () => void)();
      });
      return request;
    };
    const store = {
      getAll: () => ask(() => [...rows.values()]),
      get: (key: string) => ask(() => rows.get(key)),
      put: (row: Row) => ask(() => rows.set(row.sha256, row) && row.sha256, true),
      delete: (key: string) => ask(() => void rows.delete(key)),
      clear: () => ask(() => rows.clear()),
    };
    made.objectStore = () => store;
    return made;
  }

  return fake;
}

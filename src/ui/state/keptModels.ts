import type { PickedFile } from "../../worker/protocol.ts";

/** A model that was opened before, as the list of recent files shows it. */
export interface KeptModel {
  /** Hex; the key. */
  readonly sha256: string;
  readonly name: string;
  /** Of all its files. */
  readonly bytes: number;
  /** Milliseconds since 1970 when it was last opened. */
  readonly openedAt: number;
}

/** Models that a person agreed to keep in this browser, to open them again without looking for the file. */
export interface KeptModels {
  /** Whether the person agreed; without that nothing is written. */
  isAllowed(): boolean;
  /** Agreeing keeps what is opened from then on; to withdraw forgets all. */
  allow(isAllowed: boolean): Promise<void>;
  /** Latest first. */
  list(): Promise<readonly KeptModel[]>;
  /** Keeps a model that is open; the oldest go where there are more than MOST_KEPT. */
  keep(model: Omit<KeptModel, "openedAt">, files: readonly PickedFile[]): Promise<void>;
  /** The files of a kept model; null where there is none, or its storage cannot be read. */
  open(sha256: string): Promise<readonly PickedFile[] | null>;
  forget(sha256: string): Promise<void>;
}

/** More are a list to search, and gigabytes of somebody's disk. */
export const MOST_KEPT = 8;

const CONSENT_KEY = "convatlas-keep-models";
const DATABASE = "convatlas-models";
const STORE = "models";

interface Entry extends KeptModel {
  readonly files: readonly { readonly path: string; readonly file: File }[];
}

/**
 * In IndexedDB, which keeps files as the browser has them: by reference, without a copy in memory.
 * Storage may be switched off or full: then nothing is kept, and nothing else changes.
 *
 * @param indexed the browser's database; undefined where there is none.
 * @param consent where the person's agreement is remembered.
 */
export function createKeptModels(
  indexed: IDBFactory | undefined,
  consent: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined,
  now: () => number = Date.now,
): KeptModels {
  function isAllowed(): boolean {
    try {
      return indexed !== undefined && consent?.getItem(CONSENT_KEY) === "yes";
    } catch {
      return false;
    }
  }

  async function entries(): Promise<readonly Entry[]> {
    const all = await inStore<Entry[]>(indexed, "readonly", (store) => store.getAll());
    return (all ?? []).sort((a, b) => b.openedAt - a.openedAt);
  }

  return {
    isAllowed,
    async allow(isNowAllowed) {
      try {
        if (isNowAllowed) consent?.setItem(CONSENT_KEY, "yes");
        else consent?.removeItem(CONSENT_KEY);
      } catch {
        // Without storage there is nothing to agree to.
      }
      if (!isNowAllowed) await inStore(indexed, "readwrite", (store) => store.clear());
    },
    async list() {
      if (!isAllowed()) return [];
      return (await entries()).map(({ files: _files, ...model }) => model);
    },
    async keep(model, files) {
      if (!isAllowed()) return;
      const kept = files.map(({ path, file }) => ({ path, file }));
      const entry: Entry = { ...model, openedAt: now(), files: kept };
      await inStore(indexed, "readwrite", (store) => store.put(entry));
      for (const { sha256 } of (await entries()).slice(MOST_KEPT)) {
        await inStore(indexed, "readwrite", (store) => store.delete(sha256));
      }
    },
    async open(sha256) {
      if (!isAllowed()) return null;
      const entry = await inStore<Entry | undefined>(indexed, "readonly", (store) =>
        store.get(sha256),
      );
      return entry?.files ?? null;
    },
    async forget(sha256) {
      await inStore(indexed, "readwrite", (store) => store.delete(sha256));
    },
  };
}

/** One request in a transaction of its own; null where storage fails. */
async function inStore<Result>(
  indexed: IDBFactory | undefined,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<Result | null> {
  if (indexed === undefined) return null;
  try {
    const database = await opened(indexed);
    try {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
      return request.result as Result;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

function opened(indexed: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexed.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "sha256" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("the database is in use"));
  });
}

/** Reading the names of storages throws where they are forbidden. */
function browserStorage(): [IDBFactory | undefined, Storage | undefined] {
  try {
    return [globalThis.indexedDB, globalThis.localStorage];
  } catch {
    return [undefined, undefined];
  }
}

/** The page's own. */
export const keptModels = createKeptModels(...browserStorage());

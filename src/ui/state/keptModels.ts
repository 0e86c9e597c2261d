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
  /**
   * Agreeing keeps what is opened from then on; to withdraw forgets all.
   *
   * @returns whether the browser could remember that.
   */
  allow(isAllowed: boolean): Promise<boolean>;
  /** Latest first. */
  list(): Promise<readonly KeptModel[]>;
  /**
   * Keeps a model that is open; the oldest go where there are more than MOST_KEPT.
   *
   * @returns false where the person did not agree, or the browser has no room.
   */
  keep(model: Omit<KeptModel, "openedAt">, files: readonly PickedFile[]): Promise<boolean>;
  /** Name of the model opened last, if there was no room for it; survives a reload. */
  notKept(): string | null;
  /** The files of a kept model; null where there is none, or its storage cannot be read. */
  open(sha256: string): Promise<readonly PickedFile[] | null>;
  forget(sha256: string): Promise<void>;
}

/** More are a list to search, and gigabytes of somebody's disk. */
export const MOST_KEPT = 8;

const CONSENT_KEY = "convatlas-keep-models";
const NOT_KEPT_KEY = "convatlas-model-not-kept";
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
  function remembered(key: string): string | null {
    try {
      return consent?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  /** @returns whether the browser took it. */
  function remember(key: string, value: string | null): boolean {
    try {
      if (value === null) consent?.removeItem(key);
      else consent?.setItem(key, value);
      return consent !== undefined;
    } catch {
      return false;
    }
  }

  function isAllowed(): boolean {
    return indexed !== undefined && remembered(CONSENT_KEY) === "yes";
  }

  async function entries(): Promise<readonly Entry[]> {
    const all = await inStore<Entry[]>(indexed, "readonly", (store) => store.getAll());
    return (all ?? []).sort((a, b) => b.openedAt - a.openedAt);
  }

  return {
    isAllowed,
    async allow(isNowAllowed) {
      const isRemembered = remember(CONSENT_KEY, isNowAllowed ? "yes" : null);
      if (!isNowAllowed) {
        remember(NOT_KEPT_KEY, null);
        await inStore(indexed, "readwrite", (store) => store.clear());
      }
      return isRemembered && indexed !== undefined;
    },
    async list() {
      if (!isAllowed()) return [];
      return (await entries()).map(({ files: _files, ...model }) => model);
    },
    async keep(model, files) {
      if (!isAllowed()) return false;
      const kept = files.map(({ path, file }) => ({ path, file }));
      const entry: Entry = { ...model, openedAt: now(), files: kept };
      const key = await inStore<string>(indexed, "readwrite", (store) => store.put(entry));
      remember(NOT_KEPT_KEY, key === null ? model.name : null);
      if (key === null) return false;
      for (const { sha256 } of (await entries()).slice(MOST_KEPT)) {
        await inStore(indexed, "readwrite", (store) => store.delete(sha256));
      }
      return true;
    },
    notKept: () => (isAllowed() ? remembered(NOT_KEPT_KEY) : null),
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

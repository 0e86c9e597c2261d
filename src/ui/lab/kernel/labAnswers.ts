import { startTransition, useCallback, useEffect, useMemo, useState } from "react";
import { type ConvAtlasError, toConvAtlasError } from "../../../core/errors.ts";
import type { LabClient } from "../../../worker/lab/labClient.ts";
import type { LabCalls } from "../../../worker/lab/protocol.ts";
import { newestOnly } from "../newestOnly.ts";

type Asked = "kernel" | "maps";

/** Answers kept per network, a few megabytes each: going back to a kernel takes no time. */
const MOST_KEPT = 8;

type Kept = Map<string, unknown>;

const kept = new WeakMap<LabClient, Kept>();

function keptBy(client: LabClient): Kept {
  const known = kept.get(client) ?? new Map<string, unknown>();
  kept.set(client, known);
  return known;
}

function keep(known: Kept, key: string, result: unknown): void {
  known.delete(key);
  known.set(key, result);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KEPT) break;
    known.delete(oldest);
  }
}

type RequestOf<Name extends Asked> = LabCalls[Name]["request"];
type ResultOf<Name extends Asked> = LabCalls[Name]["result"];

export interface Answer<Name extends Asked> {
  readonly request: RequestOf<Name>;
  readonly result: ResultOf<Name>;
}

/** What came of a request: an answer, or an error in place of it. */
export interface Answered<Name extends Asked> {
  /** The request, written down. */
  readonly key: string;
  readonly answer: Answer<Name> | null;
  readonly error: ConvAtlasError | null;
}

/** A request as it is told from others. */
export function answerKey<Name extends Asked>(name: Name, request: RequestOf<Name>): string {
  return JSON.stringify([name, request]);
}

/**
 * Asks the lab, or what it answered before, and tells what comes of the newest request; one that
 * is overtaken is never told.
 */
export function newestAnswers<Name extends Asked>(
  client: LabClient,
  name: Name,
  tell: (answered: Answered<Name>) => void,
): (request: RequestOf<Name>) => void {
  /** Overtaken by an answer that was kept, a request is still answered, and must not be told. */
  let newest = "";
  const known = keptBy(client);
  const queue = newestOnly<RequestOf<Name>, ResultOf<Name>>({
    work: (request, signal) => client.call(name, request, signal),
    onResult: (request, result) => {
      const key = answerKey(name, request);
      keep(known, key, result);
      if (key === newest) tell({ key, answer: { request, result }, error: null });
    },
    onFailure: (request, thrown) => {
      const key = answerKey(name, request);
      if (key === newest) tell({ key, answer: null, error: toConvAtlasError(thrown) });
    },
  });
  return (request) => {
    const key = answerKey(name, request);
    newest = key;
    const result = known.get(key) as ResultOf<Name> | undefined;
    if (result === undefined) {
      queue.ask(request);
      return;
    }
    keep(known, key, result);
    tell({ key, answer: { request, result }, error: null });
  };
}

export interface LabAnswer<Name extends Asked> {
  /** The newest; of the request before while one waits, null at first and after a failure. */
  readonly answer: Answer<Name> | null;
  readonly isCurrent: boolean;
  /** Of the newest request. */
  readonly error: ConvAtlasError | null;
  /** Asks once more after a failure. */
  retry(): void;
}

/** What the lab answers to the newest request. */
export function useLabAnswer<Name extends Asked>(
  client: LabClient,
  name: Name,
  request: RequestOf<Name> | null,
): LabAnswer<Name> {
  const key = request === null ? "" : answerKey(name, request);
  const [answered, setAnswered] = useState<Answered<Name> | null>(null);
  const ask = useMemo(
    // A dozen pictures come with an answer; what a person does next must not wait for them.
    () => newestAnswers(client, name, (told) => startTransition(() => setAnswered(told))),
    [client, name],
  );
  const retry = useCallback(() => {
    if (key === "") return;
    // The key is the request, written down.
    const [, asked] = JSON.parse(key) as [Name, RequestOf<Name>];
    ask(asked);
  }, [key, ask]);
  useEffect(retry, [retry]);
  const isCurrent = answered?.key === key;
  return {
    answer: answered?.answer ?? null,
    isCurrent,
    error: isCurrent ? answered.error : null,
    retry,
  };
}

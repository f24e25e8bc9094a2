/** What two pages of one browser need to take turns: `navigator.locks` and a `BroadcastChannel`. */
export interface Neighbours {
  /** Runs while no other page holds the name. Waits for its turn until the signal calls it off. */
  hold(name: string, signal: AbortSignalLike, run: () => Promise<void>): Promise<void>;
  post(message: TurnMessage): void;
  listen(listener: (message: TurnMessage) => void): () => void;
}

/** The part of an `AbortSignal` that this folder, which has no browser, knows of. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

/** `wanted`: another page would like to edit the task. */
export interface TurnMessage {
  readonly type: "wanted";
  readonly task: string;
}

/**
 * Runs `edit` while this page alone edits the task. Its argument is told when another page asks for the
 * task; `edit` then stores what it has and returns, and the other page goes on from there.
 */
export async function takeTurn(
  neighbours: Neighbours,
  task: string,
  signal: AbortSignalLike,
  edit: (wanted: Promise<void>) => Promise<void>,
): Promise<void> {
  await neighbours.hold(`assay-task-${task}`, signal, async () => {
    let tell: () => void = () => undefined;
    const wanted = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const stop = neighbours.listen((message) => {
      if (message.task === task) tell();
    });
    try {
      await edit(wanted);
    } finally {
      stop();
    }
  });
}

/** Asks whichever page edits the task to let it go. */
export function askForTurn(neighbours: Neighbours, task: string): void {
  neighbours.post({ type: "wanted", task });
}

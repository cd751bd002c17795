// Who is at the page. Stytch's SDK says it, and takes a while to be loaded and made. Where the server has answered with somebody's
// list, it is theirs that is shown before the SDK is here.

import type { StytchClient, User } from "./client.ts";

/** For how long it is known that the SDK could not be had. */
const ANEW_MS = 1_000;

export class Visitor {
  readonly #make: () => Promise<StytchClient>;
  readonly #listeners = new Set<() => void>();
  #making: Promise<StytchClient> | null = null;
  #client: StytchClient | null = null;
  #known: User | null = null;

  constructor(make: () => Promise<StytchClient>) {
    this.#make = make;
  }

  /** The server has answered with the list of this user, by the session that the browser has now. */
  know(userId: string): void {
    this.#known = { user_id: userId, emails: [] };
    this.#tell();
  }

  /** The SDK's client, which is made once it is asked for. */
  client(): Promise<StytchClient> {
    this.#making ??= this.#start().catch((error: unknown) => {
      // Whoever asks again may be luckier. Not at once: what is drawn asks each time that it is drawn, and is drawn when it hears of it.
      setTimeout(() => (this.#making = null), ANEW_MS);
      throw error;
    });
    return this.#making;
  }

  /** Null: nobody has asked for it yet, or it is still on its way. */
  get clientIfHere(): StytchClient | null {
    return this.#client;
  }

  /** The SDK has the last word, as soon as it has asked the server. */
  readonly user = (): User | null => {
    if (!this.#client) return this.#known;
    const { user, fromCache } = this.#client.user.getInfo();
    return user ?? (fromCache ? this.#known : null);
  };

  /** False while the SDK is not here, or still checks with the server what it remembered from the last visit. */
  readonly isSettled = (): boolean => this.#client !== null && !this.#client.user.getInfo().fromCache;

  /** The server has answered with somebody's list, whatever the SDK will say. */
  readonly wasAnswered = (): boolean => this.#known !== null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async #start(): Promise<StytchClient> {
    const client = await this.#make();
    this.#client = client;
    client.onStateChange(() => this.#tell());
    this.#tell();
    return client;
  }

  #tell(): void {
    this.#listeners.forEach((listener) => listener());
  }
}

// The browser's storage, which may be switched off, full, or hold what another version wrote.

/** Null: there is nothing of that name, or nothing that can be read. */
export function read<T>(storage: Storage, name: string): T | null {
  try {
    return JSON.parse(storage.getItem(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Null removes it. False: it could not be kept. */
export function write(storage: Storage, name: string, value: unknown): boolean {
  try {
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return value === null;
  }
}

export function namesIn(storage: Storage, prefix: string): string[] {
  try {
    return Object.keys(storage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Storage that is switched off throws when it is merely named. */
export function local(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export function perTab(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

// RFC 9457 problem details: the one shape of every error of the REST API.

export type Problem = {
  status: number;
  title: string;
  /** A sentence for the person, or null when the server sent none. */
  detail: string | null;
  /** The reason's stable name, or null when the server gave none. */
  code: string | null;
};

/** Reads the problem out of a failed answer; one that is not a problem document becomes a plain one. */
export async function problemOf(response: Response): Promise<Problem> {
  const plain: Problem = { status: response.status, title: response.statusText || "Error", detail: null, code: null };
  try {
    const body = (await response.json()) as Partial<Problem>;
    return {
      status: response.status,
      title: typeof body.title === "string" ? body.title : plain.title,
      detail: typeof body.detail === "string" ? body.detail : null,
      code: typeof body.code === "string" ? body.code : null,
    };
  } catch {
    return plain;
  }
}

// The way out. What is kept in this browser and is not saved goes with it, so that nobody finds it there: who has something to
// lose is asked first.

import { useRef, useState, type ReactNode } from "react";
import { forget, unsavedOf } from "../kept/keeper.ts";
import { logOut, type User } from "../session/client.ts";
import { useVisitor } from "../session/session.tsx";
import { NO_ANSWER_LEAD } from "../texts/broken.ts";
import * as words from "../texts/logging-out.ts";
import { navigate } from "./navigation.tsx";
import "../styles/question.css";

export type LoggingOut = {
  /** Logs out, if nothing would be lost, and asks otherwise. */
  begin: () => void;
  isUnderWay: boolean;
  /** To be put where it is not hidden with the button. */
  question: ReactNode;
};

export function useLoggingOut(user: User): LoggingOut {
  const visitor = useVisitor();
  const question = useRef<HTMLDialogElement>(null);
  const [unsaved, setUnsaved] = useState(0);
  const [isUnderWay, setIsUnderWay] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);

  /** What has the focus, in the menu, is gone when the question is answered; its button is not. */
  function ask(): void {
    document.querySelector<HTMLElement>(".avatar")?.focus();
    question.current?.showModal();
  }

  function leave(): void {
    setIsUnderWay(true);
    const left = () => {
      forget(user.user_id);
      navigate("/login");
    };
    // Where the SDK could not be had, the person is still logged in, and can try again. A dialog that was answered closes before.
    const stayed = () => {
      setIsUnderWay(false);
      setHasFailed(true);
      setTimeout(ask);
    };
    void visitor.client().then(logOut).then(left, stayed);
  }

  function begin(): void {
    const count = unsavedOf(user.user_id);
    setUnsaved(count);
    setHasFailed(false);
    if (count === 0) leave();
    else ask();
  }

  const title = hasFailed ? words.STILL_IN : words.NOT_SAVED;

  return {
    begin,
    isUnderWay,
    question: (
      <dialog ref={question} className="question" aria-label={title}>
        <h2>{title}</h2>
        <p>{hasFailed ? NO_ANSWER_LEAD : words.unsaved(unsaved)}</p>
        <form method="dialog" className="question-foot">
          <button type="submit" className="button" autoFocus>
            {words.STAY}
          </button>
          <button type="submit" className="button danger" onClick={leave}>
            {unsaved ? words.LOG_OUT_ANYWAY : words.LOG_OUT}
          </button>
        </form>
      </dialog>
    ),
  };
}

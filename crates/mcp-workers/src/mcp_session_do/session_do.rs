//! What the platform calls: a request, an alarm, a web socket that closes. Every question goes from here to the file that knows the
//! answer.

use mcp::{ResourceChange, Subscribed};
use worker::{DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage};
use worker_kit::object::{self, Never, Object, Question, Reply, Unanswered, accept, answer, answer_later};

use super::session_object::McpSession;
use super::sockets::close;
use crate::questions::{
    Answered, Asked, BeginTask, Changed, Enter, Follow, Held, Holder, Holding, Leave, Push, Session,
    SetClientInfo, SetLogLevel, Subscribe, TaskHappens, Tell, Unsubscribe,
};

impl DurableObject for McpSession {
    fn new(state: State, env: Env) -> Self {
        Self::awake(state, env)
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        // Whichever kind this object is of, it is asked in the same way.
        object::serve::<Session>(&self.storage, request, async |asked| self.reply(asked).await).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if !self.storage.postpone_alarm().await? {
            self.sweep().await?;
        }
        Response::empty()
    }

    /// Workers listen and say nothing.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    /// The Worker has gone, or its client. What it had been sent can be asked for again.
    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        close(&socket);
        if self.storage.is_newer()? {
            return Ok(());
        }
        self.abandon_task()?;
        if self.is_held()? { self.seen() } else { Ok(()) }
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(())
    }
}

impl McpSession {
    async fn reply(&self, asked: Asked) -> Result<Reply, Unanswered<Never>> {
        match asked {
            // What a session is asked.
            Asked::IsOver(asked) => answer(asked, |_| self.is_over()),
            Asked::WantedLogLevel(asked) => answer(asked, |_| self.log_level()),
            Asked::GetClientInfo(asked) => answer(asked, |_| self.setting("introduction")),
            Asked::Unsubscribe(asked) => answer(asked, |Unsubscribe { uri }| self.unsubscribe(uri)),
            Asked::Changed(asked) => answer(asked, |Changed { changes }| self.tell_session(&changes)),
            Asked::GiveWay(asked) => answer_later(asked, async |_| self.let_go().await).await,
            // What a session is asked and something is held for.
            Asked::End(asked) => self.answer_held(asked, Holding::End, (), |_| self.end()).await,
            Asked::SetClientInfo(asked) => {
                let set = |asked: SetClientInfo| self.set("introduction", &asked.client_info);
                self.answer_held(asked, Holding::Something, (), set).await
            }
            Asked::SetLogLevel(asked) => {
                let set = |asked: SetLogLevel| self.set("level", &serde_json::to_string(&asked.level)?);
                self.answer_held(asked, Holding::Something, (), set).await
            }
            Asked::Subscribe(asked) => {
                let subscribe = |asked: Subscribe| self.subscribe(asked.uri);
                self.answer_held(asked, Holding::ResourceChanges, Subscribed::Yes, subscribe).await
            }
            Asked::HearOfLists(asked) => {
                answer_later(asked, async |asked| self.hear_of_lists(&asked.holder).await).await
            }
            Asked::Answered(asked) => {
                let answered = |asked: Answered| self.answered(&asked.request, asked.response);
                self.answer_held(asked, Holding::Something, (), answered).await
            }
            Asked::Cancel(asked) => {
                self.answer_held(asked, Holding::Something, (), |asked| self.cancel(&asked.request)).await
            }
            Asked::Record(asked) => {
                self.answer_held(asked, Holding::Something, (), |asked| self.record(asked.event.into())).await
            }
            Asked::Push(asked) => {
                let push = |asked: Push| self.push(asked.message.get().to_owned());
                self.answer_held(asked, Holding::Something, (), push).await
            }
            // What a Worker waits for.
            Asked::Follow(asked) => {
                self.hold(&asked.holder, Holding::Something).await?;
                accept(asked, |Follow { stream, after, .. }| self.follow(&stream, after))
            }
            Asked::AwaitAnswer(asked) => {
                self.hold(&asked.holder, Holding::Something).await?;
                accept(asked, |asked| self.wait_for_answer(&asked.request))
            }
            Asked::AwaitCancellation(asked) => {
                self.hold(&asked.holder, Holding::Something).await?;
                accept(asked, |asked| self.wait_for_cancellation(&asked.request))
            }
            // What a task is asked.
            Asked::BeginTask(asked) => {
                let begin = |asked: BeginTask| self.begin_task(&asked.task, asked.lifetime_ms);
                self.answer_held(asked, Holding::Task, (), begin).await
            }
            Asked::TaskState(asked) => answer(asked, |_| self.task()),
            Asked::TaskHappens(asked) => answer(asked, |TaskHappens { event }| self.task_happens(event)),
            Asked::WorkOnTask(asked) => accept(asked, |_| self.work_on_task()),
            // What a registry is asked.
            Asked::Enter(asked) => {
                let enter =
                    async |Enter { member, client, holding }| self.enter(&member, &client, holding).await;
                answer_later(asked, enter).await
            }
            Asked::Leave(asked) => answer(asked, |Leave { member }| self.leave(&member)),
            Asked::Tell(asked) => answer(asked, |Tell { changes }| self.tell(changes)),
            Asked::ListenToChanges(asked) => accept(asked, |asked| self.listen_to_changes(&asked.holder)),
        }
    }

    /// Does what makes something be held, once this is entered in the registry for it. What was still under way when its session
    /// was ended has nowhere to go, and is answered with `when_over`.
    async fn answer_held<Q: Held + Question<Object: Object<Refusal = Never>>>(
        &self,
        question: Q,
        holding: Holding,
        when_over: Q::Answer,
        what: impl FnOnce(Q) -> worker::Result<Q::Answer>,
    ) -> Result<Reply, Unanswered<Never>> {
        answer_later(question, async |question| {
            if self.is_over()? {
                return Ok(when_over);
            }
            self.hold(question.holder(), holding).await?;
            what(question).map_err(Unanswered::from)
        })
        .await
    }

    /// Whoever listens anew is the newest of the registry again.
    async fn hear_of_lists(&self, holder: &Holder) -> Result<(), Unanswered<Never>> {
        if self.is_over()? {
            return Ok(());
        }
        self.enter_registry(holder, Holding::ResourceChanges).await
    }

    /// Tells this session's client of changes. Answers whether it wants to know of any.
    fn tell_session(&self, changes: &[ResourceChange]) -> worker::Result<bool> {
        let told = self.is_held()? && !self.is_over()? && self.changed(changes)?;
        if !told {
            self.hold_less()?;
        }
        Ok(told)
    }
}

//! The handlers that the platform calls: a request, an alarm, a WebSocket that closes. Each question is dispatched to the file that
//! answers it.

use mcp::Subscribed;
use worker::{DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage};
use worker_kit::object::{self, Never, Object, Question, Reply, Unanswered, accept, answer, answer_later};

use super::session_object::McpSession;
use crate::held_sockets;
use crate::questions::{
    Asked, BeginTask, Changed, End, Enter, Follow, HasEnded, Held, Holder, Holding, Leave, Push, Session,
    SetClientInfo, SetLogLevel, Subscribe, SubscribeToFeed, TakeAnswer, TaskHappens, Tell, Unsubscribe,
    UnsubscribeFromFeed,
};

impl DurableObject for McpSession {
    fn new(state: State, env: Env) -> Self {
        Self::awake(state, env)
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        // All kinds of object share one enum of questions, so `Session` stands for any of them.
        let reply = async |asked| {
            let reply = self.reply(asked).await;
            self.keep_alarm().await?;
            reply
        };
        object::serve::<Session>(&self.storage, request, reply).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if !self.storage.postpone_alarm().await? {
            self.sweep().await?;
        }
        Response::empty()
    }

    /// Messages are ignored: Workers only receive.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> worker::Result<()> {
        Ok(())
    }

    /// The Worker or its client has disconnected. It can ask again for the events that it was sent.
    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> worker::Result<()> {
        self.disconnected(&socket).await
    }

    async fn websocket_error(&self, socket: WebSocket, _: worker::Error) -> worker::Result<()> {
        self.disconnected(&socket).await
    }
}

impl McpSession {
    async fn disconnected(&self, socket: &WebSocket) -> worker::Result<()> {
        held_sockets::close_own(socket)?;
        if self.storage.is_newer()? {
            return Ok(());
        }
        self.abandon_task()?;
        if self.is_held()? {
            self.declare_lost()?;
            self.seen()?;
        }
        self.keep_alarm().await
    }

    async fn reply(&self, asked: Asked) -> Result<Reply, Unanswered<Never>> {
        match asked {
            // Questions to a session.
            Asked::IsOver(asked) => answer(asked, |_| self.is_over()),
            Asked::WantedLogLevel(asked) => answer(asked, |_| self.log_level()),
            Asked::GetClientInfo(asked) => answer(asked, |_| self.client_info()),
            Asked::Unsubscribe(asked) => answer(asked, |Unsubscribe { uri }| self.unsubscribe(uri)),
            Asked::Changed(asked) => answer(asked, |Changed { changes }| self.changed(&changes)),
            Asked::GiveWay(asked) => answer_later(asked, async |_| self.let_go().await).await,
            // Questions to a session that make it hold something.
            Asked::End(asked) => answer_later(asked, async |End { holder }| self.end(&holder).await).await,
            Asked::SetClientInfo(asked) => {
                let set = |asked: SetClientInfo| self.set("introduction", asked.client_info.get());
                self.answer_held(asked, Holding::Something, (), set).await
            }
            Asked::SetLogLevel(asked) => {
                let set = |asked: SetLogLevel| self.set("level", &serde_json::to_string(&asked.level)?);
                self.answer_held(asked, Holding::Something, (), set).await
            }
            Asked::Subscribe(asked) => {
                let subscribe = |asked: Subscribe| self.subscribe(asked.uri);
                self.answer_held(asked, Holding::Something, Subscribed::Yes, subscribe).await
            }
            Asked::TakeAnswer(asked) => {
                let take = |asked: TakeAnswer| self.take_answer(&asked);
                self.answer_held(asked, Holding::Something, false, take).await
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
            // WebSockets on which a Worker waits.
            Asked::Follow(asked) => {
                if self.is_over_for(&asked)? {
                    return accept(asked, |_| self.follow_nothing());
                }
                self.hold_for_socket(&asked.holder).await?;
                accept(asked, |Follow { stream, after, .. }| self.follow(&stream, after))
            }
            Asked::AwaitAnswer(asked) => {
                self.hold_for_socket(&asked.holder).await?;
                accept(asked, |asked| self.wait_for_answer(&asked.request))
            }
            Asked::AwaitCancellation(asked) => {
                self.hold_for_socket(&asked.holder).await?;
                accept(asked, |asked| self.wait_for_cancellation(&asked.request))
            }
            Asked::WorkOnCall(asked) => {
                self.hold_for_socket(&asked.holder).await?;
                if !self.can_lease()? {
                    return Err(Unanswered::too_many(1));
                }
                accept(asked, |asked| self.work_on_call(&asked))
            }
            // Questions to a task.
            Asked::BeginTask(asked) => {
                let begin = |asked: BeginTask| self.begin_task(&asked.task, asked.lifetime_ms);
                self.answer_held(asked, Holding::Task, (), begin).await
            }
            Asked::TaskState(asked) => answer(asked, |_| self.task()),
            Asked::TaskHappens(asked) => answer(asked, |TaskHappens { event }| self.task_happens(event)),
            Asked::WorkOnTask(asked) => accept(asked, |_| self.work_on_task()),
            // Questions to a registry.
            Asked::Enter(asked) => {
                answer(asked, |Enter { object, client, holding }| self.enter(&object, &client, holding))
            }
            Asked::HasEnded(asked) => answer(asked, |HasEnded { session }| self.has_ended(&session)),
            Asked::Leave(asked) => {
                answer_later(asked, async |Leave { object }| self.leave(&object).await).await
            }
            Asked::SubscribeToFeed(asked) => {
                answer(asked, |SubscribeToFeed(subscriber)| self.subscribe_to_feed(&subscriber))
            }
            Asked::UnsubscribeFromFeed(asked) => {
                answer(asked, |UnsubscribeFromFeed { session }| self.feed.unsubscribe(&session))
            }
            Asked::ListenToFeed(asked) => accept(asked, |asked| self.feed.listen(&self.state, &asked.holder)),
            Asked::Tell(asked) => answer(asked, |Tell { changes }| self.tell(&changes)),
            Asked::ListSubscribers(asked) => answer(asked, |_| self.feed.subscribers()),
            Asked::ForgetSubscribers(asked) => {
                answer_later(asked, async |_| {
                    self.feed.forget_subscribers()?;
                    self.forget_if_empty().await
                })
                .await
            }
        }
    }

    /// Enters the object in the registry and then runs `what`. If the session was ended, `what` is not run and the answer is
    /// `when_over`.
    async fn answer_held<Q: Held + Question<Object: Object<Refusal = Never>>>(
        &self,
        question: Q,
        holding: Holding,
        when_over: Q::Answer,
        what: impl FnOnce(Q) -> worker::Result<Q::Answer>,
    ) -> Result<Reply, Unanswered<Never>> {
        let is_held = self.hold_unless_over(question.holder(), holding).await?;
        answer(question, |question| if is_held { what(question) } else { Ok(when_over) })
    }

    /// Apart, since a future is compiled anew for each kind of question.
    async fn hold_unless_over(&self, holder: &Holder, holding: Holding) -> Result<bool, Unanswered<Never>> {
        Ok(!self.is_over()? && self.hold(holder, holding).await?)
    }

    /// Enters the object in the registry before a Worker waits on a WebSocket. If the session was ended it answers 503: the Worker
    /// learns that it is over when it asks again.
    async fn hold_for_socket(&self, holder: &Holder) -> Result<(), Unanswered<Never>> {
        if self.hold(holder, Holding::Something).await? { Ok(()) } else { Err(Unanswered::for_now(1)) }
    }
}

//! The handlers that the platform calls: a request, an alarm, a WebSocket that closes. Each question is dispatched to the file that
//! answers it.

use mcp::Subscribed;
use worker::{DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage};
use worker_kit::object::{self, Never, Reply, Unanswered, accept, answer, answered};

use super::session_object::McpSession;
use crate::held_sockets;
use crate::questions::{
    Asked, BeginTask, Cancel, Changed, End, Enter, Follow, ForgetSubscribers, GiveWay, HasEnded, Holding,
    Leave, Push, Record, Session, SetClientInfo, SetLogLevel, Subscribe, SubscribeToFeed, TaskHappens, Tell,
    Unsubscribe, UnsubscribeFromFeed,
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
        Ok(self.disconnected(&socket).await?)
    }

    async fn websocket_error(&self, socket: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(self.disconnected(&socket).await?)
    }
}

impl McpSession {
    async fn disconnected(&self, socket: &WebSocket) -> worker_kit::Result<()> {
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
            // What takes time to do.
            Asked::End(End { holder }) => answered::<End>(&self.end(&holder).await?),
            Asked::GiveWay(GiveWay) => answered::<GiveWay>(&self.let_go().await?),
            Asked::Leave(Leave { object }) => answered::<Leave>(&self.leave(&object).await?),
            Asked::ForgetSubscribers(ForgetSubscribers) => {
                self.feed.forget_subscribers()?;
                answered::<ForgetSubscribers>(&self.forget_if_empty().await?)
            }
            asked => {
                let holds = self.holds_what_it_has_to(&asked).await?;
                self.reply_at_once(asked, holds)
            }
        }
    }

    /// `holds`: whether the object may hold what the question has it hold ([`Self::holds_what_it_has_to`]).
    fn reply_at_once(&self, asked: Asked, holds: bool) -> Result<Reply, Unanswered<Never>> {
        match asked {
            // Questions to a session.
            Asked::IsOver(asked) => answer(asked, |_| self.is_over()),
            Asked::WantedLogLevel(asked) => answer(asked, |_| self.log_level()),
            Asked::GetClientInfo(asked) => answer(asked, |_| self.client_info()),
            Asked::Unsubscribe(asked) => answer(asked, |Unsubscribe { uri }| self.unsubscribe(&uri)),
            Asked::Changed(asked) => answer(asked, |Changed { changes }| self.changed(&changes)),
            // Questions to a session that make it hold something.
            Asked::SetClientInfo(asked) => {
                answer(
                    asked,
                    |SetClientInfo { client_info, .. }| {
                        if holds { self.set("introduction", client_info.get()) } else { Ok(()) }
                    },
                )
            }
            Asked::SetLogLevel(asked) => {
                answer(
                    asked,
                    |SetLogLevel { level, .. }| {
                        if holds { self.set("level", &json::to_string(&level)?) } else { Ok(()) }
                    },
                )
            }
            Asked::Subscribe(asked) => {
                answer(
                    asked,
                    |Subscribe { uri, .. }| {
                        if holds { self.subscribe(&uri) } else { Ok(Subscribed::Yes) }
                    },
                )
            }
            Asked::TakeAnswer(asked) => {
                answer(asked, |asked| if holds { self.take_answer(&asked) } else { Ok(false) })
            }
            Asked::Cancel(asked) => {
                answer(asked, |Cancel { request, .. }| if holds { self.cancel(&request) } else { Ok(()) })
            }
            Asked::Record(asked) => {
                answer(asked, |Record { event, .. }| if holds { self.record(event.into()) } else { Ok(()) })
            }
            Asked::Push(asked) => {
                answer(
                    asked,
                    |Push { message, .. }| {
                        if holds { self.push(message.get().to_owned()) } else { Ok(()) }
                    },
                )
            }
            // WebSockets on which a Worker waits.
            Asked::Follow(asked) => {
                accept(
                    asked,
                    |Follow { stream, after, .. }| {
                        if holds { self.follow(&stream, after) } else { self.follow_nothing() }
                    },
                )
            }
            Asked::AwaitAnswer(asked) => accept(asked, |asked| self.wait_for_answer(&asked.request)),
            Asked::AwaitCancellation(asked) => {
                accept(asked, |asked| self.wait_for_cancellation(&asked.request))
            }
            Asked::WorkOnCall(_) if !self.can_lease()? => Err(Unanswered::too_many(1)),
            Asked::WorkOnCall(asked) => accept(asked, |asked| self.work_on_call(&asked)),
            // Questions to a task.
            Asked::BeginTask(asked) => {
                answer(
                    asked,
                    |BeginTask { task, lifetime_ms, .. }| {
                        if holds { self.begin_task(&task, lifetime_ms) } else { Ok(()) }
                    },
                )
            }
            Asked::TaskState(asked) => answer(asked, |_| self.task()),
            Asked::TaskHappens(asked) => answer(asked, |TaskHappens { event }| self.task_happens(event)),
            Asked::WorkOnTask(asked) => accept(asked, |_| self.work_on_task()),
            // Questions to a registry.
            Asked::Enter(asked) => {
                answer(asked, |Enter { object, client, holding }| self.enter(&object, &client, holding))
            }
            Asked::HasEnded(asked) => answer(asked, |HasEnded { session }| self.has_ended(&session)),
            Asked::SubscribeToFeed(asked) => {
                answer(asked, |SubscribeToFeed(subscriber)| self.subscribe_to_feed(&subscriber))
            }
            Asked::UnsubscribeFromFeed(asked) => {
                answer(asked, |UnsubscribeFromFeed { session }| self.feed.unsubscribe(&session))
            }
            Asked::ListenToFeed(asked) => accept(asked, |asked| self.feed.listen(&self.state, &asked.holder)),
            Asked::Tell(asked) => answer(asked, |Tell { changes }| self.tell(&changes)),
            Asked::ListSubscribers(asked) => answer(asked, |_| self.feed.subscribers()),
            Asked::End(_) | Asked::GiveWay(_) | Asked::Leave(_) | Asked::ForgetSubscribers(_) => {
                Err(Unanswered::fault("it was answered before"))
            }
        }
    }

    /// Enters the object in the registry if the question has it hold something: the one thing that most questions wait for. `false`:
    /// the session was ended, or the stream is, and nothing is to be held. For a WebSocket that is 503: the Worker learns that the
    /// session is over when it asks again.
    async fn holds_what_it_has_to(&self, asked: &Asked) -> Result<bool, Unanswered<Never>> {
        let Some(holder) = asked.holder() else { return Ok(true) };
        let (is_nothing_held, is_socket) = match asked {
            Asked::Follow(follow) => (self.is_over_for(follow)?, true),
            Asked::AwaitAnswer(_) | Asked::AwaitCancellation(_) | Asked::WorkOnCall(_) => (false, true),
            _ => (self.is_over()?, false),
        };
        if is_nothing_held {
            return Ok(false);
        }
        let holding = if matches!(asked, Asked::BeginTask(_)) { Holding::Task } else { Holding::Something };
        let holds = self.hold(holder, holding).await?;
        if is_socket && !holds { Err(Unanswered::for_now(1)) } else { Ok(holds) }
    }
}

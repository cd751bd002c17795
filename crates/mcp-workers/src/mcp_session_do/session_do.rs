//! What the platform calls: a request, an alarm, a web socket that closes. Every command goes from here to the file that knows what
//! to do.

use mcp::Subscribed;
use worker::{DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage};

use super::session_object::McpSession;
use super::sockets::close;
use crate::link::{Command, Holder, Holding, Letter, listening_for};

impl DurableObject for McpSession {
    fn new(state: State, env: Env) -> Self {
        Self::awake(state, env)
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(unavailable) = self.storage.unavailable()? {
            return Ok(unavailable);
        }
        let url = request.url()?;
        let path: Vec<&str> = url.path().trim_start_matches('/').split('/').collect();
        let wait = match path.as_slice() {
            ["changes"] => return self.listen_to_changes(&listening_for(&url)),
            ["task"] => return self.work_on_task(),
            [waits @ ("stream" | "answer" | "cancelled"), what] => (*waits, *what, None),
            ["stream", stream, after] => ("stream", *stream, after.parse().ok()),
            _ => {
                let letter = serde_json::from_slice(&request.bytes().await?)?;
                return self.obey(letter).await;
            }
        };
        if let Err(unavailable) = self.hold(&listening_for(&url), Holding::Something).await? {
            return Ok(unavailable);
        }
        match wait {
            ("stream", stream, after) => self.follow(stream, after),
            ("answer", asked, _) => self.wait_for_answer(asked),
            (_, request, _) => self.wait_for_cancellation(request),
        }
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
    async fn obey(&self, letter: Letter<Option<Holder>, Command>) -> worker::Result<Response> {
        let Letter { holder, command } = letter;
        match command {
            // What asks, and what is of use only where something is held.
            Command::IsOver => return Response::from_json(&self.is_over()?),
            Command::LogLevel => return Response::from_json(&self.log_level()?),
            Command::Introduction => return Response::from_json(&self.setting("introduction")?),
            Command::TaskState => return Response::from_json(&self.task()?),
            Command::TaskHappens { event } => return Response::from_json(&self.task_happens(event)?),
            Command::Changed { changes } => {
                let told = self.is_held()? && !self.is_over()? && self.changed(&changes)?;
                if !told {
                    self.hold_less()?;
                }
                return Response::from_json(&told);
            }
            Command::GiveWay => return Response::from_json(&self.let_go().await?),
            Command::Unsubscribe { uri } => return Response::from_json(&self.unsubscribe(uri)?),
            // What is asked of a registry.
            Command::Enter { member, client, holding } => {
                return Response::from_json(&self.enter(&member, &client, holding).await?);
            }
            Command::Leave { member } => return Response::from_json(&self.leave(&member)?),
            Command::Tell { changes } => return Response::from_json(&self.tell(changes)?),
            _ => {}
        }
        // What was still under way when its session was ended has nowhere to go.
        if self.is_over()? {
            return match command {
                Command::Subscribe { .. } => Response::from_json(&Subscribed::Yes),
                _ => Response::from_json(&()),
            };
        }
        let holding = match command {
            Command::End => Holding::End,
            Command::Subscribe { .. } | Command::HearOfLists => Holding::Changes,
            Command::BeginTask { .. } => Holding::Task,
            _ => Holding::Something,
        };
        let holder = holder.unwrap_or_default();
        let held = match command {
            // Whoever listens anew is the newest again.
            Command::HearOfLists => self.enter_registry(&holder, holding).await?,
            _ => self.hold(&holder, holding).await?,
        };
        if let Err(unavailable) = held {
            return Ok(unavailable);
        }
        match command {
            Command::Subscribe { uri } => return Response::from_json(&self.subscribe(uri)?),
            Command::End => self.end()?,
            Command::SetLogLevel { level } => self.set("level", &serde_json::to_string(&level)?)?,
            Command::Answered { request, response } => self.answered(&request, &response)?,
            Command::Cancel { request } => self.cancel(&request)?,
            Command::Push { message } => self.push(message)?,
            Command::Record { event } => self.record(&event)?,
            Command::Introduce { introduction } => self.set("introduction", &introduction)?,
            Command::BeginTask { task, lifetime_ms } => self.begin_task(&task, lifetime_ms)?,
            // It is held, and that is all; or it was answered above.
            _ => {}
        }
        Response::from_json(&())
    }
}

//! The protocol between Workers and Durable Objects, with types that both sides share.
//!
//! A [`Question`] says which [`Object`] it is for and what its answer is. An object's file declares them as one table
//! ([`questions!`](crate::questions)); the caller asks with [`ask`] and gets that answer; the object gives it with [`answer`], which takes
//! no other type. An [`Opening`] is a question whose answer is a WebSocket, and names the type of its frames. A [`Reading`] is one
//! whose answer is a [`Document`], a streamed body, and names the type of the document.
//!
//! Common to every call:
//! * a time limit ([`Object::TIME_LIMIT`]), since an object that broke in the middle of a request never answers it;
//! * refusals ([`Object::Refusal`]), which are answers for the caller, and faults, which are for the log;
//! * storage that is newer than the code: the object answers 503 with `Retry-After` before it looks at anything else;
//! * caller and object of different versions, for the seconds that a deployment takes: a question that the object does not know is
//!   answered in the same way, and nothing is done.
//!
//! ```
//! use std::{borrow::Cow, time::Duration};
//!
//! use serde::{Deserialize, Serialize};
//! use worker_kit::object::{self, Object, Reply, Unanswered};
//!
//! /// Counts clicks; one object for each page.
//! enum Counter {}
//!
//! impl Object for Counter {
//!     const BINDING: &'static str = "COUNTER";
//!     type Name = str;
//!     type Asked = Asked;
//!     type Refusal = object::Never;
//!
//!     fn name(page: &str) -> Cow<'_, str> {
//!         page.into()
//!     }
//! }
//!
//! #[derive(Serialize, Deserialize)]
//! struct Click {
//!     times: u32,
//! }
//!
//! worker_kit::questions! {
//!     /// What a counter is asked.
//!     enum Asked;
//!     Counter {
//!         /// Counts clicks. Answered with how many there are now.
//!         Click -> u64,
//!     }
//! }
//!
//! // The caller's side.
//! async fn click(env: &worker::Env) -> Result<u64, worker_kit::http::Failure> {
//!     Ok(object::ask(env, "front page", Click { times: 1 }).await?)
//! }
//!
//! // The object's side, in its `fetch`: `object::serve::<Counter>(&self.storage, request, async |asked| respond(asked)).await`.
//! fn respond(asked: Asked) -> Result<Reply, Unanswered<object::Never>> {
//!     match asked {
//!         Asked::Click(click) => object::answer(click, |Click { times }| count(times)),
//!     }
//! }
//!
//! fn count(times: u32) -> worker_kit::Result<u64> {
//!     Ok(40 + u64::from(times))
//! }
//! ```
//!
//! An answer of another type does not compile:
//!
//! ```compile_fail,E0308
//! # use std::{borrow::Cow, time::Duration};
//! # use serde::{Deserialize, Serialize};
//! # use worker_kit::object::{self, Object, Reply, Unanswered};
//! # enum Counter {}
//! # impl Object for Counter {
//! #     const BINDING: &'static str = "COUNTER";
//! #     type Name = str;
//! #     type Asked = Asked;
//! #     type Refusal = object::Never;
//! #     fn name(page: &str) -> Cow<'_, str> { page.into() }
//! # }
//! # #[derive(Serialize, Deserialize)]
//! # struct Click { times: u32 }
//! # worker_kit::questions! {
//! #     enum Asked;
//! #     Counter { Click -> u64 }
//! # }
//! fn respond(asked: Asked) -> Result<Reply, Unanswered<object::Never>> {
//!     match asked {
//!         Asked::Click(click) => object::answer(click, |Click { times }| describe(times)),
//!     }
//! }
//!
//! fn describe(times: u32) -> worker_kit::Result<String> {
//!     Ok(format!("{times} more"))
//! }
//! ```
//!
//! Nor does a caller who expects another:
//!
//! ```compile_fail,E0308
//! # use std::{borrow::Cow, time::Duration};
//! # use serde::{Deserialize, Serialize};
//! # use worker_kit::object::{self, Object};
//! # enum Counter {}
//! # impl Object for Counter {
//! #     const BINDING: &'static str = "COUNTER";
//! #     type Name = str;
//! #     type Asked = Asked;
//! #     type Refusal = object::Never;
//! #     fn name(page: &str) -> Cow<'_, str> { page.into() }
//! # }
//! # #[derive(Serialize, Deserialize)]
//! # struct Click { times: u32 }
//! # worker_kit::questions! {
//! #     enum Asked;
//! #     Counter { Click -> u64 }
//! # }
//! async fn click(env: &worker::Env) -> Result<String, worker_kit::http::Failure> {
//!     Ok(object::ask(env, "front page", Click { times: 1 }).await?)
//! }
//! ```
//!
//! Nor does a document of something else than was asked for:
//!
//! ```compile_fail,E0308
//! # use std::{borrow::Cow, time::Duration};
//! # use serde::{Deserialize, Serialize};
//! # use worker_kit::http::Body;
//! # use worker_kit::object::{self, Document, Object, Reply, Unanswered};
//! # enum Counter {}
//! # impl Object for Counter {
//! #     const BINDING: &'static str = "COUNTER";
//! #     type Name = str;
//! #     type Asked = Asked;
//! #     type Refusal = object::Never;
//! #     fn name(page: &str) -> Cow<'_, str> { page.into() }
//! # }
//! # #[derive(Serialize, Deserialize)]
//! # struct ReadClicks;
//! # worker_kit::questions! {
//! #     enum Asked;
//! #     Counter { ReadClicks reads Clicks }
//! # }
//! /// Every click there was.
//! enum Clicks {}
//!
//! /// Every page there is.
//! enum Pages {}
//!
//! fn respond(asked: Asked) -> Result<Reply, Unanswered<object::Never>> {
//!     match asked {
//!         Asked::ReadClicks(read) => object::read_out(read, |ReadClicks| pages()),
//!     }
//! }
//!
//! fn pages() -> worker_kit::Result<Document<Pages>> {
//!     Ok(Document::new(7, Body::Empty))
//! }
//! ```
//!
//! # Layout
//! From the ground up:
//! * `asked`: which objects a request asks, counted.
//! * `unanswered`: why a question has no answer.
//! * `question`: objects, questions, openings, and the table of them.
//! * `document`: streamed bodies with a version.
//! * `wire`: questions and answers as HTTP: the one place that knows statuses and headers.
//! * `socket`: both ends of a WebSocket.
//! * `call`: the caller's side.
//! * `serve`: the object's side.
//! * `remembered`: answers that hold until something changes.

mod asked;
mod call;
mod document;
mod fetch;
mod question;
mod remembered;
mod serve;
mod socket;
mod unanswered;
mod wire;

pub use asked::{ObjectsAsked, counted};
pub use call::{ask, ask_or, open, read_or, relay, within};
pub use document::Document;
pub use question::{Never, Object, Opening, Question, Reading};
pub use remembered::{LONGEST, Remembered, answer_again};
pub use serve::{Reply, accept, answer, answered, answered_with_document, read_out, respond, serve};
pub use socket::{CallerEnd, Frame, Frames, ObjectEnd, socket_pair};
pub use unanswered::Unanswered;

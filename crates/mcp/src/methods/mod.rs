//! The methods of the protocol: a message that has passed the checks becomes an answer.
//!
//! `lifecycle` holds `initialize`, `ping` and `server/discover`; the others hold what they are named for. A method writes
//! the members of its result; what each era adds to every result is the business of [`crate::model::wire`].

mod completion;
pub(crate) mod exchange;
mod existing;
mod lifecycle;
mod listen;
pub(crate) mod method;
mod prompts;
mod resources;
pub(crate) mod run;
mod sessions;
mod skills;
mod tasks;
mod tools;

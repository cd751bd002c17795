//! What an application declares: a server and its tools, resources, prompts, skills and apps. Written once, fitted to each revision.

pub(crate) mod app;
pub(crate) mod arguments;
pub(crate) mod card;
pub(crate) mod completion;
pub(crate) mod content;
pub(crate) mod prompt;
pub(crate) mod resource;
pub(crate) mod server;
pub(crate) mod skill;
pub(crate) mod tool;

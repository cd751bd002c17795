//! Notifying sessions of changes, from the object in which the changes are made.
//!
//! The object whose data changes embeds a [`ChangeFeed`]. The feed stores the subscribed sessions in tables of its own beside the
//! object's ([`SCHEMA`]), so a change without subscribers calls no object and stores nothing. A change is stored in the transaction
//! that makes it, until every subscriber was notified, also when the object is killed meanwhile. Sessions are notified behind the
//! answer, a few at a time, each in one call with all changes that are new to it, and with a time limit: of the first change of a
//! burst at once, of the others after a pause, together. A session that cannot be reached is called again after growing pauses. One that
//! is no longer subscribed to anything is removed.
//!
//! A session may be notified of a change twice, if the object is killed in between. That is harmless: the client only reads again.
//!
//! Where no object of the application has a feed, the principal's registry has it ([`crate::changed`]).
//!
//! # What the object does
//! * Its schema has [`SCHEMA`] as a migration. Where its earlier releases left subscriptions to the registry, [`adopt`] is one too.
//! * It answers the three questions of a [`FeedClient`](crate::FeedClient) with [`ChangeFeed::subscribe`], [`ChangeFeed::unsubscribe`] and
//!   [`ChangeFeed::listen`].
//! * It calls [`ChangeFeed::changed`] in the transaction of a change, and [`ChangeFeed::tell_listeners`] and [`ChangeFeed::tell_sessions`]
//!   after it, the latter behind the answer.
//! * Its alarm comes at [`ChangeFeed::due`] at the latest, and calls [`ChangeFeed::tell_sessions`].
//!
//! # Layout
//! From the ground up:
//! * `subscriber`: a subscribed session.
//! * `tables`: the subscribed sessions, and the changes that they have yet to be notified of.
//! * `feed`: the feed itself.
//! * `listeners`: open WebSockets for changes; nothing is stored for them.
//! * `telling`: notifying the sessions.

mod feed;
mod listeners;
pub(crate) mod subscriber;
mod tables;
mod telling;

pub use self::feed::ChangeFeed;
pub use self::subscriber::Subscriber;
pub use self::tables::{SCHEMA, adopt};
pub use self::telling::evict;

//! Objects, and what they are asked.

use std::{borrow::Cow, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One kind of Durable Object, as its callers and itself know it. Objects of one class may be of several kinds, which are named
/// and asked differently: then they share a binding and [`Asked`](Self::Asked).
pub trait Object {
    /// The binding of its class in `wrangler.toml`.
    const BINDING: &'static str;

    /// How long it may take to answer. Beyond it the caller is told 503.
    const TIME_LIMIT: Duration = Duration::from_secs(10);

    /// What tells one object of this kind from another.
    type Name: ?Sized;

    /// Every question that the class is asked: the enum that [`questions!`](crate::questions) makes, or what comes of it
    /// ([`From`]) and carries something with each.
    type Asked: Serialize + DeserializeOwned;

    /// What it may say instead of an answer: [`Never`], if it always answers.
    type Refusal: Serialize + DeserializeOwned;

    /// The object's name on the platform. It must not change, since what is stored is found under it.
    fn name(of: &Self::Name) -> Cow<'_, str>;
}

/// Something that an object is asked, and what its answer is.
pub trait Question: Sized {
    /// Who is asked.
    type Object: Object;

    /// What is answered.
    type Answer: Serialize + DeserializeOwned;

    /// As one of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// Something that an object is asked to open a WebSocket for. The object sends on it, and the caller does not.
pub trait Opening: Sized {
    /// Who is asked.
    type Object: Object;

    /// What is sent, one in each message: [`Never`], if it is only closed some time.
    type Frame: Serialize + DeserializeOwned;

    /// As one of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// Something that an object is asked to read out: a document that neither side parses nor holds, but passes on as it comes.
pub trait Reading: Sized {
    /// Who is asked.
    type Object: Object;

    /// What the document is of. It only tells one kind of document from another.
    type Of;

    /// As one of all questions to the object's class.
    fn into_asked(self) -> <Self::Object as Object>::Asked;
}

/// What there is none of: the refusal of an object that always answers, a frame of a WebSocket on which nothing is sent.
#[derive(Debug, Serialize, Deserialize)]
pub enum Never {}

/// Declares what the objects of one class are asked.
///
/// Makes an enum of all questions, written externally tagged with names in `snake_case`, and implements [`Question`] for each `A -> B`
/// (`B` answers `A`), [`Opening`] for each `A opens B` (on the WebSocket are sent `B`s), [`Reading`] for each `A reads B` (the document is
/// of a `B`). Each question is a type of its own, declared beside the table, that serde can write and read.
///
/// ```text
/// worker_kit::questions! {
///     pub(super) enum Asked;
///     Account {
///         IsUsed -> bool,
///         WatchGrant opens Never,
///         Export reads Everything,
///     }
/// }
/// ```
#[macro_export]
macro_rules! questions {
    (
        $(#[$about:meta])* $visibility:vis enum $asked:ident;
        $($object:ident { $($(#[$about_one:meta])* $question:ident $how:tt $answer:ty),* $(,)? })*
    ) => {
        $(#[$about])*
        #[derive(::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        $visibility enum $asked {
            $($($(#[$about_one])* $question($question),)*)*
        }
        $($($crate::questions!(@one $asked $object $question $how $answer);)*)*
    };
    (@one $asked:ident $object:ident $question:ident -> $answer:ty) => {
        impl $crate::object::Question for $question {
            type Object = $object;
            type Answer = $answer;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
    (@one $asked:ident $object:ident $question:ident opens $frame:ty) => {
        impl $crate::object::Opening for $question {
            type Object = $object;
            type Frame = $frame;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
    (@one $asked:ident $object:ident $question:ident reads $of:ty) => {
        impl $crate::object::Reading for $question {
            type Object = $object;
            type Of = $of;

            fn into_asked(self) -> <$object as $crate::object::Object>::Asked {
                $asked::$question(self).into()
            }
        }
    };
}

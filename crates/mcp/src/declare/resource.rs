//! Resources: what a client can read (2026-07-28 server/resources).
//!
//! A server declares single resources ([`Resource`]), how those it cannot name beforehand are listed ([`Resources`]), and
//! how all that follow one address pattern are read ([`ResourceTemplate`]).

use std::rc::Rc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::declare::completion::{Completer, Completing, Completion, CompletionError, completer};
use crate::handler::ask::AskError;
use crate::handler::context::Context;
use crate::model::contents::ResourceContents;
use crate::model::error::Fault;
use crate::model::implementation::{Icon, known_meta};
use crate::model::revision::{Feature, PerRevision, Revision};
use crate::model::uri_template::UriTemplate;
use crate::ports::local_future::LocalFuture;

/// Why a resource cannot be listed or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceError {
    /// There is none at this address, or none that this caller may know of.
    NotFound,
    /// The position of a page is not one that this list gave out.
    InvalidPosition,
    /// A question to the client has no answer, or none yet.
    Asked(AskError),
    /// We failed; see [`Fault`].
    Fault(Fault),
}

impl ResourceError {
    /// We failed; the words are for the log alone.
    pub fn fault(what: impl std::fmt::Display) -> Self {
        Self::Fault(Fault::new(what))
    }
}

impl From<AskError> for ResourceError {
    fn from(error: AskError) -> Self {
        Self::Asked(error)
    }
}

impl From<Fault> for ResourceError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

type ListHandler<C> =
    Box<dyn Fn(Context<C>, Option<String>) -> LocalFuture<Result<ResourcePage, ResourceError>>>;

/// The list of all resources a caller has, page by page.
pub struct Resources<C> {
    pub(crate) list: ListHandler<C>,
    pub(crate) permissions: Vec<String>,
}

impl<C: 'static> Resources<C> {
    /// A list made by `handler`. It receives the position of the page that is asked for, `None` for the first: the same
    /// text that it gave as [`ResourcePage::next`]. Clients see positions only as opaque cursors, but can alter them.
    pub fn new<F>(handler: F) -> Self
    where
        F: AsyncFn(Context<C>, Option<String>) -> Result<ResourcePage, ResourceError> + 'static,
    {
        let handler = Rc::new(handler);
        Self {
            list: Box::new(move |cx, position| {
                let handler = Rc::clone(&handler);
                Box::pin(async move { handler(cx, position).await })
            }),
            permissions: Vec::new(),
        }
    }

    /// A permission the caller must have; without it the list is empty. May be given several times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }
}

/// One page of a list of resources.
#[derive(Clone, Debug, Default)]
pub struct ResourcePage {
    /// The resources on it, in an order that does not change from call to call.
    pub resources: Vec<ResourceEntry>,
    /// The position of the next page, in the application's own terms; `None` on the last.
    pub next: Option<String>,
}

/// A resource as it stands in a list.
#[derive(Clone, Debug)]
pub struct ResourceEntry {
    pub(crate) uri: String,
    name: String,
    title: Option<String>,
    description: Option<String>,
    mime_type: Option<String>,
    size: Option<u64>,
    icons: Vec<Icon>,
    meta: Map<String, Value>,
}

impl ResourceEntry {
    /// Its address and its name.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            name: name.into(),
            title: None,
            description: None,
            mime_type: None,
            size: None,
            icons: Vec::new(),
            meta: Map::new(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What it holds, in words for a model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The type of its contents.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Its size in bytes, before any encoding.
    #[must_use]
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// A picture of it.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icons.push(icon);
        self
    }

    /// A member of its `_meta`, as [`crate::Tool::meta`].
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(name.into(), value.into());
        self
    }

    pub(crate) fn display_name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    pub(crate) fn wire(&self, revision: Revision) -> EntryWire<'_> {
        EntryWire {
            uri: &self.uri,
            name: &self.name,
            title: self.title.as_deref().filter(|_| revision.knows(Feature::Titles)),
            description: self.description.as_deref(),
            mime_type: self.mime_type.as_deref(),
            size: self.size,
            icons: Icon::known(&self.icons, revision),
            meta: known_meta(&self.meta, revision),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryWire<'a> {
    uri: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "<[Icon]>::is_empty")]
    icons: &'a [Icon],
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Map<String, Value>>,
}

/// The address a client wants to read, and the values its template found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceUri {
    pub(crate) uri: String,
    pub(crate) values: Vec<(String, String)>,
}

impl ResourceUri {
    /// The whole address, as the client wrote it.
    pub fn as_str(&self) -> &str {
        &self.uri
    }

    /// The value of a variable of the template, percent-decoded. Empty if the template has no such variable; a variable
    /// that it has is never empty, and of one that it has twice the last counts.
    pub fn value(&self, variable: &str) -> &str {
        self.values.iter().rfind(|(name, _)| name == variable).map_or("", |(_, value)| value)
    }
}

pub(crate) type ReadHandler<C> =
    Box<dyn Fn(Context<C>, ResourceUri) -> LocalFuture<Result<Vec<ResourceContents>, ResourceError>>>;

fn read_handler<C: 'static, F>(handler: F) -> ReadHandler<C>
where
    F: AsyncFn(Context<C>, ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> + 'static,
{
    let handler = Rc::new(handler);
    Box::new(move |cx, uri| {
        let handler = Rc::clone(&handler);
        Box::pin(async move { handler(cx, uri).await })
    })
}

pub(crate) type ExistingHandler<C> =
    Box<dyn Fn(Context<C>, Vec<ResourceUri>) -> LocalFuture<Result<Vec<ResourceUri>, ResourceError>>>;

/// A resource that is always there, under one address.
pub struct Resource<C> {
    pub(crate) entry: ResourceEntry,
    pub(crate) permissions: Vec<String>,
    pub(crate) read: ReadHandler<C>,
}

impl<C: 'static> Resource<C> {
    /// As it stands in the list, and how it is read.
    pub fn new<F>(entry: ResourceEntry, handler: F) -> Self
    where
        F: AsyncFn(Context<C>, ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> + 'static,
    {
        Self { entry, permissions: Vec::new(), read: read_handler(handler) }
    }

    /// A permission the caller must have; without it the resource is not listed and reading is refused. May be given
    /// several times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }
}

/// All resources whose addresses follow one pattern.
pub struct ResourceTemplate<C> {
    pub(crate) uri_template: String,
    pub(crate) pattern: Result<UriTemplate, String>,
    name: String,
    title: Option<String>,
    description: Option<String>,
    mime_type: Option<String>,
    icons: Vec<Icon>,
    meta: Map<String, Value>,
    pub(crate) permissions: Vec<String>,
    pub(crate) read: ReadHandler<C>,
    pub(crate) existing: Option<ExistingHandler<C>>,
    pub(crate) completers: Vec<(String, Completer<C>)>,
    written: PerRevision,
}

impl<C: 'static> ResourceTemplate<C> {
    /// Addresses like `notes://{id}` (RFC 6570, level 1), read by `handler`. It gives at least one
    /// [`ResourceContents`]; none at all means [`ResourceError::NotFound`].
    pub fn new<F>(uri_template: impl Into<String>, name: impl Into<String>, handler: F) -> Self
    where
        F: AsyncFn(Context<C>, ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> + 'static,
    {
        let uri_template = uri_template.into();
        Self {
            pattern: UriTemplate::parse(&uri_template),
            uri_template,
            name: name.into(),
            title: None,
            description: None,
            mime_type: None,
            icons: Vec::new(),
            meta: Map::new(),
            permissions: Vec::new(),
            read: read_handler(handler),
            existing: None,
            completers: Vec::new(),
            written: PerRevision::default(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What these resources hold, in words for a model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The type of their contents, if all have the same.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// A picture of them.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icons.push(icon);
        self
    }

    /// A member of its `_meta`, as [`crate::Tool::meta`].
    #[must_use]
    pub fn meta(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.meta.insert(name.into(), value.into());
        self
    }

    /// A permission the caller must have; without it the template is not listed and reading is refused. May be given
    /// several times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    /// Which of several addresses there are, for clients that want to hear of them: only what exists can be subscribed to.
    /// Without it each is read to find that out, one after the other.
    #[must_use]
    pub fn existing<F>(self, handler: F) -> Self
    where
        F: AsyncFn(Context<C>, Vec<ResourceUri>) -> Result<Vec<ResourceUri>, ResourceError> + 'static,
    {
        let handler = Rc::new(handler);
        let existing: ExistingHandler<C> = Box::new(move |cx, uris| {
            let handler = Rc::clone(&handler);
            Box::pin(async move { handler(cx, uris).await })
        });
        Self { existing: Some(existing), ..self }
    }

    /// How a variable of the address is completed while the user types it.
    #[must_use]
    pub fn complete<F>(mut self, variable: impl Into<String>, handler: F) -> Self
    where
        F: AsyncFn(Context<C>, Completing) -> Result<Completion, CompletionError> + 'static,
    {
        self.completers.push((variable.into(), completer(handler)));
        self
    }

    /// The template as it stands in a list, made once for each revision.
    pub(crate) fn written(&self, revision: Revision) -> Result<&str, json::Error> {
        self.written
            .get_or_make(revision, || {
                json::to_string(&TemplateWire {
                    uri_template: &self.uri_template,
                    name: &self.name,
                    title: self.title.as_deref().filter(|_| revision.knows(Feature::Titles)),
                    description: self.description.as_deref(),
                    mime_type: self.mime_type.as_deref(),
                    icons: Icon::known(&self.icons, revision),
                    meta: known_meta(&self.meta, revision),
                })
            })
            .map(|written| &**written)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TemplateWire<'a> {
    uri_template: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Icon]>::is_empty")]
    icons: &'a [Icon],
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Map<String, Value>>,
}

//! Apps: what a host can show of a server's in the conversation itself (the extension `io.modelcontextprotocol/ui`, MCP Apps,
//! SEP-1865, its revision 2026-01-26).
//!
//! An app is an HTML document under a `ui://` address. A tool names the one in which its results are to be shown
//! ([`crate::Tool::app`]); a host that knows the extension reads the document, runs it in a sandboxed frame, hands it the results
//! and passes its calls of tools on to the server. To every other client the tool is a tool like any other, so its result must
//! say in words what it has to say.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::declare::resource::{Resource, ResourceEntry, ResourceError, ResourceUri};
use crate::handler::context::Context;
use crate::model::contents::ResourceContents;
use crate::model::implementation::Icon;

/// The extension's name, for [`crate::Context::client_extension`]. A server that has apps declares it.
pub const APPS_EXTENSION: &str = "io.modelcontextprotocol/ui";

/// The media type of an app's document.
pub const APP_MEDIA_TYPE: &str = "text/html;profile=mcp-app";

/// With what every app's address begins.
const SCHEME: &str = "ui://";

/// The member of `_meta` in which the extension speaks.
const META: &str = "ui";

/// Where tools named their app before the extension was settled. Hosts of that time look nowhere else.
const EARLIER_RESOURCE_URI: &str = "ui/resourceUri";

/// One app.
pub struct App<C> {
    pub(crate) resource: Resource<C>,
    look: Look,
}

/// What a host should know before it shows an app (`UIResourceMeta`).
#[derive(Clone, Default)]
struct Look {
    connect: Vec<String>,
    resource: Vec<String>,
    frame: Vec<String>,
    permissions: Map<String, Value>,
    domain: Option<String>,
    border: Option<bool>,
}

/// Something in the browser that an app would like to use. A host may well refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppPermission {
    /// The camera.
    Camera,
    /// The microphone.
    Microphone,
    /// The place where the user is.
    Geolocation,
    /// Writing to the clipboard.
    ClipboardWrite,
}

impl AppPermission {
    fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Microphone => "microphone",
            Self::Geolocation => "geolocation",
            Self::ClipboardWrite => "clipboardWrite",
        }
    }
}

impl<C: 'static> App<C> {
    /// An app at a `ui://` address, with a name, and its document: a complete HTML page that needs nothing from elsewhere but
    /// what is said with the functions below. A host shows it under a strict Content-Security-Policy that lets scripts and
    /// styles stand in the document.
    pub fn new<F>(uri: impl Into<String>, name: impl Into<String>, document: F) -> Self
    where
        F: AsyncFn(Context<C>) -> Result<String, ResourceError> + 'static,
    {
        let entry = ResourceEntry::new(uri, name).mime_type(APP_MEDIA_TYPE);
        let document = Rc::new(document);
        let read = async move |cx: Context<C>, uri: ResourceUri| {
            let html = document(cx).await?;
            Ok(vec![ResourceContents::text(uri.as_str(), APP_MEDIA_TYPE, html)])
        };
        Self { resource: Resource::new(entry, read), look: Look::default() }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.entry(|entry| entry.title(title))
    }

    /// What it shows and what can be done in it.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.entry(|entry| entry.description(description))
    }

    /// A picture of it.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        self.entry(|entry| entry.icon(icon))
    }

    /// A permission the caller must have to read it, as [`Resource::requires`].
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.resource = self.resource.requires(permission);
        self
    }

    /// An origin that it sends requests to. Without any it has no network.
    #[must_use]
    pub fn connects_to(mut self, origin: impl Into<String>) -> Self {
        self.look.connect.push(origin.into());
        self
    }

    /// An origin from which it loads scripts, styles, pictures, fonts or media.
    #[must_use]
    pub fn loads_from(mut self, origin: impl Into<String>) -> Self {
        self.look.resource.push(origin.into());
        self
    }

    /// An origin whose pages it shows in frames of its own.
    #[must_use]
    pub fn frames(mut self, origin: impl Into<String>) -> Self {
        self.look.frame.push(origin.into());
        self
    }

    /// Something in the browser that it would like to use.
    #[must_use]
    pub fn wants(mut self, permission: AppPermission) -> Self {
        self.look.permissions.insert(permission.as_str().to_owned(), json::object(vec![]));
        self
    }

    /// The origin it should run under, in the form that the host at hand prescribes.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.look.domain = Some(domain.into());
        self
    }

    /// Whether the host should draw a border and a ground around it. Hosts differ in what they do if nothing is said.
    #[must_use]
    pub fn border(mut self, border: bool) -> Self {
        self.look.border = Some(border);
        self
    }

    fn entry(self, change: impl FnOnce(ResourceEntry) -> ResourceEntry) -> Self {
        let Self { resource: Resource { entry, permissions, read }, look } = self;
        Self { resource: Resource { entry: change(entry), permissions, read }, look }
    }

    /// What is wrong with this declaration, if anything.
    pub(crate) fn defect(&self) -> Option<&'static str> {
        defect_of_address(&self.resource.entry.uri)
    }

    /// The resource that an app is. How it wants to be shown stands with it in the list, for hosts that look before they
    /// read, and with the document, which counts where both speak.
    pub(crate) fn into_resource(self) -> Resource<C> {
        let Self { resource: Resource { entry, permissions, read }, look } = self;
        let meta = look.wire();
        if meta.is_empty() {
            return Resource { entry, permissions, read };
        }
        let listed = entry.meta(META, meta.clone());
        let read = Rc::new(read);
        let resource = Resource::new(listed, async move |cx: Context<C>, uri: ResourceUri| {
            let contents = read(cx, uri).await?;
            Ok(contents.into_iter().map(|part| part.meta(META, meta.clone())).collect())
        });
        Resource { permissions, ..resource }
    }
}

impl Look {
    fn wire(self) -> Map<String, Value> {
        let csp: Map<_, _> = [
            ("connectDomains", self.connect),
            ("resourceDomains", self.resource),
            ("frameDomains", self.frame),
        ]
        .into_iter()
        .filter(|(_, origins)| !origins.is_empty())
        .map(|(name, origins)| (name.to_owned(), origins.into()))
        .collect();
        let members = [
            ("csp", (!csp.is_empty()).then_some(Value::Object(csp))),
            ("permissions", (!self.permissions.is_empty()).then_some(Value::Object(self.permissions))),
            ("domain", self.domain.map(Value::from)),
            ("prefersBorder", self.border.map(Value::from)),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// Who may call a tool, in a host that knows the extension (`McpUiToolVisibility`). The server answers either: it cannot tell
/// them apart, and what must be kept from somebody is a matter of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolVisibility {
    /// The model alone.
    Model,
    /// Apps of this server alone; the model does not see it.
    App,
}

impl ToolVisibility {
    fn as_str(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::App => "app",
        }
    }
}

/// The link from a tool to its app, and who may call it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolLink {
    pub(crate) app: Option<String>,
    pub(crate) visibility: Option<ToolVisibility>,
}

impl ToolLink {
    /// Adds what it says to a tool's `_meta`.
    pub(crate) fn write_into(&self, meta: &mut Map<String, Value>) {
        let mut link = Map::new();
        if let Some(uri) = &self.app {
            link.insert("resourceUri".to_owned(), uri.as_str().into());
            meta.insert(EARLIER_RESOURCE_URI.to_owned(), uri.as_str().into());
        }
        if let Some(visibility) = self.visibility {
            link.insert("visibility".to_owned(), vec![visibility.as_str()].into());
        }
        if !link.is_empty() {
            meta.insert(META.to_owned(), Value::Object(link));
        }
    }

    pub(crate) fn defect(&self) -> Option<&'static str> {
        self.app.as_deref().and_then(defect_of_address)
    }
}

fn defect_of_address(uri: &str) -> Option<&'static str> {
    let named = uri.strip_prefix(SCHEME).is_some_and(|rest| !rest.is_empty());
    (!named).then_some("the address of an app begins with ui://")
}

/// What a server says of the extension: which documents it has.
pub(crate) fn declaration() -> Map<String, Value> {
    Map::from_iter([("mimeTypes".to_owned(), vec![APP_MEDIA_TYPE].into())])
}

//! Who a server is, as it tells clients: its `Implementation`, and icons.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::revision::{Feature, Revision};

/// The name and version of a server, and how to show it to people.
#[derive(Clone, Debug)]
pub struct Implementation {
    name: String,
    version: String,
    title: Option<String>,
    description: Option<String>,
    website_url: Option<String>,
    icons: Vec<Icon>,
}

impl Implementation {
    /// Name and version, for programs and logs.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            title: None,
            description: None,
            website_url: None,
            icons: Vec::new(),
        }
    }

    /// The name to show to people.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// What it is, in a sentence.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// Where to learn more.
    #[must_use]
    pub fn website_url(self, url: impl Into<String>) -> Self {
        Self { website_url: Some(url.into()), ..self }
    }

    /// A picture of it; more than one may be given, of several sizes.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icons.push(icon);
        self
    }

    pub(crate) fn wire(&self, revision: Revision) -> ImplementationWire<'_> {
        ImplementationWire {
            name: &self.name,
            version: &self.version,
            title: self.title.as_deref().filter(|_| revision.knows(Feature::Titles)),
            description: self.description.as_deref().filter(|_| revision.knows(Feature::Icons)),
            website_url: self.website_url.as_deref().filter(|_| revision.knows(Feature::Icons)),
            icons: Icon::known(&self.icons, revision),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImplementationWire<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website_url: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Icon]>::is_empty")]
    icons: &'a [Icon],
}

impl<'a> ImplementationWire<'a> {
    /// What every `Implementation` must say.
    pub(crate) fn in_short(&self) -> Self {
        let Self { name, version, .. } = *self;
        Self { name, version, title: None, description: None, website_url: None, icons: &[] }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    pub(crate) fn title(&self) -> Option<&'a str> {
        self.title
    }

    pub(crate) fn description(&self) -> Option<&'a str> {
        self.description
    }
}

/// A picture for a server, a tool or a resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Icon {
    src: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sizes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<IconTheme>,
}

/// What a picture is made to be shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IconTheme {
    /// A light background.
    Light,
    /// A dark background.
    Dark,
}

impl Icon {
    /// Where the picture is: an `https:` URL, preferably of the server's own origin, or a `data:` URL.
    pub fn new(src: impl Into<String>) -> Self {
        Self { src: src.into(), mime_type: None, sizes: Vec::new(), theme: None }
    }

    /// Its type, such as `image/svg+xml`.
    #[must_use]
    pub fn mime_type(self, mime_type: impl Into<String>) -> Self {
        Self { mime_type: Some(mime_type.into()), ..self }
    }

    /// A size it is made for: `48x48`, or `any`.
    #[must_use]
    pub fn size(mut self, size: impl Into<String>) -> Self {
        self.sizes.push(size.into());
        self
    }

    /// What it is made to be shown on; either, if left unsaid.
    #[must_use]
    pub fn theme(self, theme: IconTheme) -> Self {
        Self { theme: Some(theme), ..self }
    }

    pub(crate) fn known(icons: &[Self], revision: Revision) -> &[Self] {
        if revision.knows(Feature::Icons) { icons } else { &[] }
    }
}

/// The `_meta` of a declaration, where a revision knows of it and there is any.
pub(crate) fn known_meta(meta: &Map<String, Value>, revision: Revision) -> Option<&Map<String, Value>> {
    Some(meta).filter(|meta| !meta.is_empty() && revision.knows(Feature::Meta))
}

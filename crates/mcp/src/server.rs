//! A server, as an application declares it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::CORS_ALLOWED_HEADERS;
use crate::identity::Implementation;
use crate::resource::{ResourceTemplate, Resources};
use crate::revision::{PerRevision, Revision};
use crate::tool::Tool;

/// Everything one MCP endpoint offers. Built once, shared by all requests; `C` is what a request brings along.
pub struct Server<C> {
    identity: Implementation,
    instructions: Option<String>,
    tools: Vec<Tool<C>>,
    resources: Option<Resources<C>>,
    resource_templates: Vec<ResourceTemplate<C>>,
    defects: Vec<String>,
    meta: PerRevision,
}

impl<C: 'static> Server<C> {
    /// A server that offers nothing yet.
    pub fn new(identity: Implementation) -> Self {
        Self {
            identity,
            instructions: None,
            tools: Vec::new(),
            resources: None,
            resource_templates: Vec::new(),
            defects: Vec::new(),
            meta: PerRevision::default(),
        }
    }

    /// How to use this server, in words for a model. Hosts may put them into its prompt.
    #[must_use]
    pub fn instructions(self, instructions: impl Into<String>) -> Self {
        Self { instructions: Some(instructions.into()), ..self }
    }

    /// Offers a tool. Tools are listed in the order they are given.
    #[must_use]
    pub fn tool(mut self, tool: Tool<C>) -> Self {
        let defect = match self.tool_named(&tool.name) {
            Some(_) => Some("another tool has its name".to_owned()),
            None => tool.defect(),
        };
        match defect {
            Some(defect) => self.defects.push(format!("tool {}: {defect}", tool.name)),
            None => self.tools.push(tool),
        }
        self
    }

    /// Offers the list of resources that `resources` makes.
    #[must_use]
    pub fn resources(self, resources: Resources<C>) -> Self {
        Self { resources: Some(resources), ..self }
    }

    /// Offers the resources of an address pattern. An address is read by the first template it fits.
    #[must_use]
    pub fn resource_template(mut self, template: ResourceTemplate<C>) -> Self {
        match &template.pattern {
            Ok(_) => self.resource_templates.push(template),
            Err(defect) => self.defects.push(format!("resource template: {defect}")),
        }
        self
    }
}

impl<C> Server<C> {
    /// What is wrong with the declarations: a name given twice, arguments that are not a struct, an address pattern that
    /// cannot be matched. A declaration with a defect is not offered. It is a mistake of the programmer and not of any
    /// client, so let a test assert that there are none.
    pub fn defects(&self) -> &[String] {
        &self.defects
    }

    /// The value for `Access-Control-Allow-Headers`: [`CORS_ALLOWED_HEADERS`] and the `Mcp-Param-*` of these tools.
    pub fn cors_allowed_headers(&self) -> String {
        let mirrored: BTreeSet<&str> = self
            .tools
            .iter()
            .flat_map(|tool| tool.mirrored.iter().flatten())
            .map(|parameter| parameter.header.as_str())
            .collect();
        mirrored.into_iter().fold(CORS_ALLOWED_HEADERS.to_owned(), |names, name| names + ", " + name)
    }

    pub(crate) fn identity(&self) -> &Implementation {
        &self.identity
    }

    pub(crate) fn instructions_text(&self) -> Option<&str> {
        self.instructions.as_deref()
    }

    pub(crate) fn tools(&self) -> impl Iterator<Item = &Tool<C>> {
        self.tools.iter()
    }

    pub(crate) fn tool_named(&self, name: &str) -> Option<&Tool<C>> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    pub(crate) fn resource_list(&self) -> Option<&Resources<C>> {
        self.resources.as_ref()
    }

    pub(crate) fn resource_templates(&self) -> impl Iterator<Item = &ResourceTemplate<C>> {
        self.resource_templates.iter()
    }

    pub(crate) fn has_tools(&self) -> bool {
        !self.tools.is_empty()
    }

    pub(crate) fn has_resources(&self) -> bool {
        self.resources.is_some() || !self.resource_templates.is_empty()
    }

    /// What the server can do, in both eras the same (`ServerCapabilities`).
    pub(crate) fn capabilities(&self) -> Value {
        let mut capabilities = serde_json::Map::new();
        if self.has_tools() {
            capabilities.insert("tools".to_owned(), json!({}));
        }
        if self.has_resources() {
            capabilities.insert("resources".to_owned(), json!({}));
        }
        Value::Object(capabilities)
    }

    /// The `_meta` of a stateless result, which names the server.
    pub(crate) fn meta(&self, revision: Revision) -> Result<&str, serde_json::Error> {
        self.meta.get_or_make(revision, || {
            let identity = serde_json::to_string(&self.identity.wire(revision))?;
            Ok(format!(r#"{{"io.modelcontextprotocol/serverInfo":{identity}}}"#))
        })
    }
}

//! A server, as an application declares it.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::declare::app::{self, APPS_EXTENSION, App};
use crate::declare::prompt::Prompt;
use crate::declare::resource::{Resource, ResourceTemplate, Resources};
use crate::declare::skill::{PublishedSkill, SKILLS_EXTENSION, Skill};
use crate::declare::tool::Tool;
use crate::model::implementation::{Implementation, ImplementationWire};
use crate::model::revision::{Era, Feature, PerRevision, Revision};
use crate::model::sorted::insert;
use crate::ports::cors::CORS_ALLOWED_HEADERS;
use crate::ports::platform::Platform;
use crate::ports::tasks::TASKS_EXTENSION;

/// Everything one MCP endpoint offers. Built once, shared by all requests; `C` is what a request brings along.
pub struct Server<C> {
    identity: Implementation,
    instructions: Option<String>,
    tools: Vec<Tool<C>>,
    resources: Option<Resources<C>>,
    resource_templates: Vec<ResourceTemplate<C>>,
    declared_resources: Vec<Resource<C>>,
    prompts: Vec<Prompt<C>>,
    skills: Vec<PublishedSkill>,
    logs: bool,
    updates: bool,
    tasks: bool,
    extensions: Map<String, Value>,
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
            declared_resources: Vec::new(),
            prompts: Vec::new(),
            skills: Vec::new(),
            logs: false,
            updates: false,
            tasks: false,
            extensions: Map::new(),
            defects: Vec::new(),
            meta: PerRevision::default(),
        }
    }

    /// How to use this server, in words for a model. Hosts may put them into its prompt.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
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
    pub fn resources(mut self, resources: Resources<C>) -> Self {
        self.resources = Some(resources);
        self
    }

    /// Offers a single resource. They are listed in the order they are given, before those of [`Self::resources`].
    #[must_use]
    pub fn resource(mut self, resource: Resource<C>) -> Self {
        if self.declared_resources.iter().any(|other| other.entry.uri == resource.entry.uri) {
            self.defects.push(format!("resource {}: another resource has its address", resource.entry.uri));
        } else {
            self.declared_resources.push(resource);
        }
        self
    }

    /// Offers an app: its document as a resource, and the extension it takes. Tools name it by its address ([`Tool::app`]).
    #[must_use]
    pub fn app(mut self, app: App<C>) -> Self {
        if let Some(defect) = app.defect() {
            self.defects.push(format!("app {}: {defect}", app.resource.entry.uri));
            return self;
        }
        self.extensions.insert(APPS_EXTENSION.to_owned(), Value::Object(app::declaration()));
        self.resource(app.into_resource())
    }

    /// Offers a prompt. Prompts are listed in the order they are given.
    #[must_use]
    pub fn prompt(mut self, prompt: Prompt<C>) -> Self {
        let defect = match self.prompt_named(&prompt.name) {
            Some(_) => Some("another prompt has its name".to_owned()),
            None => prompt.defect(),
        };
        match defect {
            Some(defect) => self.defects.push(format!("prompt {}: {defect}", prompt.name)),
            None => self.prompts.push(prompt),
        }
        self
    }

    /// Offers a skill: its files as resources, and the skill in `skills/list`. Skills are listed in the order they are given.
    #[must_use]
    pub fn skill(mut self, skill: Skill) -> Self {
        match skill.publish() {
            Ok((skill, resources)) => {
                self.skills.push(skill);
                resources.into_iter().fold(self, Self::resource)
            }
            Err(defect) => {
                self.defects.push(defect);
                self
            }
        }
    }

    /// Says that handlers write log messages ([`crate::Context::log`]). Without it none is sent.
    #[must_use]
    pub fn logs(mut self) -> Self {
        self.logs = true;
        self
    }

    /// Declares that resources change, and that the application notifies the store of sessions of changes. Without this, or without
    /// sessions, clients cannot subscribe to resources.
    #[must_use]
    pub fn updates(mut self) -> Self {
        self.updates = true;
        self
    }

    /// Says that some tools go on as tasks ([`crate::Context::go_on_as_task`]). Without it, or without tasks being held
    /// ([`Platform::tasks`]), their callers wait.
    #[must_use]
    pub fn tasks(mut self) -> Self {
        self.tasks = true;
        self
    }

    /// Says that the server knows an extension of the protocol, such as `io.modelcontextprotocol/ui`, and how: `settings` are
    /// the extension's own, empty if it has none. Extensions only ever add: a client that does not know one must get by, and
    /// [`crate::Context::client_extension`] tells which it knows (2026-07-28 basic/index, "Extensions").
    #[must_use]
    pub fn extension(mut self, name: impl Into<String>, settings: Map<String, Value>) -> Self {
        let name = name.into();
        if name.split_once('/').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty()) {
            self.extensions.insert(name, Value::Object(settings));
        } else {
            self.defects.push(format!("extension {name}: its name is not a prefix, a slash and a name"));
        }
        self
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
    /// cannot be matched, a tool whose app there is not. A declaration with a defect of its own is not offered. It is a mistake
    /// of the programmer and not of any client, so let a test assert that there are none.
    pub fn defects(&self) -> Vec<String> {
        let declared = |uri: &str| self.declared_resources.iter().any(|resource| resource.entry.uri == uri);
        let lost = self.tools.iter().filter_map(|tool| {
            let uri = tool.link.app.as_deref().filter(|uri| !declared(uri))?;
            Some(format!("tool {}: there is no app {uri}", tool.name))
        });
        self.defects.iter().cloned().chain(lost).collect()
    }

    /// The value for `Access-Control-Allow-Headers`: [`CORS_ALLOWED_HEADERS`] and the `Mcp-Param-*` of these tools.
    pub fn cors_allowed_headers(&self) -> String {
        let parameters = self.tools.iter().flat_map(|tool| tool.mirrored.iter().flatten());
        let mut mirrored = Vec::new();
        for parameter in parameters {
            insert(&mut mirrored, parameter.header.as_str());
        }
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

    pub(crate) fn declared_resources(&self) -> impl Iterator<Item = &Resource<C>> {
        self.declared_resources.iter()
    }

    pub(crate) fn prompts(&self) -> impl Iterator<Item = &Prompt<C>> {
        self.prompts.iter()
    }

    pub(crate) fn prompt_named(&self, name: &str) -> Option<&Prompt<C>> {
        self.prompts.iter().find(|prompt| prompt.name == name)
    }

    pub(crate) fn has_prompts(&self) -> bool {
        !self.prompts.is_empty()
    }

    pub(crate) fn has_completions(&self) -> bool {
        self.prompts.iter().any(|prompt| !prompt.completers.is_empty())
            || self.resource_templates.iter().any(|template| !template.completers.is_empty())
    }

    pub(crate) fn skills(&self) -> impl Iterator<Item = &PublishedSkill> {
        self.skills.iter()
    }

    pub(crate) fn has_skills(&self) -> bool {
        !self.skills.is_empty()
    }

    pub(crate) fn has_logs(&self) -> bool {
        self.logs
    }

    pub(crate) fn has_updates(&self) -> bool {
        self.updates && self.has_resources()
    }

    pub(crate) fn has_tasks(&self) -> bool {
        self.tasks
    }

    pub(crate) fn extensions(&self) -> &Map<String, Value> {
        &self.extensions
    }

    pub(crate) fn has_tools(&self) -> bool {
        !self.tools.is_empty()
    }

    pub(crate) fn has_resources(&self) -> bool {
        self.resources.is_some() || !self.resource_templates.is_empty() || !self.declared_resources.is_empty()
    }

    /// What the server can do (`ServerCapabilities`). In the handshake era a log level and subscriptions have to be held
    /// from one request to the next, so there they take sessions.
    pub(crate) fn capabilities(&self, revision: Revision, platform: &Platform) -> Value {
        let stateless = revision.era() == Era::Stateless;
        let sessions = platform.held_sessions().is_some() && !stateless;
        let resources = if platform.held_sessions().is_some() && self.has_updates() {
            json::object(vec![("listChanged", true.into()), ("subscribe", true.into())])
        } else {
            json::object(vec![])
        };
        let mut extensions = self.extensions.clone();
        if self.tasks && stateless && platform.held_tasks().is_some() {
            extensions.insert(TASKS_EXTENSION.to_owned(), json::object(vec![]));
        }
        if self.has_skills() {
            extensions
                .insert(SKILLS_EXTENSION.to_owned(), json::object(vec![("directoryRead", true.into())]));
        }
        let offered = [
            (
                "completions",
                self.has_completions() && revision.knows(Feature::CompletionsCapability),
                json::object(vec![]),
            ),
            (
                "extensions",
                !extensions.is_empty() && revision.knows(Feature::Extensions),
                Value::Object(extensions),
            ),
            ("logging", self.logs && (stateless || sessions), json::object(vec![])),
            ("prompts", self.has_prompts(), json::object(vec![])),
            ("resources", self.has_resources(), resources),
            ("tools", self.has_tools(), json::object(vec![])),
        ];
        let offered = offered.into_iter().filter(|(_, offered, _)| *offered);
        offered.map(|(name, _, details)| (name.to_owned(), details)).collect()
    }

    /// The `_meta` of a stateless result, which names the server. It stands in every result, so it is only the name and the
    /// version; `server/discover` has the rest ([`Self::whole_meta`]).
    pub(crate) fn meta(&self, revision: Revision) -> Result<&Rc<str>, json::Error> {
        self.meta.get_or_make(revision, || meta_of(&self.identity.wire(revision).in_short()))
    }

    /// The same with all that there is to say.
    pub(crate) fn whole_meta(&self, revision: Revision) -> Result<String, json::Error> {
        meta_of(&self.identity.wire(revision))
    }
}

fn meta_of(identity: &ImplementationWire<'_>) -> Result<String, json::Error> {
    Ok(format!(r#"{{"io.modelcontextprotocol/serverInfo":{}}}"#, json::to_string(identity)?))
}

//! Skills: what a model can learn to do (the extension `io.modelcontextprotocol/skills`, SEP-2640; agentskills.io).
//!
//! A skill is a directory of files under `skill://{name}/`, of which `SKILL.md` says what it is for and how it is done. A host
//! shows a model every skill's name and description, and lets it read the rest when it needs it. The files are resources like
//! any other: the engine lists and reads them, and adds the digests by which a host can tell whether it has seen them before.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::declare::resource::{Resource, ResourceEntry, ResourceUri};
use crate::handler::context::Context;
use crate::model::contents::ResourceContents;
use crate::model::sorted::insert;

/// The extension's name.
pub(crate) const SKILLS_EXTENSION: &str = "io.modelcontextprotocol/skills";

/// The type of a directory (SEP-2640, "`resources/directory/read`").
const DIRECTORY: &str = "inode/directory";

/// The most files of one skill (SEP-2640, "Limits").
const MAX_FILES: usize = 512;

/// The most bytes of one skill.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// One skill.
#[derive(Clone, Debug)]
pub struct Skill {
    name: String,
    description: String,
    instructions: String,
    files: Vec<File>,
    permissions: Vec<String>,
}

#[derive(Clone, Debug)]
struct File {
    path: String,
    mime_type: String,
    data: Data,
}

#[derive(Clone, Debug)]
enum Data {
    Text(String),
    Bytes(Vec<u8>),
}

impl Data {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Skill {
    /// A skill by its name (1 to 64 of `a-z 0-9 -`), what it is for and when to use it, and how it is done, in Markdown. From
    /// these its `SKILL.md` is written.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        instructions: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            instructions: instructions.into(),
            files: Vec::new(),
            permissions: Vec::new(),
        }
    }

    /// A text that belongs to it, at a path like `references/limits.md`.
    #[must_use]
    pub fn file(
        self,
        path: impl Into<String>,
        mime_type: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.with(path.into(), mime_type.into(), Data::Text(text.into()))
    }

    /// The same of bytes.
    #[must_use]
    pub fn binary_file(
        self,
        path: impl Into<String>,
        mime_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        self.with(path.into(), mime_type.into(), Data::Bytes(bytes.into()))
    }

    /// A permission the caller must have; without it there is no such skill. May be given several times.
    #[must_use]
    pub fn requires(mut self, permission: impl Into<String>) -> Self {
        self.permissions.push(permission.into());
        self
    }

    fn with(mut self, path: String, mime_type: String, data: Data) -> Self {
        self.files.push(File { path, mime_type, data });
        self
    }

    /// What is wrong with this declaration, if anything.
    fn defect(&self) -> Option<&'static str> {
        let named = (1..=64).contains(&self.name.len())
            && self.name.split('-').all(|part| !part.is_empty())
            && self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !named {
            return Some("its name is not 1 to 64 of a-z 0-9, with single hyphens between them");
        }
        if self.description.is_empty() {
            return Some("it has no description");
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_segment =
            |part: &str| !part.is_empty() && part != ".." && part != "." && part.bytes().all(plain);
        let mut paths = vec!["SKILL.md"];
        let mut is_taken = |path| !insert(&mut paths, path);
        if self.files.iter().any(|file| !file.path.split('/').all(is_segment) || is_taken(file.path.as_str()))
        {
            return Some("its files have paths that are taken, or not of A-Z a-z 0-9 . _ - and slashes");
        }
        let bytes: usize = self.files.iter().map(|file| file.data.bytes().len()).sum();
        if paths.len() > MAX_FILES || bytes + self.instructions.len() > MAX_BYTES {
            return Some("it is larger than 512 files or 16 MiB");
        }
        None
    }

    /// `SKILL.md`: the frontmatter in YAML, of which JSON's strings are a part, and the instructions.
    fn manifest(&self) -> File {
        let (name, description) = (
            json::value_to_string(&Value::from(&*self.name)),
            json::value_to_string(&Value::from(&*self.description)),
        );
        let text = format!(
            "---\nname: {name}\ndescription: {description}\n---\n\n{}",
            self.instructions.trim_start()
        );
        File { path: "SKILL.md".to_owned(), mime_type: "text/markdown".to_owned(), data: Data::Text(text) }
    }

    /// The skill as it is served.
    pub(crate) fn publish<C: 'static>(self) -> Result<(PublishedSkill, Vec<Resource<C>>), String> {
        if let Some(defect) = self.defect() {
            return Err(format!("skill {}: {defect}", self.name));
        }
        let root = format!("skill://{}", self.name);
        let manifest = self.manifest();
        let mut entries = Vec::new();
        let mut listed = Vec::new();
        let mut resources = Vec::new();
        for file in std::iter::once(manifest).chain(self.files) {
            let uri = format!("{root}/{}", file.path);
            let size = file.data.bytes().len();
            let digest = sha256(file.data.bytes());
            listed.push(json::object(vec![
                ("uri", uri.as_str().into()),
                ("digest", digest.into()),
                ("size", size.into()),
            ]));
            let is_manifest = file.path == "SKILL.md";
            let entry = ResourceEntry::new(uri, if is_manifest { &self.name } else { &file.path })
                .mime_type(&file.mime_type)
                .size(size as u64);
            let entry = if is_manifest { entry.description(&self.description) } else { entry };
            entries.push(entry.clone());
            let handler = async move |_: Context<C>, uri: ResourceUri| {
                Ok(vec![match &file.data {
                    Data::Text(text) => ResourceContents::text(uri.as_str(), &file.mime_type, text),
                    Data::Bytes(bytes) => {
                        ResourceContents::blob(uri.as_str(), &file.mime_type, bytes.clone())
                    }
                }])
            };
            let resource = Resource::new(entry, handler);
            resources.push(self.permissions.iter().fold(resource, Resource::requires));
        }
        let entry = SkillEntry {
            uri: format!("{root}/SKILL.md"),
            frontmatter: Map::from_iter([
                ("name".to_owned(), self.name.into()),
                ("description".to_owned(), self.description.into()),
            ]),
            resources: listed,
        };
        Ok((PublishedSkill { entry, root, files: entries, permissions: self.permissions }, resources))
    }
}

/// A skill as it is served.
pub(crate) struct PublishedSkill {
    pub(crate) entry: SkillEntry,
    pub(crate) permissions: Vec<String>,
    root: String,
    files: Vec<ResourceEntry>,
}

/// A skill as it stands in `skills/list`.
#[derive(Serialize)]
pub(crate) struct SkillEntry {
    pub(crate) uri: String,
    frontmatter: Map<String, Value>,
    resources: Vec<Value>,
}

impl PublishedSkill {
    /// What a directory of this skill holds, itself not included; `None` if it has no such directory.
    pub(crate) fn directory(&self, uri: &str) -> Option<Vec<ResourceEntry>> {
        let directory = uri.strip_suffix('/').unwrap_or(uri);
        if directory != self.root && !directory.starts_with(&format!("{}/", self.root)) {
            return None;
        }
        let mut children = Vec::new();
        let mut seen = Vec::new();
        for file in &self.files {
            let Some(rest) = file.uri.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            match rest.split_once('/') {
                None => children.push(file.clone()),
                Some((name, _)) if insert(&mut seen, name) => {
                    children
                        .push(ResourceEntry::new(format!("{directory}/{name}"), name).mime_type(DIRECTORY));
                }
                Some(_) => {}
            }
        }
        Some(children).filter(|children| !children.is_empty())
    }
}

/// A file's digest, as `sha256:` and 64 hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    let hex = |digest: String, byte: &u8| digest + &format!("{byte:02x}");
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), hex)
}

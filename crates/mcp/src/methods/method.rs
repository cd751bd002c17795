//! The methods by name: which there are, in which era, for which server.

use crate::declare::server::Server;
use crate::model::revision::Era;
use crate::ports::platform::Platform;

/// A method that this server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Initialize,
    Ping,
    Discover,
    ListTools,
    CallTool,
    ListResources,
    ListResourceTemplates,
    ReadResource,
    ListPrompts,
    GetPrompt,
    Complete,
    SetLogLevel,
    Subscribe,
    Unsubscribe,
    ListenToChanges,
    ListSkills,
    GetSkill,
    ReadDirectory,
    GetTask,
    UpdateTask,
    CancelTask,
}

impl Method {
    /// Whether it is about what is held from one request to the next: then the caller's access is confirmed first
    /// ([`Authorize::confirm_access`](crate::Authorize::confirm_access)).
    pub(crate) fn is_about_what_is_held(self) -> bool {
        match self {
            Self::SetLogLevel
            | Self::Subscribe
            | Self::Unsubscribe
            | Self::ListenToChanges
            | Self::GetTask
            | Self::UpdateTask
            | Self::CancelTask => true,
            Self::Initialize
            | Self::Ping
            | Self::Discover
            | Self::ListTools
            | Self::CallTool
            | Self::ListResources
            | Self::ListResourceTemplates
            | Self::ReadResource
            | Self::ListPrompts
            | Self::GetPrompt
            | Self::Complete
            | Self::ListSkills
            | Self::GetSkill
            | Self::ReadDirectory => false,
        }
    }

    /// The method of this name, if the era has it and the server declared what it is for. `None` is "method not found".
    pub(crate) fn find<C>(name: &str, era: Era, server: &Server<C>, platform: &Platform) -> Option<Self> {
        let sessions = platform.held_sessions().is_some();
        let tasks = platform.held_tasks().is_some() && server.has_tasks();
        match (name, era) {
            ("initialize", Era::Handshake) => Some(Self::Initialize),
            ("ping", Era::Handshake) => Some(Self::Ping),
            ("server/discover", Era::Stateless) => Some(Self::Discover),
            ("tools/list", _) if server.has_tools() => Some(Self::ListTools),
            ("tools/call", _) if server.has_tools() => Some(Self::CallTool),
            ("resources/list", _) if server.has_resources() => Some(Self::ListResources),
            ("resources/templates/list", _) if server.has_resources() => Some(Self::ListResourceTemplates),
            ("resources/read", _) if server.has_resources() => Some(Self::ReadResource),
            ("prompts/list", _) if server.has_prompts() => Some(Self::ListPrompts),
            ("prompts/get", _) if server.has_prompts() => Some(Self::GetPrompt),
            ("completion/complete", _) if server.has_completions() => Some(Self::Complete),
            ("skills/list", _) if server.has_skills() => Some(Self::ListSkills),
            ("skills/get", _) if server.has_skills() => Some(Self::GetSkill),
            ("resources/directory/read", _) if server.has_skills() => Some(Self::ReadDirectory),
            ("logging/setLevel", Era::Handshake) if sessions && server.has_logs() => Some(Self::SetLogLevel),
            ("resources/subscribe", Era::Handshake) if sessions && server.has_updates() => {
                Some(Self::Subscribe)
            }
            ("resources/unsubscribe", Era::Handshake) if sessions && server.has_updates() => {
                Some(Self::Unsubscribe)
            }
            ("subscriptions/listen", Era::Stateless) if sessions && server.has_updates() => {
                Some(Self::ListenToChanges)
            }
            ("tasks/get", Era::Stateless) if tasks => Some(Self::GetTask),
            ("tasks/update", Era::Stateless) if tasks => Some(Self::UpdateTask),
            ("tasks/cancel", Era::Stateless) if tasks => Some(Self::CancelTask),
            _ => None,
        }
    }
}

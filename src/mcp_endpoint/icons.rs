//! The icons of the server and of what it offers, for hosts that show them (2025-11-25 basic/index, "Icons"). They are files
//! of the page, `frontend/public/icons`, and so of the server's own origin, as the specification would have it. PNG is the type
//! that every client must know; one picture each, legible on light and dark, keeps the lists short.

use mcp::{Icon, Implementation};
use worker_kit::http::Origin;

use crate::product::SERVER_ICONS;

/// The pictures, where an origin has them.
pub(super) struct Icons<'a>(pub(super) &'a Origin);

impl Icons<'_> {
    /// Gives the server its own, in a size for lists, one for larger places, and one for any.
    pub(super) fn of_server(&self, server: Implementation) -> Implementation {
        SERVER_ICONS
            .into_iter()
            .fold(server, |server, (path, mime_type, size)| server.icon(self.at(path, mime_type).size(size)))
    }

    /// The one of that name, such as `list`.
    pub(super) fn named(&self, name: &str) -> Icon {
        self.at(&format!("icons/{name}.png"), "image/png").size("64x64")
    }

    fn at(&self, path: &str, mime_type: &str) -> Icon {
        Icon::new(format!("{}/{path}", self.0)).mime_type(mime_type)
    }
}

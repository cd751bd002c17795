//! Which pages may call from a browser (2026-07-28 streamable-http, "Security & Endpoint").

/// The browser origins that may call the endpoint. A request without `Origin` does not come from a page, and is not
/// judged by this.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    allowed: Vec<String>,
    loopback: bool,
}

impl Origins {
    /// No page at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Also this origin, as browsers write it: `https://example.com`, no path, no trailing slash.
    #[must_use]
    pub fn allow(mut self, origin: impl Into<String>) -> Self {
        self.allowed.push(origin.into());
        self
    }

    /// Also every page served from this machine, whatever its port. For development: any program on the machine can
    /// serve such a page.
    #[must_use]
    pub fn allow_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Whether a page of this origin may call. Scheme and host are compared without regard to case, as browsers send
    /// them in lower case anyway; `null`, an opaque origin, is never allowed.
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
            || (self.loopback && is_loopback(origin))
    }
}

fn is_loopback(origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) if is_port(rest) => host,
        Some(_) => return false,
        None => match authority.split_once(':') {
            Some((host, port)) if is_port_number(port) => host,
            Some(_) => return false,
            None => authority,
        },
    };
    matches!(scheme, "http" | "https") && matches!(host, "localhost" | "127.0.0.1" | "::1")
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(is_port_number)
}

fn is_port_number(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

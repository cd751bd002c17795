//! Origins (RFC 6454): which ones this Worker answers to, and which ones a browser may call it from.

use std::fmt;

use whatwg_url::Url;

/// A web origin: scheme, host and port, with nothing after them; `https://app.example.com`, `http://localhost:3000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// ASCII serialisation, RFC 6454 section 6.2: lower case, no default port, no trailing slash.
    text: String,
    loopback: bool,
}

impl Origin {
    /// Parses an origin as in an `Origin` header; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text)?;
        let origin = Self::of_url(&url)?;
        (origin.text == text.to_ascii_lowercase()).then_some(origin)
    }

    /// The origin of a URL with scheme `http` or `https`.
    pub fn of_url(url: &Url) -> Option<Self> {
        let text = url.origin()?;
        let loopback = url.is_loopback();
        Some(Self { text, loopback })
    }

    /// The ASCII serialisation (RFC 6454 section 6.2), such as `https://app.example.com`: lower case, no default port, no
    /// slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host without its port, such as `app.example.com`.
    pub fn host(&self) -> &str {
        let authority = self.text.split_once("://").map_or(self.text.as_str(), |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        }
    }

    /// Whether only programs on this machine can reach it. `localhost.example.com` is not such a name.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether its scheme is https.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https://")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

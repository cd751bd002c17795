//! Resource indicators (RFC 8707): which protected resource a token is for.

use std::fmt;

use serde::Serialize;
use whatwg_url::Url;

use crate::stored::Stored;

/// A resource's canonical URI: absolute, lower-case scheme and host, no default port, no fragment, and no slash at the end.
/// It is compared as text and becomes an audience of the access token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ResourceUri(String);

impl ResourceUri {
    /// The longest `resource` that is read, in bytes.
    pub const MAX_LENGTH: usize = 2048;

    /// Reads a `resource` parameter; `None` when it is no absolute http(s) URI or has a fragment or a user part.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_LENGTH || text.contains('#') {
            return None;
        }
        let url = Url::parse(text)?;
        let plain = matches!(url.scheme(), "http" | "https") && !url.has_user_info();
        // One slash at the end says nothing; with two it is another path.
        let text = url.as_str().strip_suffix('/').unwrap_or(url.as_str());
        (plain && !text.ends_with('/')).then(|| Self(text.to_owned()))
    }

    /// The canonical form: as it is compared, and as it stands in `aud`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for ResourceUri {
    /// Any text is one.
    fn stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The resources that an authorization server issues tokens for.
#[derive(Clone, Debug)]
pub struct Resources {
    /// What a token is for when the client did not say.
    pub default: ResourceUri,
    /// Further resources a client may name.
    pub others: Vec<ResourceUri>,
}

/// A `resource` that this server does not issue tokens for; `invalid_target` to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownResource;

impl Resources {
    /// The one resource that the request names, or the default. Several different ones are refused: a token for two
    /// resources could be used by one against the other.
    ///
    /// # Errors
    /// [`UnknownResource`] for anything this server does not issue tokens for.
    pub fn choose<'a>(
        &self,
        requested: impl IntoIterator<Item = &'a str>,
    ) -> Result<ResourceUri, UnknownResource> {
        let mut chosen: Option<ResourceUri> = None;
        for text in requested {
            let resource = ResourceUri::parse(text).ok_or(UnknownResource)?;
            if resource != self.default && !self.others.contains(&resource) {
                return Err(UnknownResource);
            }
            if chosen.as_ref().is_some_and(|earlier| *earlier != resource) {
                return Err(UnknownResource);
            }
            chosen = Some(resource);
        }
        Ok(chosen.unwrap_or_else(|| self.default.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources() -> Resources {
        let uri = |text| ResourceUri::parse(text).unwrap();
        Resources { default: uri("https://a.example/mcp"), others: vec![uri("https://a.example")] }
    }

    #[test]
    fn one_spelling_of_each_resource() {
        for text in ["HTTPS://A.example:443/mcp", "https://a.example/mcp/", "https://a.example/mcp"] {
            assert_eq!(ResourceUri::parse(text).unwrap().as_str(), "https://a.example/mcp");
        }
        assert_eq!(ResourceUri::parse("https://a.example/").unwrap().as_str(), "https://a.example");
    }

    #[test]
    fn refuses_what_is_no_resource() {
        for text in [
            "",
            "/mcp",
            "https://a.example/mcp#x",
            "https://a.example/mcp//",
            "https://a.example//",
            "https://u@a.example/",
            "urn:x",
            "javascript:alert(1)",
        ] {
            assert_eq!(ResourceUri::parse(text), None, "{text}");
        }
    }

    #[test]
    fn chooses_the_named_one_or_the_default() {
        let choose = |list: &[&str]| resources().choose(list.iter().copied()).map(|uri| uri.to_string());
        assert_eq!(choose(&[]).unwrap(), "https://a.example/mcp");
        assert_eq!(choose(&["https://a.example/"]).unwrap(), "https://a.example");
        assert_eq!(
            choose(&["https://a.example/mcp", "https://a.example/mcp/"]).unwrap(),
            "https://a.example/mcp"
        );
        assert_eq!(choose(&["https://b.example/mcp"]), Err(UnknownResource));
        assert_eq!(choose(&["https://a.example/mcp", "https://a.example"]), Err(UnknownResource));
    }
}

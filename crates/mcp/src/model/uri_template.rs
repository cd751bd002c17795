//! URI templates that are matched backwards: from an address to the values in it.
//!
//! RFC 6570 level 1: literals and `{name}`. A value is one or more characters that stand for themselves or are
//! percent-encoded, so it never spans a `/`, `?` or `#`.

use percent_encoding::percent_decode_str;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Variable(String),
}

/// A template, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UriTemplate(Vec<Segment>);

impl UriTemplate {
    /// Takes a template apart, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, after) = rest.split_once('{').unwrap_or((rest, ""));
            if literal.contains('}') {
                return Err(format!("{text} closes a brace it did not open"));
            }
            if !literal.is_empty() {
                segments.push(Segment::Literal(literal.to_owned()));
            }
            if literal.len() == rest.len() {
                break;
            }
            let (name, after) = after.split_once('}').ok_or_else(|| format!("{text} leaves a brace open"))?;
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return Err(format!("{text} has an expression other than {{name}}"));
            }
            if matches!(segments.last(), Some(Segment::Variable(_))) {
                return Err(format!("{text} has two variables with nothing between them"));
            }
            segments.push(Segment::Variable(name.to_owned()));
            rest = after;
        }
        Ok(Self(segments))
    }

    /// The variables in their order, each with its value, if the address is one of this template's.
    pub(crate) fn matches(&self, uri: &str) -> Option<Vec<(String, String)>> {
        let mut values = Vec::new();
        let mut rest = uri;
        let mut segments = self.0.iter().peekable();
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Segment::Variable(name) => {
                    let end = match segments.peek() {
                        Some(Segment::Literal(next)) => rest.find(next.as_str())?,
                        _ => rest.len(),
                    };
                    let (value, after) = rest.split_at_checked(end)?;
                    if value.is_empty() || value.contains(['/', '?', '#']) {
                        return None;
                    }
                    values.push((name.clone(), percent_decode_str(value).decode_utf8().ok()?.into_owned()));
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_its_values_or_nothing() {
        for (template, uri, values) in [
            ("todo://todos/{id}", "todo://todos/7", Some(vec![("id", "7")])),
            ("todo://todos/{id}", "todo://todos/a%20b%2Fc", Some(vec![("id", "a b/c")])),
            ("todo://{list}/{id}.json", "todo://home/7.json", Some(vec![("list", "home"), ("id", "7")])),
            ("todo://all", "todo://all", Some(vec![])),
            ("todo://todos/{id}", "todo://todos/", None),
            ("todo://todos/{id}", "todo://todos/7/8", None),
            ("todo://todos/{id}", "todo://todos/7?x", None),
            ("todo://todos/{id}", "todo://todos/%ff", None),
            ("todo://todos/{id}", "todo://lists/7", None),
            ("todo://all", "todo://all/7", None),
        ] {
            let expected = values.map(|pairs| {
                pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(UriTemplate::parse(template).unwrap().matches(uri), expected, "{template} {uri}");
        }
    }

    #[test]
    fn a_template_beyond_level_one_is_a_defect() {
        for template in ["a://{+path}", "a://{x", "a://x}", "a://{}", "a://{x}{y}", "a://{x*}"] {
            assert!(UriTemplate::parse(template).is_err(), "{template}");
        }
    }
}

//! Scripts: from bytes to requests, whatever the bytes.

use mcp::HttpReply;
use serde_json::Value;

/// The line between two requests.
const BETWEEN: &[u8] = b"\n%%\n";

/// One request.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// The texts of a script's requests.
pub(super) fn requests(script: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(script);
    std::iter::from_fn(move || {
        let script = rest?;
        let (text, after) = cut(script, BETWEEN);
        rest = after;
        Some(text)
    })
}

fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> (&'a [u8], Option<&'a [u8]>) {
    match bytes.windows(at.len()).position(|window| window == at) {
        Some(place) => (&bytes[..place], Some(&bytes[place + at.len()..])),
        None => (bytes, None),
    }
}

impl Request {
    pub(super) fn read(text: &[u8]) -> Self {
        let (head, body) = cut(text, b"\n\n");
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let (method, path) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
        let headers = lines.filter_map(|line| line.split_once(':'));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: body.unwrap_or_default().to_vec(),
        }
    }

    /// As a platform gives it: several values of one name joined.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// What was last heard of each of the things a client repeats.
#[derive(Default)]
pub(super) struct Repeated {
    known: Vec<(&'static str, String)>,
}

impl Repeated {
    /// The text with everything in it that is known by now.
    pub(super) fn fill_in(&self, text: &[u8]) -> Vec<u8> {
        let mut filled = text.to_vec();
        for (name, value) in &self.known {
            while let (before, Some(after)) = cut(&filled, name.as_bytes()) {
                filled = [before, value.as_bytes(), after].concat();
            }
        }
        filled
    }

    pub(super) fn learn(&mut self, reply: &HttpReply, streamed: &[u8], messages: &[Value]) {
        let session = reply.headers.iter().find(|(name, _)| *name == "mcp-session-id");
        self.keep("$SESSION", session.map(|(_, id)| id.as_ref()));
        let streamed = String::from_utf8_lossy(streamed);
        self.keep("$SESSION", streamed.split("sessionId=").nth(1).and_then(|rest| rest.lines().next()));
        self.keep("$EVENT", streamed.lines().filter_map(|line| line.strip_prefix("id: ")).next_back());
        for message in messages {
            let result = &message["result"];
            self.keep("$STATE", result["requestState"].as_str());
            self.keep("$TASK", result["taskId"].as_str());
            self.keep("$CURSOR", result["nextCursor"].as_str());
            self.keep("$ASKED", message["method"].as_str().and(message["id"].as_str()));
        }
    }

    fn keep(&mut self, name: &'static str, value: Option<&str>) {
        // A value with a name in it would be filled in without end.
        if let Some(value) = value.filter(|value| !value.contains('$')) {
            self.known.retain(|(known, _)| *known != name);
            self.known.push((name, value.to_owned()));
        }
    }
}

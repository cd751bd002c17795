//! The engine by itself: the bytes of a request in, the bytes of its answer out, in both eras.
//!
//! ```sh
//! cargo bench --manifest-path tests/bench/native/Cargo.toml --target-dir target/bench/native
//! ```
//!
//! Before the times it prints what each answer takes from the allocator: how often, and how many bytes. Those do not depend on the
//! machine, and are what a budget can be set for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use criterion::{Criterion, criterion_group, criterion_main};
use mcp::schemars::{self, JsonSchema};
use mcp::{
    Context, HttpReply, HttpRequest, Implementation, Memory, Origins, Output, ReplyBody, SealingKey, Server,
    Tool, ToolError,
};

#[derive(serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Create {
    /// What is to be done, in one line of plain text.
    todo_text: String,
    /// The day by which it should be done, if there is one.
    #[serde(default)]
    due_on: Option<String>,
}

#[derive(serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Todo {
    /// The todo's id.
    id: String,
    /// One line of plain text.
    text: String,
    completed: bool,
    due_on: Option<String>,
}

/// As many tools as the TODO service has.
const TOOLS: [&str; 10] =
    ["create", "list", "complete", "delete", "update", "reopen", "clear", "show", "history", "undo"];

async fn create(_: Context<()>, asked: Create) -> Result<Output<Todo>, ToolError> {
    let Create { todo_text, due_on } = asked;
    Ok(Output::new(Todo {
        id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        text: todo_text,
        completed: false,
        due_on,
    }))
}

fn declare() -> Server<()> {
    TOOLS.iter().fold(Server::new(Implementation::new("bench", "1.0.0")), |server, name| {
        server.tool(Tool::new(*name, create).title("Add a TODO").description("Adds a TODO to the list."))
    })
}

/// A request: its name here, the revision, the method, the parameters.
const REQUESTS: [(&str, &str, &str, &str); 7] = [
    ("ping, 2025-11-25", "2025-11-25", "ping", ""),
    ("tools/list, 2025-11-25", "2025-11-25", "tools/list", ""),
    ("tools/list, 2026-07-28", "2026-07-28", "tools/list", ""),
    ("tools/call, 2025-11-25", "2025-11-25", "tools/call", CALL),
    ("tools/call, 2026-07-28", "2026-07-28", "tools/call", CALL),
    ("an unknown tool, 2025-11-25", "2025-11-25", "tools/call", r#""name":"destroy","arguments":{}"#),
    ("server/discover, 2026-07-28", "2026-07-28", "server/discover", ""),
];
const CALL: &str = r#""name":"create","arguments":{"todoText":"Buy milk"}"#;
const ENVELOPE: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"}}"#;

fn body(revision: &str, method: &str, params: &str) -> String {
    let members: Vec<&str> = [params, if revision == "2026-07-28" { ENVELOPE } else { "" }]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{{{}}}}}"#, members.join(","))
}

struct Asked {
    server: Server<()>,
    memory: Rc<Memory>,
    revision: &'static str,
    method: &'static str,
    name: Option<&'static str>,
    body: Vec<u8>,
}

impl Asked {
    fn new((_, revision, method, params): (&str, &'static str, &'static str, &str)) -> Self {
        let name = match method {
            "tools/call" if params == CALL => Some("create"),
            "tools/call" => Some("destroy"),
            _ => None,
        };
        let memory =
            Memory::new(SealingKey::new([7; 32]), SystemTime::now, |_| Box::pin(std::future::pending()));
        Self {
            server: declare(),
            memory,
            revision,
            method,
            name,
            body: body(revision, method, params).into_bytes(),
        }
    }

    fn answer(&self) -> HttpReply {
        let headers = |name: &str| match name {
            "content-type" => Some("application/json".to_owned()),
            "accept" => Some("application/json, text/event-stream".to_owned()),
            "mcp-protocol-version" => Some(self.revision.to_owned()),
            "mcp-method" => (self.revision == "2026-07-28").then(|| self.method.to_owned()),
            "mcp-name" => self.name.filter(|_| self.revision == "2026-07-28").map(str::to_owned),
            _ => None,
        };
        let (origins, platform) = (Origins::none(), self.memory.platform());
        let request = HttpRequest {
            method: "POST",
            headers: &headers,
            origins: &origins,
            body: &self.body,
            platform: &platform,
        };
        pollster::block_on(self.server.handle(request, ()))
    }
}

/// The system's allocator, which counts.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(size.saturating_sub(layout.size()), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations() {
    println!("{:32} {:>12} {:>12} {:>12}", "", "allocations", "bytes", "answer");
    for request in REQUESTS {
        let asked = Asked::new(request);
        // What is made at the first request and kept does not count.
        assert_eq!(asked.answer().status, 200, "{}", request.0);
        let (count, bytes) = (COUNT.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
        let reply = asked.answer();
        let (count, bytes) = (COUNT.load(Ordering::Relaxed) - count, BYTES.load(Ordering::Relaxed) - bytes);
        let ReplyBody::Json(json) = reply.body else { panic!("{} is not answered with JSON", request.0) };
        println!("{:32} {count:>12} {bytes:>12} {:>12}", request.0, json.len());
    }
}

fn engine(criterion: &mut Criterion) {
    allocations();
    for request in REQUESTS {
        let asked = Asked::new(request);
        criterion.bench_function(request.0, |bencher| bencher.iter(|| black_box(asked.answer())));
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);

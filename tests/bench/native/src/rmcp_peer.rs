//! `examples/native` once more, with the official Rust SDK in place of the engine: the same tools and schemas, under hyper, on one
//! thread, without sessions, answering plain requests with plain JSON.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::model::{Implementation, ServerCapabilities, ServerConfig};
use rmcp::schemars::JsonSchema;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ServerHandler, schemars, tool, tool_handler, tool_router};
use tokio::{net::TcpListener, time};

#[derive(serde::Deserialize, JsonSchema)]
struct Count {
    to: u8,
}

#[derive(serde::Serialize, JsonSchema)]
struct Counted {
    sum: u32,
}

#[derive(Clone)]
struct Native;

#[tool_router]
impl Native {
    #[tool(description = "Counts, says how far it is, and adds up.")]
    async fn count(&self, Parameters(Count { to }): Parameters<Count>) -> Json<Counted> {
        time::sleep(Duration::from_millis(50) * to.into()).await;
        Json(Counted { sum: (1..=u32::from(to)).sum() })
    }

    #[tool(description = "Asks for a name and greets its owner.")]
    async fn greet(&self) -> String {
        "Hello!".into()
    }
}

#[tool_handler]
impl ServerHandler for Native {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("native", env!("CARGO_PKG_VERSION")))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::var("PORT")?.parse()?;
    let mut config = StreamableHttpServerConfig::default().with_json_response(true);
    config.legacy_session_mode = false;
    let service = StreamableHttpService::new(|| Ok(Native), Arc::new(LocalSessionManager::default()), config);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (socket, service) = (TokioIo::new(listener.accept().await?.0), service.clone());
        tokio::spawn(http1::Builder::new().serve_connection(socket, TowerToHyperService::new(service)));
    }
}

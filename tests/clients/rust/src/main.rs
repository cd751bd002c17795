//! The official Rust client, doing what it is told line by line: one JSON request on stdin, one JSON answer on stdout.
//!
//! `rust-agent URL MODE`, with the access token in the variable `TOKEN`. It has no HTTP+SSE transport.

use std::env;
use std::error::Error;

use rmcp::model::{
    CallToolRequestParams, ClientConfig, ProtocolVersion, ReadResourceRequestParams,
    ResourceUpdatedNotificationParam, ServerNotification, SubscribeRequestParams, SubscriptionFilter,
};
use rmcp::service::{NotificationContext, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientHandler, ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;

type Outcome = Result<Value, Box<dyn Error>>;

/// What the client is told without having asked.
struct Ears(mpsc::UnboundedSender<String>);

impl ClientHandler for Ears {
    fn get_info(&self) -> ClientConfig {
        ClientConfig::default()
    }

    async fn on_resource_updated(
        &self,
        updated: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        // The agent has ended if nobody hears this.
        let _ = self.0.send(updated.uri);
    }
}

struct Agent {
    client: RunningService<RoleClient, Ears>,
    told: mpsc::UnboundedSender<String>,
    heard: mpsc::UnboundedReceiver<String>,
}

/// `{"do": "call", "with": ["createTodo", {"todoText": "Buy milk"}]}`
#[derive(Deserialize)]
#[serde(tag = "do", content = "with", rename_all = "lowercase")]
enum Order {
    Revision([(); 0]),
    Tools([(); 0]),
    Call(String, serde_json::Map<String, Value>),
    Read((String,)),
    Watch((String,)),
    Hear([(); 0]),
}

impl Agent {
    async fn obey(&mut self, order: Order) -> Outcome {
        match order {
            Order::Revision([]) => Ok(json!(self.revision())),
            Order::Tools([]) => {
                let tools = self.client.list_all_tools().await?;
                Ok(tools.into_iter().map(|tool| tool.name).collect())
            }
            Order::Call(name, arguments) => {
                let call = CallToolRequestParams::new(name).with_arguments(arguments);
                Ok(serde_json::to_value(self.client.call_tool(call).await?)?)
            }
            Order::Read((uri,)) => {
                let read = self.client.read_resource(ReadResourceRequestParams::new(uri)).await?;
                Ok(serde_json::to_value(read)?["contents"][0]["text"].take())
            }
            Order::Watch((uri,)) => self.watch(uri).await,
            Order::Hear([]) => Ok(json!(self.heard.recv().await)),
        }
    }

    fn revision(&self) -> Option<ProtocolVersion> {
        Some(self.client.peer_info()?.protocol_version.clone())
    }

    async fn watch(&self, uri: String) -> Outcome {
        if self.revision() == Some(ProtocolVersion::V_2026_07_28) {
            let filter = SubscriptionFilter::builder().resource_subscription(uri).build();
            let mut subscription = self.client.listen(filter).await?;
            let told = self.told.clone();
            tokio::spawn(async move {
                while let Ok(Some(notification)) = subscription.next().await {
                    if let ServerNotification::ResourceUpdatedNotification(updated) = notification {
                        let _ = told.send(updated.params.uri);
                    }
                }
            });
        } else {
            #[expect(deprecated, reason = "the way of the handshake revisions")]
            self.client.subscribe(SubscribeRequestParams::new(uri)).await?;
        }
        Ok(Value::Null)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(url), Some(mode)) = (arguments.next(), arguments.next()) else {
        return Err("rust-agent URL MODE".into());
    };
    let config = StreamableHttpClientTransportConfig::with_uri(url).auth_header(env::var("TOKEN")?);
    let (told, heard) = mpsc::unbounded_channel();
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    let lifecycle = match mode.as_str() {
        "legacy" => ClientLifecycleMode::Initialize,
        "auto" => ClientLifecycleMode::Auto { preferred_versions, legacy_version: None },
        "2026-07-28" => ClientLifecycleMode::Discover { preferred_versions },
        other => return Err(format!("no mode {other}").into()),
    };
    let transport = StreamableHttpClientTransport::from_config(config);
    let client = Ears(told.clone()).serve_with_lifecycle(transport, lifecycle).await?;

    let mut agent = Agent { client, told, heard };
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(order) = orders.next_line().await? {
        let answer = match agent.obey(serde_json::from_str(&order)?).await {
            Ok(result) => json!({ "result": result }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        println!("{answer}");
    }
    agent.client.cancel().await?;
    Ok(())
}

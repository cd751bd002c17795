//! The suite's resources.

use mcp::{
    Context, Resource, ResourceContents, ResourceEntry, ResourceError, ResourceTemplate, ResourceUri, Server,
};
use serde_json::json;

use crate::content;
use crate::here::Here;

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server
        .resource(text(
            "static-text",
            "A text that never changes",
            "This is the content of the static text resource.",
        ))
        .resource(Resource::new(
            ResourceEntry::new("test://static-binary", "static-binary")
                .title("Static Binary Resource")
                .description("A picture that never changes")
                .mime_type("image/png"),
            async |_: Context<Here>, uri: ResourceUri| {
                Ok(vec![ResourceContents::blob(uri.as_str(), "image/png", content::png()?)])
            },
        ))
        .resource(text("watched-resource", "A text one can subscribe to", "Watched resource content"))
        .resource_template(
            ResourceTemplate::new("test://template/{id}/data", "template", data)
                .title("Resource Template")
                .description("A resource for every id")
                .mime_type("application/json"),
        )
}

fn text(name: &'static str, description: &str, text: &'static str) -> Resource<Here> {
    let entry =
        ResourceEntry::new(format!("test://{name}"), name).description(description).mime_type("text/plain");
    Resource::new(entry, async move |_: Context<Here>, uri: ResourceUri| {
        Ok(vec![ResourceContents::text(uri.as_str(), "text/plain", text)])
    })
}

async fn data(_: Context<Here>, uri: ResourceUri) -> Result<Vec<ResourceContents>, ResourceError> {
    let id = uri.value("id");
    let json = json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
    Ok(vec![ResourceContents::text(uri.as_str(), "application/json", json.to_string())])
}

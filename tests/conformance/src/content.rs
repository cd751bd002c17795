//! Tools that answer at once, in every kind of content.

use base64ct::{Base64, Encoding as _};
use mcp::{Content, Context, Fault, NoArguments, ResourceContents, Server, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::here::Here;

/// One red pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// No sound at all.
const WAV: &str = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

pub(crate) fn png() -> Result<Vec<u8>, Fault> {
    Base64::decode_vec(PNG).map_err(Fault::new)
}

pub(crate) fn image() -> Result<Content, Fault> {
    Ok(Content::image("image/png", png()?))
}

#[derive(Deserialize, JsonSchema)]
struct Routed {
    /// A region, which clients repeat in a header.
    #[schemars(extend("x-mcp-header" = "Region"))]
    region: Option<String>,
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server
        .tool(simple("test_simple_text", "Answers with text", || {
            Ok(vec![Content::text("This is a simple text response for testing.")])
        }))
        .tool(simple("test_image_content", "Answers with a picture", || Ok(vec![image()?])))
        .tool(simple("test_audio_content", "Answers with a sound", || {
            Ok(vec![Content::audio("audio/wav", Base64::decode_vec(WAV).map_err(Fault::new)?)])
        }))
        .tool(simple("test_embedded_resource", "Answers with a resource", || {
            let text = "This is an embedded resource content.";
            Ok(vec![Content::Resource(ResourceContents::text(
                "test://embedded-resource",
                "text/plain",
                text,
            ))])
        }))
        .tool(simple("test_multiple_content_types", "Answers with text, a picture and a resource", || {
            let json = json!({"test": "data", "value": 123}).to_string();
            let resource = ResourceContents::text("test://mixed-content-resource", "application/json", json);
            Ok(vec![Content::text("Multiple content types test:"), image()?, Content::Resource(resource)])
        }))
        .tool(simple("test_error_handling", "Fails", || {
            Err(ToolError::new("This tool intentionally returns an error for testing"))
        }))
        .tool(
            Tool::new("test_custom_header", async |_: Context<Here>, to: Routed| {
                Ok(format!("Routed to {}", to.region.unwrap_or_default()))
            })
            .description("Takes an argument that is repeated in a header"),
        )
        .tool(
            Tool::new("json_schema_2020_12_tool", async |_: Context<Here>, arguments: Value| {
                Ok(format!("Called with {arguments}"))
            })
            .description("Shows a schema with much of JSON Schema 2020-12")
            .input_schema(wide_schema()),
        )
}

fn simple(
    name: &str,
    description: &str,
    answer: impl Fn() -> Result<Vec<Content>, ToolError> + 'static,
) -> Tool<Here> {
    Tool::new(name, async move |_: Context<Here>, _: NoArguments| answer()).description(description)
}

fn wide_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false,
    })
}

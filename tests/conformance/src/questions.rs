//! Tools that ask the client before they answer.

use futures_util::future::join3;
use mcp::{ClientCapability, Context, Elicitation, Elicited, NoArguments, Sampling, Server, Tool, ToolError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::here::Here;

#[derive(Deserialize, JsonSchema)]
struct Prompted {
    /// The prompt to send to the LLM
    prompt: String,
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// The message to show the user
    message: String,
}

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Color {
    #[expect(dead_code, reason = "that it was given is all that matters")]
    color: String,
}

#[derive(Deserialize, JsonSchema)]
struct Confirmation {
    ok: bool,
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    let server = server
        .tool(
            Tool::new("test_sampling", async |cx: Context<Here>, args: Prompted| {
                let answer = cx.sample("answer", Sampling::new(100).user(args.prompt)).await?;
                Ok(format!("LLM response: {}", answer.text()))
            })
            .description("Asks the client's model"),
        )
        .tool(
            Tool::new("test_elicitation", async |cx: Context<Here>, args: Asked| {
                let schema = json!({
                    "type": "object",
                    "properties": {
                        "username": {"type": "string", "description": "User's response"},
                        "email": {"type": "string", "description": "User's email address"},
                    },
                    "required": ["username", "email"],
                });
                let answer = cx.elicit("answer", Elicitation::form_of(args.message, schema)).await?;
                Ok(told("User response", &answer))
            })
            .description("Asks the client's user"),
        )
        .tool(form("test_elicitation_sep1034_defaults", "Please review the form", defaults()))
        .tool(form("test_elicitation_sep1330_enums", "Please choose", choices()))
        .tool(
            Tool::new("test_missing_capability", async |cx: Context<Here>, _: NoArguments| {
                if cx.client_supports(ClientCapability::Sampling) {
                    Ok("Success".to_owned())
                } else {
                    Err(ToolError::NeedsClient(ClientCapability::Sampling))
                }
            })
            .description("Needs a client with a model"),
        )
        .tool(
            Tool::new("test_streaming_elicitation", async |cx: Context<Here>, _: NoArguments| {
                ask_name(cx).await
            })
            .description("Asks for a name"),
        );
    in_round_trips(server)
}

/// Those whose questions the suite answers by sending the request again.
fn in_round_trips(server: Server<Here>) -> Server<Here> {
    server
        .tool(
            Tool::new("test_input_required_result_elicitation", async |cx: Context<Here>, _: NoArguments| {
                ask_name(cx).await
            })
            .description("Asks for a name"),
        )
        .tool(
            Tool::new("test_input_required_result_sampling", async |cx: Context<Here>, _: NoArguments| {
                let question = Sampling::new(100).user("What is the capital of France?");
                Ok(cx.sample("capital_question", question).await?.text())
            })
            .description("Asks a model"),
        )
        .tool(
            Tool::new("test_input_required_result_list_roots", async |cx: Context<Here>, _: NoArguments| {
                Ok(format!("{} roots", cx.roots("client_roots").await?.len()))
            })
            .description("Asks for directories"),
        )
        .tool(confirm("test_input_required_result_request_state"))
        .tool(confirm("test_input_required_result_tampered_state"))
        .tool(
            Tool::new(
                "test_input_required_result_multiple_inputs",
                async |cx: Context<Here>, _: NoArguments| {
                    let (name, greeting, roots) = join3(
                        cx.elicit("user_name", Elicitation::form::<Name>("What is your name?")),
                        cx.sample("greeting", Sampling::new(50).user("Generate a greeting")),
                        cx.roots("client_roots"),
                    )
                    .await;
                    Ok(format!("{}, {:?}: {} roots", greeting?.text(), name?.action, roots?.len()))
                },
            )
            .description("Asks user, model and client at once"),
        )
        .tool(
            Tool::new("test_input_required_result_multi_round", async |cx: Context<Here>, _: NoArguments| {
                let name = Elicitation::form::<Name>("Step 1: What is your name?");
                let name = cx.elicit("step1", name).await?;
                let color = Elicitation::form::<Color>("Step 2: What is your favorite color?");
                let color = cx.elicit("step2", color).await?;
                Ok(format!("{} {}", told("name", &name), told("color", &color)))
            })
            .description("Asks twice"),
        )
        .tool(
            Tool::new(
                "test_input_required_result_capabilities",
                async |cx: Context<Here>, _: NoArguments| {
                    if cx.client_supports(ClientCapability::Sampling) {
                        let question = Sampling::new(50).user("Generate a greeting");
                        return Ok(cx.sample("greeting", question).await?.text());
                    }
                    ask_name(cx).await
                },
            )
            .description("Asks whom the client lets it ask"),
        )
}

async fn ask_name(cx: Context<Here>) -> Result<String, ToolError> {
    let answer = cx.elicit("user_name", Elicitation::form::<Name>("What is your name?")).await?;
    Ok(answer.accepted::<Name>().map_or_else(|| "Hello!".to_owned(), |name| format!("Hello, {}!", name.name)))
}

fn confirm(name: &str) -> Tool<Here> {
    Tool::new(name, async |cx: Context<Here>, _: NoArguments| {
        let answer = cx.elicit("confirm", Elicitation::form::<Confirmation>("Please confirm")).await?;
        let confirmed = answer.accepted::<Confirmation>().is_some_and(|confirmation| confirmation.ok);
        Ok(if confirmed { "Confirmed" } else { "Not confirmed" }.to_owned())
    })
    .description("Asks for a confirmation, under seal")
}

fn form(name: &str, message: &'static str, schema: Value) -> Tool<Here> {
    Tool::new(name, async move |cx: Context<Here>, _: NoArguments| {
        let answer = cx.elicit("form", Elicitation::form_of(message, schema.clone())).await?;
        Ok(told("Elicitation completed", &answer))
    })
    .description("Asks the client's user to fill in a form")
}

fn told(what: &str, answer: &Elicited) -> String {
    let action = format!("{:?}", answer.action).to_lowercase();
    format!("{what}: action={action}, content={}", Value::Object(answer.content.clone()))
}

fn defaults() -> Value {
    json!({"type": "object", "required": [], "properties": {
        "name": {"type": "string", "description": "User name", "default": "John Doe"},
        "age": {"type": "integer", "description": "User age", "default": 30},
        "score": {"type": "number", "description": "User score", "default": 95.5},
        "status": {
            "type": "string",
            "description": "User status",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        "verified": {"type": "boolean", "description": "Verification status", "default": true},
    }})
}

fn choices() -> Value {
    let titled = |key: &str| {
        let choice = |value: &str, title: &str| json!({"const": value, "title": title});
        json!({key: [choice("value1", "First Option"), choice("value2", "Second Option"), choice("value3", "Third Option")]})
    };
    let mut single = titled("oneOf");
    if let Value::Object(members) = &mut single {
        members.insert("type".to_owned(), "string".into());
    }
    json!({"type": "object", "required": [], "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": single,
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {"type": "string", "enum": ["option1", "option2", "option3"]},
        },
        "titledMulti": {"type": "array", "minItems": 1, "maxItems": 3, "items": titled("anyOf")},
    }})
}

//! The suite's prompts.

use mcp::{
    Completing, Completion, Content, Context, Elicitation, NoArguments, Prompt, PromptMessage,
    ResourceContents, Server,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::content;
use crate::here::Here;

#[derive(Deserialize, JsonSchema)]
struct TwoArguments {
    /// First test argument
    arg1: String,
    /// Second test argument
    arg2: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Embedded {
    /// URI of the resource to embed
    resource_uri: String,
}

#[derive(Deserialize, JsonSchema)]
struct UserContext {
    context: String,
}

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server
        .prompt(
            Prompt::new("test_simple_prompt", async |_: Context<Here>, _: NoArguments| {
                Ok(vec![PromptMessage::user(Content::text("This is a simple prompt for testing."))])
            })
            .title("Simple Test Prompt")
            .description("A prompt without arguments"),
        )
        .prompt(
            Prompt::new("test_prompt_with_arguments", async |_: Context<Here>, args: TwoArguments| {
                let text = format!("Prompt with arguments: arg1='{}', arg2='{}'", args.arg1, args.arg2);
                Ok(vec![PromptMessage::user(Content::text(text))])
            })
            .title("Prompt With Arguments")
            .description("A prompt with required arguments")
            .complete("arg1", async |_: Context<Here>, typed: Completing| {
                let known = ["paris", "park", "party"].into_iter();
                Ok(Completion::new(known.filter(|word| word.starts_with(&typed.value))))
            }),
        )
        .prompt(
            Prompt::new("test_prompt_with_embedded_resource", async |_: Context<Here>, args: Embedded| {
                let text = "Embedded resource content for testing.";
                let resource = ResourceContents::text(args.resource_uri, "text/plain", text);
                Ok(vec![
                    PromptMessage::user(Content::Resource(resource)),
                    PromptMessage::user(Content::text("Please process the embedded resource above.")),
                ])
            })
            .title("Prompt With Embedded Resource")
            .description("A prompt that includes a resource"),
        )
        .prompt(
            Prompt::new("test_prompt_with_image", async |_: Context<Here>, _: NoArguments| {
                Ok(vec![
                    PromptMessage::user(content::image()?),
                    PromptMessage::user(Content::text("Please analyze the image above.")),
                ])
            })
            .title("Prompt With Image")
            .description("A prompt that includes a picture"),
        )
        .prompt(
            Prompt::new("test_input_required_result_prompt", async |cx: Context<Here>, _: NoArguments| {
                let form = Elicitation::form::<UserContext>("What context should the prompt use?");
                let answer = cx.elicit("user_context", form).await?.accepted::<UserContext>();
                let context = answer.map_or_else(|| "none".to_owned(), |answer| answer.context);
                Ok(vec![PromptMessage::user(Content::text(format!("Prompt with context: {context}")))])
            })
            .description("A prompt that asks before it answers"),
        )
}

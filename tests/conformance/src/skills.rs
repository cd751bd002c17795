//! A skill, with a directory below it.

use mcp::{Server, Skill};

use crate::here::Here;

pub(crate) fn declare(server: Server<Here>) -> Server<Here> {
    server.skill(
        Skill::new(
            "read-a-fixture",
            "Says how to read the fixture's resources. Use it when a resource of test:// is asked for.",
            "# Read a fixture\n\nList the resources, read the one you need. `references/addresses.md` names them.\n",
        )
        .file("references/addresses.md", "text/markdown", "* `test://static-text`\n* `test://static-binary`\n"),
    )
}

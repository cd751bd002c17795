//! Skills (SEP-2640): declared once, listed, got, read and looked through.

mod support;

use mcp::{Implementation, Server, Skill};
use serde_json::{Value, json};
use support::{Answer, Caller, Client};

fn server() -> Server<Caller> {
    Server::new(Implementation::new("taught", "0"))
        .skill(
            Skill::new("review-list", "Says: how to \"review\".", "# Review\n")
                .file("references/limits.md", "text/markdown", "Ten.")
                .binary_file("icon.png", "image/png", [1, 2]),
        )
        .skill(Skill::new("admin", "For admins.", "# No\n").requires("shop:admin"))
}

fn ask(method: &str, params: Value) -> Answer {
    Client::stateless(method, params).send_to(&server())
}

#[test]
fn skills_are_declared_as_an_extension() {
    assert!(server().defects().is_empty());
    let discovered = ask("server/discover", json!({})).result().clone();
    let declared = &discovered["capabilities"]["extensions"]["io.modelcontextprotocol/skills"];
    assert_eq!(declared, &json!({"directoryRead": true}));
    assert!(discovered["capabilities"]["resources"].is_object());
}

#[test]
fn a_skill_is_listed_with_the_digests_of_its_files_to_whoever_may_know_of_it() {
    let list = ask("skills/list", json!({})).result().clone();
    let skills = list["skills"].as_array().unwrap();
    assert_eq!(skills.len(), 1);
    assert_eq!(skills[0]["uri"], "skill://review-list/SKILL.md");
    assert_eq!(
        skills[0]["frontmatter"],
        json!({"name": "review-list", "description": "Says: how to \"review\"."})
    );
    let files = skills[0]["resources"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    let known = "sha256:a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222";
    assert_eq!(files[2], json!({"uri": "skill://review-list/icon.png", "digest": known, "size": 2}));
    let got = ask("skills/get", json!({"uri": "skill://review-list/SKILL.md"}));
    assert_eq!(got.result()["skill"], skills[0]);
    assert_eq!(ask("skills/get", json!({"uri": "skill://admin/SKILL.md"})).refusal().1, -32602);
    assert_eq!(ask("skills/list", json!({"cursor": "x"})).refusal().1, -32602);
}

#[test]
fn its_manifest_begins_with_what_it_is_for() {
    let read = ask("resources/read", json!({"uri": "skill://review-list/SKILL.md"}));
    let contents = &read.result()["contents"][0];
    assert_eq!(contents["mimeType"], "text/markdown");
    assert_eq!(
        contents["text"],
        "---\nname: \"review-list\"\ndescription: \"Says: how to \\\"review\\\".\"\n---\n\n# Review\n"
    );
}

#[test]
fn a_directory_shows_its_direct_children_and_nothing_else_is_a_directory() {
    let names = |uri: &str| -> Vec<Value> {
        let read = ask("resources/directory/read", json!({"uri": uri}));
        read.result()["resources"].as_array().unwrap().iter().map(|child| child["uri"].clone()).collect()
    };
    let root = "skill://review-list";
    assert_eq!(
        names(root),
        ["SKILL.md", "references", "icon.png"].map(|name| json!(format!("{root}/{name}")))
    );
    assert_eq!(names("skill://review-list/references"), [json!("skill://review-list/references/limits.md")]);
    for uri in ["skill://review-list/SKILL.md", "skill://review", "skill://admin", "skill://review-list/ref"]
    {
        assert_eq!(ask("resources/directory/read", json!({"uri": uri})).refusal().1, -32602, "{uri}");
    }
}

#[test]
fn a_skill_that_no_host_could_take_is_a_defect() {
    for skill in [
        Skill::new("Review", "d", "i"),
        Skill::new("a--b", "d", "i"),
        Skill::new("a", "", "i"),
        Skill::new("a", "d", "i").file("../b", "text/plain", ""),
        Skill::new("a", "d", "i").file("SKILL.md", "text/plain", ""),
    ] {
        let server = Server::<Caller>::new(Implementation::new("taught", "0")).skill(skill);
        assert_eq!(server.defects().len(), 1);
    }
}

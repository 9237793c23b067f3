//! What the documents say is still so: files they name exist, the layers are those of the map,
//! commands they show are commands, settings they list are settings.

use std::process::Command;

use pennypost::config::settings_named;

use super::{layers::layers, source::root};

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// What stands between backquotes outside of blocks of code, and where links lead.
fn named(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let quoted = prose.split('`').skip(1).step_by(2);
    let linked = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    quoted.chain(linked).map(str::to_owned).collect()
}

/// The path of this repository that a word is meant to be.
fn as_path(word: &str) -> Option<&str> {
    let path = word.split_whitespace().next()?;
    let foreign = path.contains("://") || path.starts_with(['/', '$', '-', '+', '*']);
    let file = [".rs", ".toml", ".md", ".json", ".sh"].iter().any(|end| path.ends_with(end));
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    // What an operator makes is theirs, and built programs are nobody's.
    let made = path == "pennypost.toml" || path.starts_with("target/");
    (plain && !foreign && !made && (file || path.contains('/'))).then_some(path)
}

#[test]
fn documents_name_files_that_exist() {
    let mut checked = 0;
    for document in DOCUMENTS {
        for word in named(&read(document)) {
            let Some(path) = as_path(&word) else { continue };
            // `transfers/execute.rs` is short for the one below `src/`.
            let below = [root().join(path), root().join("src").join(path)];
            let single = path == "store.rs";
            assert!(single || below.iter().any(|p| p.exists()), "{document} names {path}");
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} names were found");
}

#[test]
fn the_layers_of_architecture_are_those_of_the_map() {
    let text = read("ARCHITECTURE.md");
    let section = text.split("\n## Layers\n").nth(1).expect("a section about layers");
    let section = section.split("\n## ").next().expect("it ends");
    let lines = section.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let mut told = Vec::new();
    for (place, line) in lines.enumerate() {
        let (number, rest) = line.split_once(". ").expect("a numbered line");
        assert_eq!(number, (place + 1).to_string(), "{line}");
        let modules = rest.split(": ").next().unwrap_or_default();
        let modules = modules.split_whitespace().map(|word| word.trim_matches('`').to_owned());
        told.push(modules.collect::<Vec<_>>());
    }
    assert_eq!(told, layers());
}

#[test]
fn architecture_fits_two_pages() {
    let words = read("ARCHITECTURE.md").split_whitespace().count();
    assert!(words < 1_300, "{words} words");
}

/// Lines of blocks of code that run the binary: its words, and its options.
fn commands(text: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter_map(|line| {
        let line = line.split('#').next()?.trim();
        line.strip_prefix("pennypost ").or_else(|| line.strip_prefix("cargo run -- "))
    });
    let split = lines.map(|line| {
        let all = line.split_whitespace();
        let verbs = all.clone().take(2).filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
        let options = all.filter(|word| word.starts_with("--")).map(str::to_owned);
        (verbs.map(str::to_owned).collect(), options.collect())
    });
    split.collect()
}

#[test]
fn every_command_shown_is_one() {
    let shown = commands(&read("README.md"));
    assert!(shown.len() > 15, "only {} commands were found", shown.len());
    for (verbs, options) in shown {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pennypost"));
        let output = command.args(&verbs).arg("--help").output().expect("the binary runs");
        assert!(output.status.success(), "{verbs:?}: {}", String::from_utf8_lossy(&output.stderr));
        let help = String::from_utf8_lossy(&output.stdout);
        for option in options {
            assert!(help.contains(&option), "{verbs:?} takes no {option}");
        }
    }
}

#[test]
fn every_setting_listed_has_its_default() {
    let settings = settings_named();
    let text = read("README.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let mut listed = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [names, defaults, _] = cells[..] else { panic!("three cells: {row}") };
        for (name, told) in names.split(", ").zip(defaults.split(", ")) {
            let variable = name.trim_matches('`');
            let setting = settings.iter().find(|(dotted, _)| {
                let long = dotted.replace('.', "_").to_uppercase();
                long == variable || long.strip_prefix("AUTHENTICATION_") == Some(variable)
            });
            let (_, default) = setting.unwrap_or_else(|| panic!("{variable} is no setting"));
            let real = match default.as_str() {
                Some(text) => text.to_owned(),
                None => default.to_i128().map(|n| n.to_string()).expect("a text or a number"),
            };
            let told = if ["required", "none"].contains(&told) { "" } else { told };
            assert_eq!(told, real, "{variable}");
            listed += 1;
        }
    }
    assert!(listed > 20, "only {listed} settings were found");
}

#[test]
fn the_required_settings_are_those_app_json_asks_for() {
    let app: serde_json::Value = serde_json::from_str(&read("app.json")).expect("JSON");
    let env = app["env"].as_object().expect("an object");
    let asked: Vec<_> =
        env.iter().filter(|(_, v)| v["required"] != false).map(|(name, _)| name.clone()).collect();
    let text = read("README.md");
    let required = text.lines().filter(|line| line.contains("| required |"));
    let mut required: Vec<_> =
        required.filter_map(|line| line.split('`').nth(1)).map(str::to_owned).collect();
    required.sort();
    assert_eq!(asked, required);
}

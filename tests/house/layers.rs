//! The order of `src/lib.rs` is the order of layers: each paragraph of modules may use those above
//! it, and neither those below nor its own neighbours.

use std::collections::BTreeMap;

use super::{
    imports::imports,
    source::{Source, root, sources},
};

/// The paragraphs of `mod` lines, in order.
pub(super) fn layers() -> Vec<Vec<String>> {
    let map = std::fs::read_to_string(root().join("src/lib.rs")).expect("the map");
    layers_of(&map)
}

fn layers_of(map: &str) -> Vec<Vec<String>> {
    let module = |line: &str| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')).map(str::to_owned)
    };
    let paragraphs = map.split("\n\n");
    let layers = paragraphs.map(|lines| lines.lines().filter_map(module).collect::<Vec<_>>());
    layers.filter(|layer| !layer.is_empty()).collect()
}

/// The module and layer that each name stands for: modules, and the macros they give to the crate.
fn places<'a>(
    layers: &'a [Vec<String>],
    sources: &'a [Source],
) -> BTreeMap<&'a str, (&'a str, usize)> {
    let mut places = BTreeMap::new();
    for (place, layer) in layers.iter().enumerate() {
        places.extend(layer.iter().map(|name| (&**name, (&**name, place))));
    }
    for source in sources {
        let Some(module) = places.get(source.module()).copied() else { continue };
        for (at, head) in source.code.match_indices("macro_rules! ") {
            let name = source.code[at + head.len()..].split_whitespace().next();
            places.insert(name.unwrap_or_default(), module);
        }
    }
    places
}

/// Each import of a file that goes sideways or down.
fn violations(layers: &[Vec<String>], sources: &[Source]) -> Vec<String> {
    let places = places(layers, sources);
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.path != "src/lib.rs") {
        let (path, module) = (&source.path, source.module());
        let Some((_, own)) = places.get(module) else {
            found.push(format!("{path}: {module} is not on the map"));
            continue;
        };
        for import in imports(source) {
            // Other names at the crate's root do not exist; the compiler sees to that.
            let Some((target, place)) = places.get(import.name) else { continue };
            if *target != module && place >= own {
                found.push(format!("{path}:{}: {module} may not use {target}", import.line));
            }
        }
    }
    found
}

#[test]
fn every_module_uses_only_the_layers_above_its_own() {
    let found = violations(&layers(), &sources(&["src"]));
    assert!(found.is_empty(), "against the order of src/lib.rs:\n{}", found.join("\n"));
}

#[test]
fn an_import_that_goes_sideways_or_down_is_found() {
    let layers = layers_of("// 1.\npub mod a;\npub mod b;\n\nmod c;\n");
    assert_eq!(layers, [vec!["a", "b"], vec!["c"]]);
    let file = |path: &str, text: &str| Source::of(path.to_owned(), text.to_owned());
    let sources = [
        file("src/a.rs", "use crate::b;"),
        file("src/b/x.rs", "fn f() {\n crate::c::g() }"),
        file("src/c.rs", "use crate::{a, b::x};\nmod tests { use super::*; }"),
        file("src/d.rs", ""),
    ];
    assert_eq!(
        violations(&layers, &sources),
        [
            "src/a.rs:1: a may not use b",
            "src/b/x.rs:2: b may not use c",
            "src/d.rs: d is not on the map"
        ]
    );
}

//! The source as the rules read it: files, their string literals, and their code without either
//! comments or the insides of strings, so that no rule stumbles over prose.

use std::path::{Path, PathBuf};

/// One string literal of a file.
#[derive(Debug)]
pub(super) struct Literal {
    /// Where its opening quote stands, in octets.
    pub(super) at: usize,
    /// What it means: escapes and continued lines are resolved.
    pub(super) value: String,
}

/// One file.
#[derive(Debug)]
pub(super) struct Source {
    /// From the root of the repository: `src/money/mod.rs`.
    pub(super) path: String,
    pub(super) text: String,
    /// As long as `text`; comments and strings are blanks.
    pub(super) code: String,
    pub(super) literals: Vec<Literal>,
}

/// The root of the repository.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below the given folders, in the order of names.
pub(super) fn sources(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut paths);
    }
    paths.sort();
    assert!(!paths.is_empty(), "no source below {folders:?}");
    paths.iter().map(|path| Source::read(path)).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a source file is UTF-8");
        let path = path.strip_prefix(root()).expect("below the root").display().to_string();
        Self::of(path, text)
    }

    pub(super) fn of(path: String, text: String) -> Self {
        let mut reader = Reader { text: &text, at: 0, code: String::new(), literals: Vec::new() };
        reader.run();
        let Reader { code, literals, .. } = reader;
        Self { path, text, code, literals }
    }

    /// The number of the line an octet stands in.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// `money` of `src/money/mod.rs` and of `src/money.rs`.
    pub(super) fn module(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
    }

    /// Whether `super` of this file is the crate itself.
    pub(super) fn is_top(&self) -> bool {
        let module = self.module();
        self.path == format!("src/{module}.rs") || self.path == format!("src/{module}/mod.rs")
    }
}

/// One pass over a file.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    code: String,
    literals: Vec<Literal>,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        while let Some(next) = self.rest().chars().next() {
            let rest = self.rest();
            if rest.starts_with("//") {
                self.blank(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                self.blank(rest.find("*/").map_or(rest.len(), |end| end + 2));
            } else if next == '"' {
                self.quoted();
            } else if let Some(hashes) = self.raw() {
                self.raw_string(hashes);
            } else if let Some(len) = character(rest) {
                self.blank(len);
            } else {
                self.code.push(next);
                self.at += next.len_utf8();
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Steps over `len` octets, of which the code keeps the ends of lines alone.
    fn blank(&mut self, len: usize) {
        let skipped = &self.text[self.at..self.at + len];
        self.code.extend(skipped.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        self.at += len;
    }

    fn quoted(&mut self) {
        let (mut value, mut escaped, mut end) = (String::new(), false, self.rest().len());
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    end = at + 1;
                    break;
                }
                _ => {
                    if escaped && c != '"' && c != '\n' {
                        value.push('\\');
                    }
                    value.push(c);
                    escaped = false;
                }
            }
        }
        self.literals.push(Literal { at: self.at, value });
        self.blank(end);
    }

    /// The number of hashes where a raw string begins.
    fn raw(&self) -> Option<usize> {
        let before = self.code.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let rest = self.rest().strip_prefix('r')?;
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        rest[hashes..].starts_with('"').then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) {
        let begins = hashes + 2;
        let close = format!("\"{}", "#".repeat(hashes));
        let inside = &self.rest()[begins..];
        let len = inside.find(&close).expect("a raw string ends");
        self.literals.push(Literal { at: self.at, value: inside[..len].to_owned() });
        self.blank(begins + len + close.len());
    }
}

/// The length of a character literal, which a lifetime is not.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escaped) = inside.strip_prefix('\\') {
        return escaped.get(1..)?.find('\'').map(|end| end + 4);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "let a = \"// \\\"x\\\" {\"; // \"b\"\nlet c = '\"'; let d: &'a str = r#\"e\"f\"#; \
                /* g */ h('\\'')";
    let source = Source::of("x.rs".to_owned(), text.to_owned());
    let values: Vec<_> = source.literals.iter().map(|literal| &*literal.value).collect();
    assert_eq!(values, ["// \"x\" {", "e\"f"]);
    assert_eq!(source.code.len(), source.text.len());
    let code: Vec<_> = source.code.split_whitespace().collect();
    assert_eq!(code.join(" "), "let a = ; let c = ; let d: &'a str = ; h( )");
}

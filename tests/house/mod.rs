//! The rules of the house, kept by tests: who may import whom, where SQL stands, what every letter,
//! page, job and document must be.

mod documents;
mod files;
mod html;
mod imports;
mod jobs;
mod languages;
mod layers;
mod letters;
mod pages;
mod schemas;
mod source;
mod statements;

/// Compares with `tests/house/snapshots/NAME.snap`, which is read as product text.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

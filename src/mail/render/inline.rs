//! Writes CSS into the elements of a template, whose own tags must come through unharmed.
//!
//! An HTML parser moves text out of tables and escapes it in attributes. So each template tag is
//! replaced first: a statement between elements by a comment, which may stand anywhere, every other
//! tag by a plain word.
//!
//! Limits: no tag among the attributes but in a quoted value, no expression directly inside a
//! table, outside its cells, nor inside `style="…"`; rules
//! apply by classes that stand in the template, not by those that a condition adds.

use std::borrow::Cow;

use css_inline::CSSInliner;

/// Styles in a `<style>` of their own survive only as at-rules (`@media`); the rest moves into the
/// elements. Only a whole page carries them; a fragment is put into one.
pub(super) fn inline(template: &str, style: &str) -> Result<String, String> {
    let whole_page = template.contains("<html");
    let options = CSSInliner::options().load_remote_stylesheets(false).keep_at_rules(true);
    let (hidden, tags) = hide_tags(template)?;
    let inlined = if whole_page {
        options.extra_css(Some(Cow::Borrowed(style))).build().inline(&hidden)
    } else {
        options.keep_at_rules(false).build().inline_fragment(&hidden, style)
    };
    let inlined = inlined.map_err(|error| error.to_string())?;
    // The parser wraps rows in a <tbody> that begins inside a loop and ends outside of it. Without
    // it the page is the same: its tags may be left out.
    show_tags(&inlined.replace("<tbody>", "").replace("</tbody>", ""), &tags)
}

/// The template with a stand-in for each of its tags, and the tags.
fn hide_tags(template: &str) -> Result<(String, Vec<&str>), String> {
    let mut hidden = String::with_capacity(template.len());
    let mut tags = Vec::new();
    let mut place = Place::Text;
    let mut rest = template;
    while let Some((before, tag, after)) = next_tag(rest) {
        place = place.after(before);
        hidden.push_str(before);
        let statement = tag.starts_with("{%") || tag.starts_with("{#");
        let word = stand_in(tags.len());
        match place {
            Place::Text if statement => hidden.push_str(&format!("<!--{word}-->")),
            Place::Text | Place::Quoted(_) => hidden.push_str(&word),
            Place::Element => return Err(misplaced(tag)),
        }
        tags.push(tag);
        rest = after;
    }
    hidden.push_str(rest);
    Ok((hidden, tags))
}

/// Puts the tags back; one that is missing was swallowed by the parser.
fn show_tags(inlined: &str, tags: &[&str]) -> Result<String, String> {
    let mut shown = inlined.to_owned();
    for (number, tag) in tags.iter().enumerate() {
        let word = stand_in(number);
        let comment = format!("<!--{word}-->");
        // Inside <title>, a comment is text.
        let as_text = format!("&lt;!--{word}--&gt;");
        let form = [comment, as_text, word].into_iter().find(|form| shown.contains(form.as_str()));
        let form = form.ok_or_else(|| misplaced(tag))?;
        shown = shown.replace(&form, tag);
    }
    Ok(shown)
}

fn misplaced(tag: &str) -> String {
    format!("`{tag}` stands where HTML allows no text")
}

/// A word that no template has by chance, and none of which begins another.
fn stand_in(number: usize) -> String {
    format!("pennypost-tag-{number}-")
}

/// The text before the next template tag, the tag, and the text after it.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let kinds = [("{%", "%}"), ("{{", "}}"), ("{#", "#}")];
    let (start, end) = kinds
        .iter()
        .filter_map(|(open, close)| {
            let start = text.find(open)?;
            let length = text.get(start..)?.find(close)? + close.len();
            Some((start, start + length))
        })
        .min()?;
    Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?))
}

/// Where in the HTML a template tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between elements.
    Text,
    /// Inside `<…>`.
    Element,
    /// Inside an attribute value, with this quote.
    Quoted(char),
}

impl Place {
    /// The place after reading `text`.
    fn after(self, text: &str) -> Self {
        let mut place = self;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            place = match (place, c) {
                (Self::Text, '<')
                    if chars.peek().is_some_and(|next| next.is_alphabetic() || *next == '/') =>
                {
                    Self::Element
                }
                (Self::Element, '>') => Self::Text,
                (Self::Element, '"' | '\'') => Self::Quoted(c),
                (Self::Quoted(quote), _) if c == quote => Self::Element,
                (unchanged, _) => unchanged,
            };
        }
        place
    }
}

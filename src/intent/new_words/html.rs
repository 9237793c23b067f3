//! An HTML mail to the text that is seen: hidden nodes are gone, quotes are marked with `>`.
//!
//! Not for: showing mail to anyone (that is sanitising), nor for pictures and their names.

use super::dom::{Kind, Node, Tree, parse};

/// The seen text.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    /// Lines, quotes marked.
    pub(super) text: String,
    /// Some visible words are struck through.
    pub(super) struck: bool,
}

/// Renders; `None` when the markup is beyond all bounds.
pub(super) fn render(html: &str) -> Option<Rendered> {
    let tree = parse(html)?;
    let mut page = Page { tree: &tree, hiding: hiding_classes(&tree), ..Page::default_of(&tree) };
    page.node(0, Mode::default());
    Some(Rendered { text: page.text, struck: page.struck })
}

/// How a node is shown, inherited by what is below it.
#[derive(Debug, Clone, Copy, Default)]
struct Mode {
    quoted: bool,
    struck: bool,
    preformatted: bool,
}

struct Page<'t> {
    tree: &'t Tree,
    /// Classes that the mail's own style sheet hides.
    hiding: Vec<String>,
    text: String,
    line_quoted: bool,
    line_open: bool,
    struck: bool,
    /// Outlook on the web: everything after its reply header is quoted.
    rest_quoted: bool,
}

const NEVER_SHOWN: [&str; 14] = [
    "head", "script", "style", "template", "title", "noscript", "object", "iframe", "svg", "math",
    "select", "textarea", "audio", "video",
];
const BLOCKS: [&str; 28] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tr",
    "ul",
];

impl<'t> Page<'t> {
    fn default_of(tree: &'t Tree) -> Self {
        Self {
            tree,
            hiding: Vec::new(),
            text: String::new(),
            line_quoted: false,
            line_open: false,
            struck: false,
            rest_quoted: false,
        }
    }

    /// The depth of the tree is bounded, so is this recursion.
    fn node(&mut self, at: usize, mode: Mode) {
        let tree = self.tree;
        let Some(node) = tree.node(at) else { return };
        match &node.kind {
            Kind::Text(text) => self.words(text, mode),
            Kind::Root => self.children(node, mode),
            Kind::Element { name, attributes } => {
                let element = Element { name: &name.local, attributes };
                self.element(node, &element, mode);
            }
            Kind::Other => {}
        }
    }

    fn children(&mut self, node: &Node, mode: Mode) {
        for child in &node.children {
            self.node(*child, mode);
        }
    }

    fn element(&mut self, node: &Node, element: &Element<'_>, mode: Mode) {
        if NEVER_SHOWN.contains(&element.name)
            || element.is_hidden()
            || element.is_signature()
            || element.classes().any(|class| self.hiding.iter().any(|hidden| hidden == class))
        {
            return;
        }
        if element.name == "br" {
            self.end_line();
            return;
        }
        if element.starts_quoted_rest() {
            self.end_line();
            self.rest_quoted = true;
        }
        let below = Mode {
            quoted: mode.quoted || element.is_quote(),
            struck: mode.struck || element.is_struck(),
            preformatted: mode.preformatted || element.name == "pre",
        };
        let block = BLOCKS.contains(&element.name) || below.quoted != mode.quoted;
        if block && self.line_open {
            self.end_line();
        }
        if matches!(element.name, "td" | "th") {
            self.words(" ", below);
        }
        self.children(node, below);
        if block && self.line_open {
            self.end_line();
        }
        if matches!(element.name, "p" | "blockquote" | "table" | "hr") {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        if !self.line_open && self.line_quoted {
            self.text.push('>');
        }
        self.text.push('\n');
        (self.line_open, self.line_quoted) = (false, false);
    }

    fn words(&mut self, text: &str, mode: Mode) {
        let quoted = mode.quoted || self.rest_quoted;
        for c in text.chars() {
            if mode.preformatted && c == '\n' {
                self.end_line();
                continue;
            }
            // Blanks collapse; a no-break space is a sign of its own.
            let blank = matches!(c, ' ' | '\t' | '\n' | '\r');
            if blank && (!self.line_open || self.text.ends_with(' ')) {
                continue;
            }
            if !self.line_open {
                self.line_open = true;
                self.line_quoted = quoted;
                if quoted {
                    self.text.push_str("> ");
                }
            }
            self.text.push(if blank { ' ' } else { c });
            self.struck |= mode.struck && c.is_alphanumeric();
        }
    }
}

struct Element<'n> {
    name: &'n str,
    attributes: &'n [(String, String)],
}

impl Element<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }

    fn id(&self) -> &str {
        self.attribute("id").unwrap_or_default()
    }

    fn style(&self) -> String {
        compact(self.attribute("style").unwrap_or_default())
    }

    fn is_hidden(&self) -> bool {
        self.attribute("hidden").is_some() || hides(&self.style())
    }

    /// What Gmail, Yahoo, Outlook, Proton, Zoho, Apple and Thunderbird put around a quote.
    fn is_quote(&self) -> bool {
        const CLASSES: [&str; 11] = [
            "gmail_quote",
            "gmail_quote_container",
            "gmail_attr",
            "yahoo_quoted",
            "moz-cite-prefix",
            "moz-forward-container",
            "protonmail_quote",
            "zmail_extra",
            "OutlookMessageHeader",
            "tutanota_quote",
            "WM_QUOTE",
        ];
        self.name == "blockquote"
            || self.classes().any(|class| CLASSES.contains(&class))
            || self.id().starts_with("yahoo_quoted")
            || self.id() == "mail-editor-reference-message-container"
    }

    /// Outlook puts its reply header beside, not around, what it quotes.
    fn starts_quoted_rest(&self) -> bool {
        matches!(self.id(), "divRplyFwdMsg" | "appendonsend" | "stopSpelling" | "x_divRplyFwdMsg")
    }

    fn is_signature(&self) -> bool {
        const CLASSES: [&str; 5] = [
            "gmail_signature",
            "gmail_signature_prefix",
            "moz-signature",
            "protonmail_signature_block",
            "AppleMailSignature",
        ];
        self.classes().any(|class| CLASSES.contains(&class))
            || matches!(
                self.id(),
                "Signature" | "ms-outlook-mobile-signature" | "AppleMailSignature" | "signature"
            )
    }

    fn is_struck(&self) -> bool {
        matches!(self.name, "s" | "strike" | "del") || self.style().contains("line-through")
    }
}

/// A style without blanks, in lower case.
fn compact(style: &str) -> String {
    style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether a compact style makes its element invisible, or as good as that.
fn hides(style: &str) -> bool {
    let declared = |property: &str| {
        let mut declarations = style.split(';').filter_map(|d| d.split_once(':'));
        let value = declarations.rfind(|(name, _)| *name == property);
        value.map(|(_, value)| value.trim_end_matches("!important"))
    };
    let zero = |property| declared(property).is_some_and(is_nearly_zero);
    declared("display") == Some("none")
        || matches!(declared("visibility"), Some("hidden" | "collapse"))
        || declared("mso-hide") == Some("all")
        || ["font-size", "opacity", "max-height", "max-width", "height", "width", "line-height"]
            .into_iter()
            .any(zero)
        || ["text-indent", "left", "top", "right", "margin-left", "margin-top"]
            .into_iter()
            .filter_map(declared)
            .any(|value| {
                value.starts_with('-')
                    && value.trim_matches(|c: char| !c.is_ascii_digit()).len() >= 3
            })
        || is_unseen_colour(
            declared("color"),
            declared("background-color").or(declared("background")),
        )
        || declared("clip").is_some_and(|clip| clip.starts_with("rect(0"))
        || declared("clip-path").is_some()
}

/// `0`, `0px`, `1px`, `0.01em`: too small to be seen.
fn is_nearly_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let whole: Option<u32> = if whole.is_empty() { Some(0) } else { whole.parse().ok() };
    match whole {
        Some(0) => fraction.chars().next().is_none_or(|tenth| tenth <= '2'),
        Some(1) => matches!(unit, "px" | "pt" | "%"),
        _ => false,
    }
}

/// White on nothing, or a colour on itself.
fn is_unseen_colour(colour: Option<&str>, background: Option<&str>) -> bool {
    const WHITE: [&str; 6] =
        ["white", "#fff", "#ffffff", "#fefefe", "rgb(255,255,255)", "rgba(255,255,255,1)"];
    match (colour, background) {
        (Some("transparent"), _) => true,
        (Some(colour), Some(background)) => colour == background,
        (Some(colour), None) => WHITE.contains(&colour),
        (None, _) => false,
    }
}

/// Classes whose rule in the mail's style sheets hides them.
fn hiding_classes(tree: &Tree) -> Vec<String> {
    let mut classes = Vec::new();
    let sheets = (0..)
        .map_while(|at| tree.node(at))
        .filter(|node| matches!(&node.kind, Kind::Element { name, .. } if &*name.local == "style"));
    for sheet in sheets {
        let text = sheet.children.iter().filter_map(|child| tree.node(*child));
        for node in text {
            if let Kind::Text(css) = &node.kind {
                classes.extend(css.split('}').filter_map(hiding_rule).flatten());
            }
        }
    }
    classes
}

/// The classes named by a rule that hides: `.x, p.y { display: none`.
fn hiding_rule(rule: &str) -> Option<Vec<String>> {
    let (selectors, style) = rule.rsplit_once('{')?;
    if !hides(&compact(style)) {
        return None;
    }
    let named = selectors.split([',', ' ', '>', '\n', '{']).filter_map(|s| s.rsplit_once('.'));
    Some(named.map(|(_, class)| class.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        let rendered = render(html).expect("small").text;
        let lines = rendered.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn what_is_hidden_is_not_read() {
        for hidden in [
            r#"<div style="display:none">x</div>"#,
            r#"<div style="DISPLAY : none !important">x</div>"#,
            r#"<span hidden>x</span>"#,
            r#"<span style="font-size:0">x</span>"#,
            r#"<span style="font-size:0.1px">x</span>"#,
            r#"<span style="color:#fff">x</span>"#,
            r#"<span style="position:absolute;left:-9999px">x</span>"#,
            r#"<style>.h{display:none}</style><p class="a h">x</p>"#,
            r#"<div style="visibility:hidden"><p>x</p></div>"#,
            r#"<span style="display:none"><div></span>x</div>"#,
            r#"<template>x</template>"#,
            r#"<div style="max-height:0;overflow:hidden">x</div>"#,
        ] {
            assert_eq!(text(&format!("<p>a</p>{hidden}")), "a", "{hidden}");
        }
        assert_eq!(text(r#"<p style="font-size:10px;color:#333;height:20px">seen</p>"#), "seen");
    }

    #[test]
    fn blocks_do_not_glue_and_quotes_are_marked() {
        assert_eq!(text("<div>a</div><div>b<br>c</div>"), "a|b|c");
        assert_eq!(text("a<blockquote><div>b</div>c</blockquote>"), "a|> b|> c");
        assert_eq!(
            text(r#"a<div class="gmail_quote">x wrote:<blockquote>b</blockquote></div>c"#),
            "a|> x wrote:|> b|c"
        );
        assert_eq!(
            text(r#"a<div id="divRplyFwdMsg">From: x</div><div>b</div>"#),
            "a|> From: x|> b"
        );
    }

    #[test]
    fn struck_words_are_noticed() {
        assert!(render("<s>20</s> 30").expect("small").struck);
        assert!(!render("20 <s> </s>30").expect("small").struck);
    }

    #[test]
    fn deep_and_large_markup_ends() {
        assert!(render(&"<div>".repeat(100_000)).is_none());
        assert!(render(&"<b id=x>".repeat(100_000)).is_none());
        assert!(render(&"<p>a</p>".repeat(20_000)).is_some());
        let mut font = String::new();
        for i in 0..20_000 {
            font.push_str(&format!("<font size={i}><p>"));
        }
        assert!(render(&font).is_none());
    }
}

//! Letters from templates: the base, a letter on top of it, and the operator's own files.

use pennypost::mail::render::{Action, Fact, Frame, RenderError, Rendered, Templates};
use serde_json::json;

const TEXT: &str = "{% extends \"base.txt\" %}{% block body %}{{ words }}{% endblock %}";
const HTML: &str = "{% extends \"base.html\" %}\n{% block body %}\n\
    <p class=\"text\">{{ words }}</p>\n{% endblock %}\n";

fn frame() -> Frame {
    Frame {
        lang: "en".to_owned(),
        colon: ":".to_owned(),
        preheader: "One step is left.".to_owned(),
        title: "Please confirm: €5.00 to ben@ferry.example".to_owned(),
        facts: vec![
            fact("Amount", "€5.00 (five euros)"),
            fact("To", "ben@ferry.example"),
            fact("Reference", "T-771"),
        ],
        action: Some(act("Send €5.00", "https://post.example/c/4fK?a=1&b=2")),
        secondary: vec![act("Cancel it", "mailto:till+c.k7@post.example?body=CANCEL")],
        reply_line: Some("Or reply YES to this letter.".to_owned()),
        service_name: "Harbour Pay".to_owned(),
        why: "You wrote to till@post.example on 3 June 2025, 10:30 UTC.".to_owned(),
    }
}

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.to_owned(), value: value.to_owned() }
}

fn act(label: &str, href: &str) -> Action {
    Action { label: label.to_owned(), href: href.to_owned() }
}

fn context(frame: &Frame, words: &str) -> serde_json::Value {
    let mut context = serde_json::to_value(frame).expect("a frame is plain data");
    context["words"] = json!(words);
    context
}

fn letter(words: &str) -> Rendered {
    let templates = Templates::load(&[("confirm", TEXT, HTML)], None).expect("sound templates");
    templates.render("confirm", &context(&frame(), words)).expect("a whole context")
}

#[test]
fn both_parts_say_the_same() {
    let Rendered { text, html } = letter("You asked us to send this.");
    for said in ["€5.00 to ben@ferry.example", "T-771", "You asked us", "Or reply YES", "Cancel it"]
    {
        assert!(text.contains(said), "{said} in {text}");
        assert!(html.contains(said), "{said} in {html}");
    }
    insta::assert_snapshot!("base_text", text);
}

#[test]
fn an_html_letter_is_small_styled_and_dark_when_asked() {
    let html = letter("You asked us to send this.").html;
    assert!(html.len() < 20_000, "{} bytes", html.len());
    let button = html.lines().find(|line| line.contains("button-link\"")).expect("a button");
    assert!(button.contains("padding: 13px 28px"), "{button}");
    let fact = html.lines().find(|line| line.contains("fact-label\"")).expect("a fact");
    assert!(fact.contains("padding: 11px 16px 11px 0"), "{fact}");
    let words = html.lines().find(|line| line.contains("You asked us")).expect("the body");
    assert!(words.contains("margin: 0 0 14px"), "a fragment is styled too: {words}");
    let style = html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next());
    let style = style.expect("the at-rules stay");
    assert!(style.contains("prefers-color-scheme: dark"), "{style}");
    assert!(html.contains(" lang=\"en\""), "{html}");
    assert_eq!(html.matches("scope=\"row\"").count(), 3);
    assert!(!html.contains("<img"), "no pictures");
}

#[test]
fn words_of_others_are_escaped_in_html_and_left_alone_in_text() {
    let nasty = "<script>alert('1 & 2')</script> {{ title }} {% if %}";
    let Rendered { text, html } = letter(nasty);
    assert!(text.contains(nasty));
    assert!(!html.contains("<script>"));
    assert!(html.contains("&lt;script&gt;"));
    let mut frame = frame();
    frame.action = Some(act("Go", "https://x.example/\"onmouseover=\"x"));
    let templates = Templates::load(&[("confirm", TEXT, HTML)], None).expect("sound");
    let html = templates.render("confirm", &context(&frame, "")).expect("whole").html;
    assert!(!html.contains("\"onmouseover"), "{html}");
}

#[test]
fn a_missing_value_is_an_error_that_names_the_template() {
    let templates = Templates::load(&[("confirm", TEXT, HTML)], None).expect("sound");
    let mut context = context(&frame(), "x");
    context.as_object_mut().expect("an object").remove("words");
    let error = templates.render("confirm", &context).expect_err("a value is missing");
    assert!(error.to_string().contains("confirm.txt"), "{error}");
    assert!(templates.render("unknown", &context).is_err());
}

#[test]
fn a_letter_without_acts_and_facts_leaves_no_empty_shells() {
    let bare = Frame {
        facts: Vec::new(),
        action: None,
        secondary: Vec::new(),
        reply_line: None,
        ..frame()
    };
    let templates = Templates::load(&[("note", TEXT, HTML)], None).expect("sound");
    let Rendered { text, html } = templates.render("note", &context(&bare, "x")).expect("whole");
    for shell in ["class=\"facts\"", "class=\"press\"", "class=\"choices\"", "class=\"reply\""] {
        assert!(!html.contains(shell), "{shell}");
    }
    assert_eq!(
        text,
        "Please confirm: €5.00 to ben@ferry.example\n\nx\n\n-- \nHarbour Pay\n\
         You wrote to till@post.example on 3 June 2025, 10:30 UTC.\n"
    );
}

#[test]
fn template_tags_survive_wherever_html_is_particular() {
    let html = "{% extends \"base.html\" %}{% block title %}{{ title }}{% endblock %}\
        {% block body %}{# gone #}<table class=\"facts\">{% for row in rows %}\
        <tr class=\"{% if loop.first %}first{% endif %}\">{% for cell in row %}\
        <td title=\"{{ cell ~ \"<&>\" }}\">{{ cell if 1 < 2 and true else \"x\" }}</td>\
        {% endfor %}</tr>{% endfor %}</table>{% endblock %}";
    let templates = Templates::load(&[("table", "x", html)], None).expect("sound");
    let mut context = context(&frame(), "");
    context["rows"] = json!([["a", "b"], ["c", "d"]]);
    let shown = templates.render("table", &context).expect("whole").html;
    let rows = shown.split("class=\"facts\"").nth(1).expect("the letter's own table");
    let cells: Vec<_> = rows.split("</td>").take(4).collect();
    for (cell, value) in cells.iter().zip(["a", "b", "c", "d"]) {
        assert!(cell.ends_with(&format!(">{value}")), "{cell}");
        assert!(cell.contains(&format!("title=\"{value}&lt;&amp;&gt;\"")), "{cell}");
    }
    assert_eq!(rows.matches("<tr class=\"first\">").count(), 1, "{rows}");
    assert_eq!(rows.matches("<tr class=\"\">").count(), 1, "{rows}");
}

#[test]
fn a_tag_that_html_would_swallow_stops_the_start() {
    for swallowed in [
        "<p {{ x }}>y</p>",
        "<p{% if x %} class=\"y\"{% endif %}>y</p>",
        "<td title=\"{{ x }}\">y</td>",
    ] {
        let error = Templates::load(&[("bad", "x", swallowed)], None).expect_err(swallowed);
        assert!(matches!(&error, RenderError::Style { name, .. } if name == "bad.html"), "{error}");
    }
    assert!(Templates::load(&[("bad", "{% if %}", "x")], None).is_err());
}

#[test]
fn the_operators_files_take_the_place_of_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write(
        "confirm.txt",
        "{% extends \"base.txt\" %}{% block body %}Ours: {{ words }}{% endblock %}",
    );
    write("style.css", ".text { color: #123456 }");
    let letters = [("confirm", TEXT, HTML)];
    let templates = Templates::load(&letters, Some(folder.path())).expect("sound");
    let Rendered { text, html } = templates.render("confirm", &context(&frame(), "x")).expect("ok");
    assert!(text.contains("Ours: x"));
    assert!(html.contains("color: #123456"));
    assert!(!html.contains("560px"));

    std::fs::create_dir(folder.path().join("confirm.html")).expect("a folder, not a file");
    assert!(matches!(
        Templates::load(&letters, Some(folder.path())),
        Err(RenderError::Read { .. })
    ));
}

#[test]
fn the_sample_letter_is_a_whole_page() {
    let html = letter("You asked us to send this. Nothing moves before you say so.").html;
    assert!(html.starts_with("<!DOCTYPE html>"), "{}", html.get(..80).unwrap_or_default());
    assert!(html.trim_end().ends_with("</html>"));
    insta::assert_snapshot!("base_html", html);
}

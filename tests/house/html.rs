//! As much of HTML as the rules need: what a page says, and where it leads.

/// A page of ours; what browsers make of strangers' pages is no concern here.
pub(super) struct Html<'a>(pub(super) &'a str);

impl Html<'_> {
    /// The words that are shown, without tags and style sheets.
    pub(super) fn text(&self) -> String {
        let (mut text, mut rest) = (String::new(), self.0);
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            let hidden = ["style", "title"].into_iter().find(|name| tag.starts_with(name));
            let end = hidden.map_or_else(|| ">".to_owned(), |name| format!("</{name}>"));
            rest = tag.split_once(&*end).map_or("", |(_, after)| after);
            // Tags stand between words, save those within a line.
            if !["a", "/a", "strong", "/strong", "wbr"].iter().any(|inline| tag.starts_with(inline))
            {
                text.push(' ');
            }
        }
        unescaped(&(text + rest))
    }

    /// Where its links lead.
    pub(super) fn hrefs(&self) -> Vec<String> {
        let links = self.0.split("<a ").skip(1).filter_map(|rest| {
            let (tag, _) = rest.split_once('>')?;
            let (_, href) = tag.split_once("href=\"")?;
            href.split_once('"').map(|(href, _)| unescaped(href))
        });
        links.collect()
    }
}

fn unescaped(text: &str) -> String {
    let names = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&nbsp;", " "),
        ("&zwnj;", ""),
        ("&amp;", "&"),
    ];
    names.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

#[test]
fn a_page_is_read_as_people_see_it() {
    let html =
        "<style>a!</style><p>One&amp;two <a href=\"x:&#x2f;&#x2f;y\">three</a>.</p><p>4<wbr>5</p>";
    let page = Html(html);
    let text: Vec<_> = page.text().split_whitespace().map(str::to_owned).collect();
    assert_eq!(text.join(" "), "One&two three. 45");
    assert_eq!(page.hrefs(), ["x://y"]);
}

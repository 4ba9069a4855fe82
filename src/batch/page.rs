//! The article of a web page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Config, Readability};

use super::fields::Fields;
use super::record::is_date;
use super::refusal::Refusal;

/// More elements than this are no page of news; what walks over them is not linear everywhere.
const MOST_ELEMENTS: usize = 20_000;
/// Elements inside one another. Browsers stop at 512.
const MOST_DEPTH: usize = 512;
/// Bold, italics and the like inside one another.
const MOST_FORMATTING: usize = 32;
/// A longer byline is none.
const MOST_BYLINE_BYTES: usize = 120;

/// Takes the article out of a page: title, site, address, whether a date is given that can be read, and as text the byline and the
/// paragraphs, each link with its address behind it. Spans of the report refer to that text.
pub(super) fn article(page: &str) -> Result<Fields, Refusal> {
    if is_too_complex(page) {
        let message = format!(
            "The page has more than {MOST_ELEMENTS} elements, or {MOST_DEPTH} inside one another, or formatting without end."
        );
        return Err(Refusal::new("PAGE_TOO_COMPLEX", message));
    }
    let none = || Refusal::new("NO_ARTICLE_FOUND", "The page has no article that could be found.");
    // The extraction is not ours: what it cannot take costs one page, not the job.
    let found = catch_unwind(AssertUnwindSafe(|| extract(page)));
    found.ok().flatten().filter(|fields| fields.text.as_ref().is_some_and(|text| !text.is_empty())).ok_or_else(none)
}

fn extract(page: &str) -> Option<Fields> {
    let settings = || Config { max_elements_to_parse: MOST_ELEMENTS, ..Config::default() };
    let found = Readability::new(page, None, Some(settings())).ok()?.parse().ok()?;
    let content = Readability::new(found.content, None, Some(settings())).ok()?.doc;
    for link in content.select("a[href^='http://'], a[href^='https://']").iter() {
        let address = link.attr("href").unwrap_or_default();
        if !link.text().contains(address.trim()) {
            link.append_html(format!(" ({})", escaped(address.trim())));
        }
    }
    let body = content.formatted_text();
    let body = body.trim();
    let byline = found.byline.as_deref().map(byline).filter(|line| !line.is_empty() && !body.contains(line.as_str()));
    let text = match byline {
        Some(line) => format!("{line}\n\n{body}"),
        None => body.to_owned(),
    };
    Some(Fields {
        text: Some(text),
        title: Some(found.title),
        source: found.site_name,
        url: found.url,
        published: found.published_time.filter(|published| is_date(published)),
        id: None,
    })
}

/// One line that names the writer, as articles begin.
fn byline(found: &str) -> String {
    let line = found.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() || line.len() > MOST_BYLINE_BYTES || line.contains("://") {
        return String::new();
    }
    let labelled = line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("by "));
    if labelled { line } else { format!("By {line}") }
}

fn escaped(address: &str) -> String {
    address.replace('&', "&amp;").replace('<', "&lt;")
}

/// Whether a page is larger as a tree than news is. One pass over its tags, before a parser sees them: what is deep is
/// walked on a stack, and formatting that is never ended is repeated in every paragraph.
fn is_too_complex(page: &str) -> bool {
    let bytes = page.as_bytes();
    let mut open: Vec<&[u8]> = Vec::new();
    let (mut at, mut elements, mut formatting) = (0, 0_usize, 0_usize);
    while let Some(start) = find(bytes, at, b"<") {
        let rest = bytes.get(start + 1..).unwrap_or_default();
        at = start + 1;
        if rest.starts_with(b"!--") {
            at = find(bytes, start, b"-->").unwrap_or(bytes.len());
        } else if let Some(ended) = rest.strip_prefix(b"/") {
            // A parser looks further; to look less is to think a tree deeper than it is.
            let name = name(ended);
            let last = open.iter().rev().take(NEAR).position(|open| open.eq_ignore_ascii_case(name));
            for _ in 0..last.map_or(0, |last| last + 1) {
                formatting -= usize::from(open.pop().is_some_and(|name| is_one_of(name, &FORMATTING)));
            }
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let name = name(rest);
            elements += 1;
            if name.eq_ignore_ascii_case(b"script") {
                at = find(bytes, at, b"</script").unwrap_or(bytes.len());
            } else if name.eq_ignore_ascii_case(b"style") {
                at = find(bytes, at, b"</style").unwrap_or(bytes.len());
            } else if !is_one_of(name, &OFTEN_OPEN) {
                open.push(name);
                formatting += usize::from(is_one_of(name, &FORMATTING));
            }
        }
        if open.len() > MOST_DEPTH || elements > MOST_ELEMENTS || formatting > MOST_FORMATTING {
            return true;
        }
    }
    false
}

/// So many elements an end tag may leave open.
const NEAR: usize = 16;

/// Elements without an end tag, and those whose end tag is often left out and goes without saying.
const OFTEN_OPEN: [&[u8]; 21] = [
    b"area", b"base", b"br", b"col", b"dd", b"dt", b"embed", b"hr", b"img", b"input", b"li", b"link", b"meta",
    b"option", b"p", b"path", b"source", b"td", b"tr", b"track", b"wbr",
];

const FORMATTING: [&[u8]; 13] =
    [b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"u"];

fn name(tag: &[u8]) -> &[u8] {
    tag.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).next().unwrap_or_default()
}

fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Where `words` come next, without regard to case.
fn find(bytes: &[u8], from: usize, words: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(words.len()).position(|window| window.eq_ignore_ascii_case(words)).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(page: &str) -> Option<String> {
        article(page).err().map(|refusal| refusal.reason)
    }

    #[test]
    fn trees_that_are_too_deep_or_too_large_are_refused_in_time() {
        let formatting: String = (0..9_000).map(|n| format!("<b a={n}>")).collect();
        for page in [
            "<div>".repeat(100_000),
            "<div></b>".repeat(100_000),
            "<b><p></b></p>".repeat(100_000),
            format!("<p>{formatting}{}", "<p>x".repeat(9_000)),
            "<p>".repeat(100_000),
            format!("<div><!--{}", "--<div>".repeat(100_000)),
        ] {
            assert!(reason(&page).is_some(), "{}", &page[..20]);
        }
    }

    #[test]
    fn what_passes_the_count_is_walked_without_a_fall() {
        for page in [
            format!("{}words{}", "<div>".repeat(500), "</div>".repeat(500)),
            "<p>words and more words, and more".repeat(15_000),
            "<table><tr><td>".repeat(500),
            format!("<p>{}{}", "<b>".repeat(30), "<p>words".repeat(10_000)),
            "<li><ul>".repeat(500),
        ] {
            let _ = reason(&page);
        }
    }

    #[test]
    fn scripts_do_not_count_as_elements() {
        let script = format!("<script>{}</script>", "if(a<b)c<d;".repeat(20_000));
        assert!(!is_too_complex(&format!("{script}<p>words</p>")));
        assert!(is_too_complex(&script.replace("script", "div")));
    }

    #[test]
    fn bylines_are_one_line_that_names_somebody() {
        assert_eq!(byline(" Mara\n Lindqvist "), "By Mara Lindqvist");
        assert_eq!(byline("BY MARA LINDQVIST"), "BY MARA LINDQVIST");
        assert_eq!(byline("https://example.org/mara"), "");
        assert_eq!(byline(&"x ".repeat(99)), "");
    }
}

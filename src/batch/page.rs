//! The article of a web page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Config, Readability};

use super::fields::Fields;
use super::refusal::Refusal;

/// More elements than this are no page of news; what walks over them is not linear everywhere.
const MOST_ELEMENTS: usize = 20_000;
/// Elements inside one another. Browsers stop at 512.
const MOST_DEPTH: usize = 512;
/// A longer byline is none.
const MOST_BYLINE_BYTES: usize = 120;

/// Takes the article out of a page: title, site, address, whether a date is given, and as text the byline and the
/// paragraphs, each link with its address behind it. Spans of the report refer to that text.
pub(super) fn article(page: &str) -> Result<Fields, Refusal> {
    if is_too_deep(page) {
        let message = format!("The page has more than {MOST_ELEMENTS} elements, or more than {MOST_DEPTH} inside one another.");
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
        published: found.published_time,
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

/// Counts tags roughly, in one pass: a tree that is deeper than this would be walked on a stack.
fn is_too_deep(page: &str) -> bool {
    let bytes = page.as_bytes();
    let (mut depth, mut elements) = (0_usize, 0_usize);
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(letter) if letter.is_ascii_alphabetic() => {
                elements += 1;
                let rest = bytes.get(at + 1..at + 12).unwrap_or_else(|| bytes.get(at + 1..).unwrap_or_default());
                if !has_no_end(rest) {
                    depth += 1;
                }
            }
            _ => {}
        }
        if depth > MOST_DEPTH || elements > MOST_ELEMENTS {
            return true;
        }
    }
    false
}

/// Elements without an end tag, and those whose end tag is often left out.
fn has_no_end(tag: &[u8]) -> bool {
    let name = tag.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    const NAMES: [&[u8]; 20] = [
        b"area", b"base", b"br", b"col", b"dd", b"dt", b"embed", b"hr", b"img", b"input", b"li", b"link", b"meta",
        b"option", b"p", b"source", b"td", b"tr", b"track", b"wbr",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

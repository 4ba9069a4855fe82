//! Tags of HTML that were left in a text: they show nothing, so they are no tokens.
//!
//! Only names that HTML has make a tag: "x < y and y > z" is text.

/// A tag in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    /// The byte behind it.
    pub end: usize,
    /// A line ends at it.
    pub breaks: bool,
}

/// The longest name of a tag.
const NAME_BYTES: usize = 10;
/// Behind a `<` that no `>` closes within so many bytes stands text.
const TAG_BYTES: usize = 2_000;

/// The tag that begins with the `<` at `start`; nothing if that is a sign like any other. A tag has no `<` inside, so that
/// a text is read once, however many of them it has.
pub(super) fn tag_at(bytes: &[u8], start: usize) -> Option<Tag> {
    let inside = bytes.get(start + 1..)?;
    let length = inside.iter().take(TAG_BYTES).position(|byte| matches!(byte, b'<' | b'>'))?;
    let (inside, end) = (inside.get(..length)?, start + length + 2);
    if bytes.get(end - 1) != Some(&b'>') {
        return None;
    }
    if inside.starts_with(b"!") {
        return Some(Tag { end, breaks: false });
    }
    let inside = inside.strip_prefix(b"/").unwrap_or(inside);
    let length = inside.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(inside.len());
    // "p", "p class=...", "br/": behind the name comes white space, a slash or nothing.
    if inside.get(length).is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'/') {
        return None;
    }
    let mut small = [0; NAME_BYTES];
    let name = small.get_mut(..length)?;
    name.copy_from_slice(inside.get(..length)?);
    name.make_ascii_lowercase();
    let known = |names: &[&str]| names.iter().any(|known| known.as_bytes() == name);
    if known(&BREAKING) {
        Some(Tag { end, breaks: true })
    } else {
        known(&INLINE).then_some(Tag { end, breaks: false })
    }
}

static BREAKING: [&str; 42] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "figure",
    "figcaption",
    "form",
    "pre",
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "iframe",
    "address",
];

static INLINE: [&str; 30] = [
    "a", "b", "i", "u", "s", "em", "strong", "span", "img", "sup", "sub", "small", "font", "center", "time", "cite",
    "q", "code", "mark", "abbr", "picture", "source", "video", "audio", "svg", "button", "input", "label", "script",
    "style",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_html_are_told_from_signs() {
        for (text, breaks) in [
            ("<p>", true),
            ("</P>", true),
            ("<br/>", true),
            ("<p class=\"lead\" id=x>", true),
            ("<a href='https://example.org/?a=1'>", false),
            ("</strong>", false),
            ("<!-- an advertisement -->", false),
            ("<!DOCTYPE html>", false),
        ] {
            assert_eq!(tag_at(text.as_bytes(), 0), Some(Tag { end: text.len(), breaks }), "{text}");
        }
        for text in ["<", "<>", "< p>", "<3", "<p", "<p <b>", "<pp>", "<x and y>", "<jane.doe@example.org>", "<a-b>"] {
            assert_eq!(tag_at(text.as_bytes(), 0), None, "{text}");
        }
    }
}

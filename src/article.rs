/// One news article as a caller sends it. Nothing is trimmed, folded or repaired: every span of a
/// report is relative to these strings exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Article<'a> {
    /// The caller's name for the article, echoed in the report.
    pub id: &'a str,
    /// The headline where the caller keeps it apart; empty if it is the first line of `text`, or unknown.
    pub title: &'a str,
    /// The article as plain text; a line break ends a paragraph.
    pub text: &'a str,
    /// The publisher. Recorded, never scored.
    pub source: &'a str,
    /// Where the article was found; only its path is read, for a genre label such as `/opinion/`.
    pub url: &'a str,
    /// Whether the caller knows when the article was published.
    pub published: bool,
}

impl<'a> Article<'a> {
    /// An article of which only the text is known.
    #[must_use]
    pub fn from_text(text: &'a str) -> Self {
        Article { text, ..Article::default() }
    }
}

//! What the copy says of itself: whether it breaks off.

use crate::lexicon::{CueClass, word};

use super::block::{Block, BlockKind, is_label};
use super::document::Document;
use super::token::{TokenKind, form};

/// Of fewer words, a last line that seems to break off is a button.
const MIN_BROKEN_WORDS: u32 = 4;

impl Document<'_> {
    /// Whether the last body paragraph breaks off; absent without a body. A link at its end ends it.
    #[must_use]
    pub fn breaks_off(&self) -> Option<bool> {
        let block = self.blocks.iter().rfind(|block| block.kind == BlockKind::Body)?;
        let tokens = self.tokens.get(block.tokens())?;
        let end = tokens.iter().rev().find(|token| !token.is_closer())?;
        let ends = matches!(end.kind, TokenKind::Stop | TokenKind::Exclamation | TokenKind::Question | TokenKind::Url);
        let whole = ends || end.is(form::DOTTED);
        // "Read more" after the last paragraph, or as its last words.
        let from = block.sentences().end.saturating_sub(1);
        let prompts = self.sentences.get(from..).unwrap_or_default().iter().any(|sentence| {
            sentence.words <= 12 && self.cues_of(sentence).iter().any(|cue| cue.class == CueClass::Truncation)
        });
        // What is left of a last paragraph may look like a heading; a label may follow it.
        let end = self.blocks.iter().rfind(|block| block.words > 0 && !is_label(block, &self.tokens));
        let broken = end.is_some_and(|block| self.ends_in_between(block) || self.is_left_open(block));
        Some(!whole || prompts || broken)
    }

    /// Whether a line opens a quotation and does not close it.
    fn is_left_open(&self, block: &Block) -> bool {
        self.quotes.iter().any(|quote| !quote.closed && block.tokens().contains(&(quote.first as usize)))
    }

    /// Whether the last word of a line, which may look like a heading, wants another one after it.
    fn ends_in_between(&self, block: &Block) -> bool {
        let last = self.tokens.get(block.tokens()).unwrap_or_default().last();
        block.words >= MIN_BROKEN_WORDS
            && last.is_some_and(|last| last.has(word::DETERMINER | word::CONJUNCTION | word::AUXILIARY))
    }
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::text::Document;

    const STORY: &str =
        "The council voted on Tuesday to close the mill.\nIts clerk said that the land would be sold.\n";

    #[test]
    fn a_copy_breaks_off_where_its_last_paragraph_has_no_end() {
        for (ending, breaks_off) in [
            ("The mayor will speak on Friday.", false),
            ("The mayor said that he would", true),
            ("The mayor said: \"I will not go", true),
            ("The second of the", true),
            ("Log in", false),
            ("Authors:", false),
            ("Go deeper:", false),
            ("The mayor will speak on Friday.\nAuthors:", false),
            ("The mayor said that he would\nAuthors:", true),
            ("The mayor will speak about it at length on Friday, as he told the clerk:", true),
            ("The order in full stands on the page of the court, http://example.org/a", false),
            ("Read more", true),
            ("Continue reading", true),
        ] {
            let text = format!("{STORY}{ending}");
            let document = Document::read(&Article::from_text(&text));
            assert_eq!(document.breaks_off(), Some(breaks_off), "{ending}");
        }
        assert_eq!(Document::read(&Article::from_text("")).breaks_off(), None);
    }
}

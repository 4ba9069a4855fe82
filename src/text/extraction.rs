//! What the copy says of itself: whether it breaks off.

use crate::lexicon::CueClass;

use super::block::BlockKind;
use super::document::Document;
use super::token::{TokenKind, form};

impl Document<'_> {
    /// Whether the last body paragraph breaks off; absent without a body.
    #[must_use]
    pub fn breaks_off(&self) -> Option<bool> {
        let last = self.blocks.iter().rposition(|block| block.kind == BlockKind::Body)?;
        let block = self.blocks.get(last)?;
        let tokens = self.tokens.get(block.tokens())?;
        let end = tokens.iter().rev().find(|token| !token.is_closer())?;
        let whole =
            matches!(end.kind, TokenKind::Stop | TokenKind::Exclamation | TokenKind::Question) || end.is(form::DOTTED);
        // "Read more" after the last paragraph, or as its last words.
        let from = block.sentences().end.saturating_sub(1);
        let prompts = self.sentences.get(from..).unwrap_or_default().iter().any(|sentence| {
            sentence.words <= 12 && self.cues_of(sentence).iter().any(|cue| cue.class == CueClass::Truncation)
        });
        Some(!whole || prompts)
    }
}

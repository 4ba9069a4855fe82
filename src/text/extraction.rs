//! What the copy says of itself: whether it breaks off, and whether it labels its genre.

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

    /// Whether the title, the address or one of the first blocks labels the page as another genre than news.
    #[must_use]
    pub fn has_genre_label(&self) -> bool {
        let labelled_block = self.blocks.iter().take(3).any(|block| {
            let tokens = block.tokens();
            block.kind != BlockKind::Body
                && self.sentences.get(block.sentences()).unwrap_or_default().iter().any(|sentence| {
                    // A label stands first ("Opinion: ...") or alone, never inside a headline.
                    self.cues_of(sentence).iter().any(|cue| {
                        cue.class == CueClass::GenreLabel
                            && cue.first as usize == tokens.start
                            && self.ends_label(cue.end as usize, tokens.end)
                    })
                })
        });
        labelled_block || self.title_label() || path_label(self.article.url)
    }

    fn ends_label(&self, at: usize, end: usize) -> bool {
        at >= end || self.tokens.get(at).is_some_and(|token| !token.counts())
    }

    fn title_label(&self) -> bool {
        let title = self.article.title;
        let Some((label, _)) = title.split_once([':', '|']) else {
            return false;
        };
        is_label(label.trim())
    }
}

fn path_label(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').skip(1).any(is_label)
}

/// True if the words, or the words of a path segment, are a genre label.
fn is_label(words: &str) -> bool {
    if words.is_empty() || words.len() > 40 {
        return false;
    }
    let mut key: Option<u64> = None;
    let mut cues = 0;
    for part in words.split([' ', '-', '_']).filter(|part| !part.is_empty()) {
        let word = super::key::word_key(&part.to_lowercase());
        let next = key.map_or(word, |key| super::key::phrase_key(key, word));
        let Some(node) = crate::lexicon::lexicon().get(next) else {
            return false;
        };
        cues = node.cues;
        key = Some(next);
    }
    cues & CueClass::GenreLabel.bit() != 0
}
